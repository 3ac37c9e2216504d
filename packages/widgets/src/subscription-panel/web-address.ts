/** An address that may become a link: https, or a server on this very machine; undefined for anything else, such as `javascript:`. */
export function webAddress(address: string | undefined): string | undefined {
  return address !== undefined && /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])[:/])/u.test(address) ? address : undefined;
}
