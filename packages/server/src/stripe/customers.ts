import type { StripeGateway } from './gateway.ts';
import { isOurPurchase, isOurCustomer, writeIdentityNote } from './metadata.ts';
import { otherSpellings, spellingsOf } from './address-spellings.ts';
import { idOf } from './price-facts.ts';
import { isMissing, undefinedIfMissing } from './stripe-errors.ts';

export interface NewCustomer {
  readonly issuer: string;
  readonly subject: string;
  readonly idempotencyKey: string;
}

/** Creates the Stripe customer of an identity, with nothing that may be another by tomorrow; returns its id. */
export async function createCustomer(stripe: StripeGateway, { issuer, subject, idempotencyKey }: NewCustomer): Promise<string> {
  const client = await stripe();
  const { id } = await client.customers.create({ metadata: { ...writeIdentityNote({ issuer, subject }) } }, { idempotencyKey });
  return id;
}

/** Whether a customer was deleted at Stripe, which is for good. One that this account never had was not. */
export async function isDeletedCustomer(stripe: StripeGateway, id: string): Promise<boolean> {
  const client = await stripe();
  return (await client.customers.retrieve(id).catch(undefinedIfMissing))?.deleted === true;
}

export interface CustomerOfAddress {
  readonly id: string;
  /** It was made by Tillkit, or something was bought through it. */
  readonly isOurs: boolean;
  /** It has a subscription that runs or waits for a payment. */
  readonly isLive: boolean;
}

const liveStatuses: ReadonlySet<string> = new Set(['trialing', 'active', 'past_due', 'unpaid', 'paused']);

/**
 * Customers of this address in whatever capitals, newest first, at most 100 for each spelling: Stripe's list heeds case, and
 * keeps a domain in whatever letters it was typed.
 */
export async function listCustomersOfAddress(stripe: StripeGateway, address: string): Promise<CustomerOfAddress[]> {
  const client = await stripe();
  const list = (email: string) => client.customers.list({ email, limit: 100 });
  const spellings = spellingsOf(address);
  const [others, ...asTyped] = await Promise.all([otherSpellings(client, address, spellings), ...spellings.map(list)]);
  const pages = [...asTyped, ...(await Promise.all(others.map(list)))];
  const customers = pages.flatMap(({ data }) => data).toSorted((one, other) => other.created - one.created);
  const found: CustomerOfAddress[] = [];
  for (const { id, metadata } of customers) {
    const { data } = await client.subscriptions.list({ customer: id, status: 'all', limit: 100 });
    found.push({
      id,
      isOurs: isOurCustomer(metadata) || data.some((subscription) => isOurPurchase(subscription.metadata)),
      isLive: data.some(isLive),
    });
  }
  return found;
}

/** Whether a customer has a subscription that runs or waits for a payment. */
export async function hasLiveSubscription(stripe: StripeGateway, id: string): Promise<boolean> {
  const client = await stripe();
  const found = await client.subscriptions.list({ customer: id, limit: 100 }).catch(undefinedIfMissing);
  return found?.data.some(isLive) ?? false;
}

const isLive = ({ status }: { readonly status: string }): boolean => liveStatuses.has(status);

/** Whose card it is; undefined when it is nobody's (any more). */
export async function customerOfPaymentMethod(stripe: StripeGateway, id: string): Promise<string | undefined> {
  const client = await stripe();
  try {
    const { customer } = await client.paymentMethods.retrieve(id);
    return customer ? idOf(customer) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Other customers with exactly the address of this one (Stripe heeds its case), whoever made them; newest first, twenty at
 * most. An address that nobody proved says who might be the same person, nothing more.
 */
export async function customersOfAddress(stripe: StripeGateway, customerId: string): Promise<string[]> {
  const client = await stripe();
  const customer = await client.customers.retrieve(customerId);
  if (customer.deleted || !customer.email) return [];
  const { data } = await client.customers.list({ email: customer.email, limit: 20 });
  return data.flatMap(({ id }) => (id === customerId ? [] : [id]));
}

/** Writes a customer's address, to which Stripe and this server send what is sent; one who was deleted has none. */
export async function setCustomerEmail(stripe: StripeGateway, id: string, email: string): Promise<void> {
  const client = await stripe();
  // no key of ours: a repetition does no harm, and an address may come back within the day that Stripe keeps keys
  await client.customers.update(id, { email }).catch(undefinedIfMissing);
}

/**
 * Puts a language first among a customer's `preferred_locales`; the others stay behind it. Another region of the same language
 * counts as the same. With `if-none` whoever has chosen already is left alone.
 */
export async function writeCustomerLanguage(
  stripe: StripeGateway,
  id: string,
  language: string,
  replaces: 'always' | 'if-none',
): Promise<void> {
  const client = await stripe();
  const customer = await client.customers.retrieve(id).catch(undefinedIfMissing);
  if (!customer || customer.deleted) return;
  const before = customer.preferred_locales ?? [];
  const base = (tag: string): string => tag.split('-')[0]!.toLowerCase();
  const [first] = before;
  if (first !== undefined && (replaces === 'if-none' || base(first) === base(language))) return;
  const others = before.filter((other) => base(other) !== base(language));
  await client.customers.update(id, { preferred_locales: [language, ...others] }).catch(undefinedIfMissing);
}

/** Deletes a customer at Stripe for good; their subscriptions end at once. */
export async function deleteCustomer(stripe: StripeGateway, id: string): Promise<void> {
  const client = await stripe();
  await client.customers.del(id).catch(undefinedIfMissing);
}

/** Whether Stripe has ever collected anything from this customer; what a code "for first purchases" goes by. */
export async function hasPaidBefore(stripe: StripeGateway, customerId: string): Promise<boolean> {
  const client = await stripe();
  for await (const { amount_paid } of client.invoices.list({ customer: customerId, status: 'paid', limit: 100 }))
    if (amount_paid > 0) return true;
  const { data } = await client.paymentIntents.list({ customer: customerId, limit: 100 });
  return data.some(({ status }) => status === 'succeeded');
}
