/** One address with the name that stands before it. */
export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

/** Plain ASCII: nothing that ends a header, and no letter that a change of case turns into another. */
const bare = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{2,63}$/u;

/** The text if it is one address and nothing else. */
export const toBareAddress = (text: string): string | undefined => (text.length <= 254 && bare.test(text) ? text : undefined);

/** Reads `Halyard <billing@halyard.example>`, or an address alone, which is its own name. */
export function parseMailAddress(text: string): MailAddress | undefined {
  const [, quoted = '', within = text] = /^([^<>]{1,100})<([^<>]+)>$/u.exec(text.trim()) ?? [];
  const name = quoted.trim().replace(/^"|"$/gu, '');
  const address = toBareAddress(within.trim());
  return address && !/[\p{Cc}"]/u.test(name) ? { name: name || address.split('@')[1]!, address } : undefined;
}
