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
