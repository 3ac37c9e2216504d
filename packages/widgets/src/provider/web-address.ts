/** An address from the server that a page may lead to: https, or a server on this very machine; undefined for anything else, such as `javascript:`. */
export function webAddress(address: string | undefined): string | undefined {
  return address !== undefined && /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])[:/])/u.test(address) ? address : undefined;
}

/** The same, or an address to write to. */
export const contactAddress = (address: string | undefined): string | undefined =>
  address?.startsWith('mailto:') ? address : webAddress(address);
