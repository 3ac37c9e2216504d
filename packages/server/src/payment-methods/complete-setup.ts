/**
 * Step 7, panel: a payment method that was entered on Stripe's page becomes the one that renewals are taken from, and what
 * stood still for want of one goes on.
 *
 * Promise: whether the page comes back first or the event does, both or one of them twice, it happens once: what is paid has a
 * key made of the page's id, what became the default does so no second time, since the customer may have taken another since, and a
 * page that is done is not looked at again.
 */
import { BillingError } from '../http/billing-error.ts';
import { untilSure } from '../stripe/kept-answers.ts';
import { readPaymentSetup } from '../stripe/payment-methods.ts';
import { toBillingError } from '../stripe/stripe-errors.ts';
import { resumePaused } from '../stripe/subscriptions.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { PaymentSetup } from '../store/payment-setups.ts';
import { demandSameResumption } from '../preview/resume-preview.ts';
import { payInvoices } from '../subscription/debt.ts';
import { oneAtATime, type Turn } from '../subscription/one-at-a-time.ts';
import { asTheOnlyOne, demandOnlyOne } from '../subscription/only-one.ts';
import { paymentRefusal } from '../subscription/payment-refusal.ts';
import type { Till } from '../till.ts';
import { makeDefault } from './make-default.ts';

const owing: ReadonlySet<string> = new Set(['past_due', 'unpaid', 'incomplete', 'paused', 'canceled']);

/** Refusals that the customer is told of, by the page or by what the panel shows. */
const expected: ReadonlySet<string> = new Set(['payment_failed', 'authentication_required', 'preview_changed', 'already_subscribed']);

type Context = Pick<Till, 'stripe' | 'store' | 'mirror' | 'catalog' | 'now' | 'log'>;

/** Whether the method was taken over, now or before; false while the customer has entered none. Throws when Stripe refuses the payment. */
export async function completeSetup(till: Context, checkoutSessionId: string): Promise<boolean> {
  if (await isDone(till, checkoutSessionId)) return true;
  const entered = await readPaymentSetup(till.stripe, checkoutSessionId);
  // as Stripe was asked, somebody may have taken the customer over
  const known = await till.store.paymentSetups.find(checkoutSessionId);
  if (known?.done) return true;
  if (!entered || (known && known.customerId !== entered.customerId)) return false;
  try {
    const demand = (): Promise<void> => demandOpen(till, checkoutSessionId);
    if (!known?.isDefault) await makeDefault(till, entered, `card:${checkoutSessionId}`, demand);
    await till.store.paymentSetups.noteDefault(checkoutSessionId);
    await till.mirror.refreshCustomer(entered.customerId);
    if (known) await continueSubscription(till, known);
    await till.store.paymentSetups.finish(checkoutSessionId);
  } catch (error) {
    if (!(error instanceof SetupDone)) throw error;
  }
  return true;
}

/** The page and the event came together and the other one was first, or somebody has taken the customer over. */
class SetupDone extends Error {}

async function demandOpen(till: Context, checkoutSessionId: string): Promise<void> {
  if (await isDone(till, checkoutSessionId)) throw new SetupDone();
}

const isDone = async ({ store }: Context, checkoutSessionId: string): Promise<boolean> =>
  (await store.paymentSetups.find(checkoutSessionId))?.done === true;

/** Resumes what is paused, or pays the very invoices that the customer agreed to pay; the mirror is fresh before and after. */
async function continueSubscription(till: Context, setup: PaymentSetup): Promise<void> {
  const { subscriptionId, customerId } = setup;
  if (subscriptionId === undefined) return;
  await oneAtATime(till, { subscriptionId, customerId, patient: true }, async (turn) => {
    // the page and the event may come together, and another tab may pay: whoever was second sees what the first has done
    const fact = await till.mirror.refresh(subscriptionId);
    if (!fact || (await isDone(till, setup.checkoutSessionId))) return;
    const go = (): Promise<void> => payOrResume(till, setup, fact, turn);
    await (resumes(fact, setup) ? asTheOnlyOne(till, fact, go) : go());
  });
}

async function payOrResume(till: Context, setup: PaymentSetup, fact: SubscriptionFact, turn: Turn): Promise<void> {
  const { checkoutSessionId } = setup;
  const { id: subscriptionId } = fact;
  const refresh = () => till.mirror.refresh(subscriptionId);
  const keep = async (): Promise<void> => {
    await demandOpen(till, checkoutSessionId);
    await turn.keep();
  };
  const owed = agreedDebt(fact, setup);
  await keep();
  if (owed.length > 0) await payInvoices(till, fact, owed, (id) => `card:${checkoutSessionId}:pay:${id}`).finally(refresh);
  // the open invoice of an earlier try to resume it resumes it when it is paid
  const after = await till.store.subscriptions.find(subscriptionId);
  if (after?.status !== 'paused' || after.resumptionInvoiceId || !setup.resumption) return;
  await demandSameResumption(till, after, setup.resumption);
  await keep();
  const isResumed = async (): Promise<boolean> => {
    const now = await refresh();
    return now?.status !== 'paused' || now.resumptionInvoiceId !== undefined;
  };
  const resume = (key: string): Promise<void> => resumePaused(till.stripe, subscriptionId, key);
  await untilSure(`card:${checkoutSessionId}:resume`, till.now(), isResumed, resume).finally(refresh);
}

/** Whether what stands still begins again with the method: because the customer said so, or by an open invoice that is paid. */
const resumes = (fact: SubscriptionFact, setup: PaymentSetup): boolean =>
  fact.status === 'paused' && (setup.resumption !== undefined || agreedDebt(fact, setup).length > 0);

/** What the customer agreed to pay and is still open. */
function agreedDebt(fact: SubscriptionFact, { invoiceIds }: PaymentSetup): NonNullable<SubscriptionFact['openInvoices']> {
  if (!fact.openInvoices || !owing.has(fact.status)) return [];
  return fact.openInvoices.filter(({ id }) => invoiceIds.includes(id));
}

/** Throws why what should go on with the new method still stands still; whoever tried it, the page or the event. */
export async function demandContinued(till: Context, setup: PaymentSetup): Promise<void> {
  const { subscriptionId } = setup;
  const fact = subscriptionId === undefined ? undefined : await till.store.subscriptions.find(subscriptionId);
  if (!fact) return;
  const rests = resumes(fact, setup);
  if (rests) await demandOnlyOne(till, fact);
  if (rests && setup.resumption && !fact.resumptionInvoiceId) await demandSameResumption(till, fact, setup.resumption);
  if (rests || agreedDebt(fact, setup).length > 0) throw await paymentRefusal(till, fact.id);
}

/** The same for an event: a payment that is refused is shown by the panel and not tried again by us. */
export async function completeSetupOrLeaveIt(till: Context, checkoutSessionId: string): Promise<void> {
  try {
    await completeSetup(till, checkoutSessionId);
  } catch (error) {
    const code = (error instanceof BillingError ? error : toBillingError(error))?.code;
    if (!code || !expected.has(code)) throw error;
    await till.store.paymentSetups.finish(checkoutSessionId);
  }
}
