/**
 * How an e-mail address may stand at Stripe, whose list of customers heeds capitals.
 *
 * Promise: every spelling is the same address. Whose it is says the list alone, for the search may be a minute late.
 */
import { domainToUnicode } from 'node:url';
import { toComparableAddress } from '@tillkit/core/contract/email-address';
import type { Stripe } from 'stripe';
import { isForbidden } from './account-facts.ts';
import { isFinal } from './stripe-errors.ts';

/** An address as it was typed and in small letters, its domain in ASCII and in its own letters. */
export function spellingsOf(address: string): string[] {
  const at = address.lastIndexOf('@');
  const inLetters = address.slice(0, at + 1) + domainToUnicode(address.slice(at + 1));
  return [...new Set([address, inLetters].flatMap((spelling) => [spelling.toLowerCase(), spelling]))];
}

/** Further ones by Stripe's search, which takes capitals for small letters (docs.stripe.com/search). Some accounts and keys may not search. */
export async function otherSpellings(client: Stripe, address: string, spellings: readonly string[]): Promise<string[]> {
  const wanted = toComparableAddress(address);
  if (wanted === undefined) return [];
  const query = spellings.map((email) => `email:"${email}"`).join(' OR ');
  const found = await client.customers.search({ query, limit: 100 }).catch((error: unknown) => {
    if (isFinal(error) || isForbidden(error)) return undefined;
    throw error;
  });
  const others = (found?.data ?? []).flatMap(({ email }) => (email && toComparableAddress(email) === wanted ? [email] : []));
  return [...new Set(others)].filter((email) => !spellings.includes(email));
}
