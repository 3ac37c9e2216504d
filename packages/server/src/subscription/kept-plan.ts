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
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { CancelWrite } from './subscription-write.ts';

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

/** What `planToKeep` wrote; undefined for nothing, or for what somebody has changed by hand. */
export function readKeptPlan(text: string | undefined): SavedSchedule | undefined {
  if (text === undefined) return undefined;
  try {
    const saved = JSON.parse(text) as SavedSchedule;
    return Array.isArray(saved.phases) ? saved : undefined;
  } catch {
    return undefined;
  }
}
