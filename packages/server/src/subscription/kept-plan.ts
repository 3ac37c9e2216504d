/**
 * Step 7, panel: what was planned for a subscription when its customer canceled.
 *
 * Promise: who stays after all has what was planned before, also what the owner planned: a schedule cannot stand beside a
 * cancellation, so its phases are kept in the subscription's metadata at Stripe.
 */
import { BillingError } from '../http/billing-error.ts';
import type { StripeGateway } from '../stripe/gateway.ts';
import { writeCancelNote } from '../stripe/metadata.ts';
import { saveSchedule, type SavedSchedule } from '../stripe/schedules.ts';
import { isFinal } from '../stripe/stripe-errors.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { forgetKeptPlan } from '../stripe/subscriptions.ts';
import type { Till } from '../till.ts';
import type { Turn } from './one-at-a-time.ts';
import type { CancelWrite, KeepWrite } from './subscription-write.ts';

type KeptPlan = Pick<CancelWrite, 'planned'> & { readonly setAside?: SavedSchedule };

/** The schedule that a cancellation sets aside, and its text; throws `not_possible_now` when it is too long to be kept. */
export async function planToKeep(stripe: StripeGateway, { scheduleId, scheduleNote }: SubscriptionFact): Promise<KeptPlan> {
  if (scheduleId === undefined) return {};
  const setAside = await saveSchedule(stripe, scheduleId);
  // ours that has done its work
  if (scheduleNote && setAside.phases.length === 0) return { setAside };
  const planned = JSON.stringify(setAside);
  if (!writeCancelNote(0, planned))
    throw new BillingError('not_possible_now', { detail: 'The owner of the site has planned more than can be kept.' });
  return { setAside, planned };
}

/** Whether a cancellation was taken back at Stripe, in its portal, and what was planned before is still only written down. */
export function isPlanDue({ setAside, cancelAt, endedAt }: SubscriptionFact): boolean {
  return setAside !== undefined && cancelAt === undefined && endedAt === undefined;
}

/** Plans it again, as taking a cancellation back here does; what the owner planned meanwhile stands. Answers the subscription as it is then. */
export async function planKeptAgain(
  { stripe, mirror, log }: Pick<Till, 'stripe' | 'mirror' | 'log'>,
  subscription: SubscriptionFact,
  turn: Turn,
): Promise<SubscriptionFact> {
  if (!isPlanDue(subscription)) return subscription;
  const { id, scheduleId } = subscription;
  const keep = toKeepWrite(subscription);
  const forget = async (): Promise<void> => {
    // by now it may be what another cancellation has set aside
    await turn.keep();
    await forgetKeptPlan(stripe, id);
  };
  try {
    await (keep.planned && scheduleId === undefined ? turn.write(keep) : forget());
  } catch (error) {
    if (!isFinal(error)) throw error;
    // it cannot be planned any more, and keeps nobody from the next change
    log.warn('change.plan_not_restored', { message: id, error });
    await forget();
  }
  return (await mirror.refresh(id)) ?? subscription;
}

/** The cancellation is taken back, and what it set aside planned again. */
export function toKeepWrite({ setAside, note }: SubscriptionFact): KeepWrite {
  const planned = setAside && readKeptPlan(setAside);
  return { kind: 'keep', after: note.changeId, ...(planned && { planned }) };
}

/** What `planToKeep` wrote; undefined for what somebody has changed by hand. */
function readKeptPlan(text: string): SavedSchedule | undefined {
  try {
    const saved = JSON.parse(text) as SavedSchedule;
    return Array.isArray(saved.phases) ? saved : undefined;
  } catch {
    return undefined;
  }
}
