import { toComparableAddress } from '@tillkit/core/contract/email-address';

/** Hosts where dots in the name mean nothing, by the name that counts. */
const dotless: Readonly<Record<string, string>> = { 'gmail.com': 'gmail.com', 'googlemail.com': 'gmail.com' };

/** The mailbox behind an address as people vary it: capital letters, a `+tag`, and Gmail's dots. */
export function canonicalAddress(written: string): string {
  const address = toComparableAddress(written) ?? written.toLowerCase();
  const at = address.lastIndexOf('@');
  const name = address.slice(0, at).split('+')[0] ?? '';
  const host = address.slice(at + 1);
  const known = dotless[host];
  return known === undefined ? `${name}@${host}` : `${name.replaceAll('.', '')}@${known}`;
}
