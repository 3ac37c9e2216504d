import { toEmailAddress } from '@tillkit/core/contract/email-address';

/** One address with the name that stands before it. */
export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

/** Reads `Halyard <billing@halyard.example>`, or an address alone, which is its own name. */
export function parseMailAddress(text: string): MailAddress | undefined {
  const [, quoted = '', within = text] = /^([^<>]{1,100})<([^<>]+)>$/u.exec(text.trim()) ?? [];
  const name = quoted.trim().replace(/^"|"$/gu, '');
  const address = toEmailAddress(within.trim());
  return address && !/[\p{Cc}"]/u.test(name) ? { name: name || address.split('@')[1]!, address } : undefined;
}
