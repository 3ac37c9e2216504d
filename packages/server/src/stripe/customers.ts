import type { StripeGateway } from './gateway.ts';
import { writeIdentityNote } from './metadata.ts';
import { idOf } from './price-facts.ts';
import { isMissing } from './stripe-errors.ts';

export interface NewCustomer {
  readonly issuer: string;
  readonly subject: string;
  readonly email?: string;
  readonly idempotencyKey: string;
}

/** Creates the Stripe customer of an identity; returns its id. */
export async function createCustomer(stripe: StripeGateway, { issuer, subject, email, idempotencyKey }: NewCustomer): Promise<string> {
  const client = await stripe();
  const { id } = await client.customers.create(
    { ...(email && { email }), metadata: { ...writeIdentityNote({ issuer, subject }) } },
    { idempotencyKey },
  );
  return id;
}

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

/** Whether Stripe has ever collected anything from this customer; what a code "for first purchases" goes by. */
export async function hasPaidBefore(stripe: StripeGateway, customerId: string): Promise<boolean> {
  const client = await stripe();
  for await (const { amount_paid } of client.invoices.list({ customer: customerId, status: 'paid', limit: 100 }))
    if (amount_paid > 0) return true;
  const { data } = await client.paymentIntents.list({ customer: customerId, limit: 100 });
  return data.some(({ status }) => status === 'succeeded');
}
