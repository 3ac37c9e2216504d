import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';

export interface PortalOrder {
  readonly customerId: string;
  /** An allowed address. */
  readonly returnUrl: string;
  readonly locale: string | undefined;
  readonly idempotencyKey: string;
}

/** Opens Stripe's own customer portal for a customer; the address is good for a few minutes and for whoever has it. */
export async function createPortalSession(stripe: StripeGateway, order: PortalOrder): Promise<string> {
  const client = await stripe();
  const { customerId: customer, returnUrl: return_url, locale, idempotencyKey } = order;
  const language = locale?.split('-')[0] as Stripe.BillingPortal.SessionCreateParams.Locale | undefined;
  const { url } = await client.billingPortal.sessions.create(
    { customer, return_url, ...(language && /^(?:de|en|es|fr|it|ja|nl|pl|pt|sv)$/u.test(language) && { locale: language }) },
    { idempotencyKey },
  );
  return url;
}
