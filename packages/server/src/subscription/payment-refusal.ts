import { BillingError } from '../http/billing-error.ts';
import { needsConfirmation } from '../stripe/invoices.ts';
import type { Till } from '../till.ts';

/** Why Stripe holds something back until it is paid; the open invoices are in the read model by then, with their pages to pay on. */
export async function paymentRefusal({ stripe, mirror }: Pick<Till, 'stripe' | 'mirror'>, subscriptionId: string): Promise<BillingError> {
  const fact = await mirror.refresh(subscriptionId);
  for (const { id } of fact?.openInvoices ?? [])
    if (await needsConfirmation(stripe, id)) return new BillingError('authentication_required');
  return new BillingError('payment_failed');
}
