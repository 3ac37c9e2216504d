/** Step checkout: confirming a session through Stripe.js: what the page sends, and what it learns. */
import { completeSession } from '../billing/checkout.ts';
import { invalid } from '../http/api-error.ts';
import type { BuyerDetails } from '../objects/checkout-collection.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import type { Address } from '../objects/customer.ts';
import type { World } from '../world.ts';
import { sessionFacts } from './session-view.ts';

interface Contact {
  readonly name?: string | null;
  readonly address: Partial<Address>;
}

/** What the buyer said to Stripe.js besides email and payment method. */
interface Said {
  readonly billingAddress?: Contact | null;
  readonly shippingAddress?: Contact | null;
  readonly phoneNumber?: string | null;
  readonly nameCollection?: { readonly individualName: string | null; readonly businessName: string | null } | null;
  readonly taxIdInfo?: { readonly taxId: { readonly type: string; readonly value: string }; readonly businessName: string } | null;
}

export interface AskedConfirmation {
  readonly client_secret: string;
  readonly email?: string;
  readonly payment_method: string | null;
  readonly details?: Said;
}

const emptyAddress: Address = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
export const wholeAddress = (address: Partial<Address>): Address => ({ ...emptyAddress, ...address });

function toBuyerDetails({ billingAddress, shippingAddress, phoneNumber, nameCollection, taxIdInfo }: Said): BuyerDetails {
  return {
    address: billingAddress ? wholeAddress(billingAddress.address) : null,
    businessName: nameCollection?.businessName ?? (taxIdInfo?.businessName || null),
    individualName: nameCollection?.individualName ?? null,
    phone: phoneNumber ?? null,
    taxId: taxIdInfo?.taxId ?? null,
    shipping: shippingAddress ? { name: shippingAddress.name ?? '', address: wholeAddress(shippingAddress.address) } : null,
    acceptsTerms: true, // the page itself asks, where terms are to be accepted
    acceptsPromotions: false,
    custom: {},
  };
}

/** Completes the session, or says where the buyer has to pass 3D Secure first; inside a request. */
export function confirmSession(world: World, session: CheckoutSession, asked: AskedConfirmation): object {
  const email = world.tables.customers.get(session.customer ?? '')?.email ?? session.customer_email ?? asked.email ?? '';
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(email)) throw invalid('Your email is incomplete.', 'email_invalid', 'email');
  const { payment_method, details } = asked;
  const completion = completeSession(world, session, { email, payment_method, ...(details && { details: toBuyerDetails(details) }) });
  return completion.kind === 'challenge' ? { requires_action: { url: completion.url } } : sessionFacts(world, completion.session);
}
