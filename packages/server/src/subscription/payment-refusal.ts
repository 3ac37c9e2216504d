import { BillingError } from '../http/billing-error.ts';
import { needsConfirmation } from '../stripe/invoices.ts';
import type { Till } from '../till.ts';

/** Why Stripe holds something back until it is paid; the open invoice is in the read model by then, with its page to pay on. */
export async function paymentRefusal({ stripe, mirror }: Pick<Till, 'stripe' | 'mirror'>, subscriptionId: string): Promise<BillingError> {
  const fact = await mirror.refresh(subscriptionId);
  const confirm = fact?.openInvoice !== undefined && (await needsConfirmation(stripe, fact.openInvoice.id));
  return new BillingError(confirm ? 'authentication_required' : 'payment_failed');
}
