import type { StripeGateway } from './gateway.ts';
import { writeIdentityNote } from './metadata.ts';

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

/** Whether Stripe has ever collected anything from this customer; what a code "for first purchases" goes by. */
export async function hasPaidBefore(stripe: StripeGateway, customerId: string): Promise<boolean> {
  const client = await stripe();
  for await (const { amount_paid } of client.invoices.list({ customer: customerId, status: 'paid', limit: 100 }))
    if (amount_paid > 0) return true;
  const { data } = await client.paymentIntents.list({ customer: customerId, limit: 100 });
  return data.some(({ status }) => status === 'succeeded');
}
