/** Step 7, panel: paying what is owed, which may be more than one invoice. */
import { BillingError } from '../http/billing-error.ts';
import { toRefusal } from '../http/problem.ts';
import { payInvoice } from '../stripe/invoices.ts';
import { readDefaultMethod } from '../stripe/payment-methods.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till } from '../till.ts';

type OpenInvoices = NonNullable<SubscriptionFact['openInvoices']>;

/**
 * Pays open invoices one after the other, oldest first, with the customer's default method. Ends at the first that is refused
 * and throws why; what was paid before stays paid, and the error says how much that is. `keyOf` makes the idempotency key.
 */
export async function payInvoices(
  { stripe, now }: Pick<Till, 'stripe' | 'now'>,
  { customerId, status }: Pick<SubscriptionFact, 'customerId' | 'status'>,
  invoices: OpenInvoices,
  keyOf: (invoiceId: string) => string,
): Promise<void> {
  // an ended one keeps the card that it had: Stripe changes nothing in it any more
  const paymentMethodId = status === 'canceled' ? await readDefaultMethod(stripe, customerId) : undefined;
  let paid = 0;
  for (const { id } of invoices) {
    try {
      await payInvoice(stripe, id, keyOf(id), now(), paymentMethodId);
      paid += 1;
    } catch (error) {
      if (paid === 0) throw error;
      throw new BillingError(toRefusal(error).code, { detail: `${paid} of ${invoices.length} invoices were paid.`, cause: error });
    }
  }
}
