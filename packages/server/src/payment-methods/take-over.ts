/**
 * Step 7, panel: a payment method that was entered on Stripe's page becomes the one that renewals are taken from, and what
 * stood still for want of one goes on.
 *
 * Promise: whether the page comes back first or the event does, both or one of them twice, it happens once: every write
 * carries a key made of the page's id, and a page that is done is not looked at again.
 */
import { BillingError } from '../http/billing-error.ts';
import { makeDefault, readPaymentSetup } from '../stripe/payment-methods.ts';
import { toBillingError } from '../stripe/stripe-errors.ts';
import { resumePaused } from '../stripe/subscriptions.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { PaymentSetup } from '../store/payment-setups.ts';
import { demandSameResumption } from '../preview/resume-preview.ts';
import { payInvoices } from '../subscription/debt.ts';
import { paymentRefusal } from '../subscription/payment-refusal.ts';
import type { Till } from '../till.ts';

const owing: ReadonlySet<string> = new Set(['past_due', 'unpaid', 'incomplete', 'paused']);

type Context = Pick<Till, 'stripe' | 'store' | 'mirror' | 'catalog'>;

/** Whether the method was taken over, now or before; false while the customer has entered none. Throws when Stripe refuses the payment. */
export async function takeOver(till: Context, checkoutSessionId: string): Promise<boolean> {
  const known = await till.store.paymentSetups.find(checkoutSessionId);
  if (known?.done) return true;
  const entered = await readPaymentSetup(till.stripe, checkoutSessionId);
  if (!entered || (known && known.customerId !== entered.customerId)) return false;
  await makeDefault(till.stripe, entered, `card:${checkoutSessionId}`);
  await till.mirror.refreshCustomer(entered.customerId);
  if (known) await goOn(till, known);
  await till.store.paymentSetups.finish(checkoutSessionId);
  return true;
}

/** Resumes what is paused, or pays the very invoices that the customer agreed to pay; the mirror is fresh before and after. */
async function goOn(till: Context, setup: PaymentSetup): Promise<void> {
  const { checkoutSessionId, subscriptionId } = setup;
  if (subscriptionId === undefined) return;
  const fact = await till.store.subscriptions.find(subscriptionId);
  const refresh = () => till.mirror.refresh(subscriptionId);
  const owed = agreedDebt(fact, setup);
  if (owed.length > 0) await payInvoices(till, owed, (id) => `card:${checkoutSessionId}:pay:${id}`).finally(refresh);
  // the open invoice of an earlier try to resume it resumes it when it is paid
  const after = owed.length > 0 ? await till.store.subscriptions.find(subscriptionId) : fact;
  if (after?.status !== 'paused' || after.resumptionInvoiceId || !setup.resumption) return;
  try {
    await demandSameResumption(till, after, setup.resumption);
  } catch (error) {
    // the page or the event, whichever came first, has resumed it meanwhile
    if ((await refresh())?.status !== 'paused') return;
    throw error;
  }
  await resumePaused(till.stripe, subscriptionId, `card:${checkoutSessionId}:resume`).finally(refresh);
}

/** What the customer agreed to pay and is still open. */
function agreedDebt(fact: SubscriptionFact | undefined, { invoiceIds }: PaymentSetup): NonNullable<SubscriptionFact['openInvoices']> {
  if (!fact?.openInvoices || !owing.has(fact.status)) return [];
  return fact.openInvoices.filter(({ id }) => invoiceIds.includes(id));
}

/** Throws why what should go on with the new method still stands still; whoever tried it, the page or the event. */
export async function demandGoing(till: Context, setup: PaymentSetup): Promise<void> {
  const { subscriptionId } = setup;
  const fact = subscriptionId === undefined ? undefined : await till.store.subscriptions.find(subscriptionId);
  if (!fact) return;
  const rests = fact.status === 'paused' && setup.resumption !== undefined;
  if (rests && !fact.resumptionInvoiceId) await demandSameResumption(till, fact, setup.resumption!);
  if (rests || agreedDebt(fact, setup).length > 0) throw await paymentRefusal(till, fact.id);
}

/** The same for an event: a payment that is refused is shown by the panel and not tried again by us. */
export async function takeOverQuietly(till: Context, checkoutSessionId: string): Promise<void> {
  try {
    await takeOver(till, checkoutSessionId);
  } catch (error) {
    const code = (error instanceof BillingError ? error : toBillingError(error))?.code;
    if (code !== 'payment_failed' && code !== 'authentication_required' && code !== 'preview_changed') throw error;
    await till.store.paymentSetups.finish(checkoutSessionId);
  }
}
