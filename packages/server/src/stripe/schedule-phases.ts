/** Step 7 at Stripe: what a phase of a schedule takes over from a subscription. */
import type { Stripe } from 'stripe';
import { copyDefaults, copyLaterPhase, copyPhase, toPhaseItem, type PhaseItem } from './copied-phase.ts';
import type { StripeGateway } from './gateway.ts';
import { repeatedly } from './kept-answers.ts';
import { idOf } from './price-facts.ts';

type Discounts = readonly (string | Stripe.Discount)[];

/** Discounts by their ids, as long as they last beyond a moment (Unix seconds). */
export function discountsUntil(discounts: Discounts, moment: number): { discount: string }[] {
  return discounts.flatMap((discount) => {
    const over = typeof discount !== 'string' && discount.end !== null && discount.end <= moment;
    return over ? [] : [{ discount: idOf(discount) }];
  });
}

interface WithItems {
  readonly items: { readonly data: readonly Stripe.SubscriptionItem[] };
}

/** The items that a subscription has, with all that is their own and lasts beyond a moment. */
export function phaseItemsOf({ items }: WithItems, moment = 0): PhaseItem[] {
  return items.data.map((item) => toPhaseItem(item, discountsUntil(item.discounts, moment)));
}

/**
 * Puts a new default method of a subscription into every phase of its schedule, running or to come, that names the old one, and
 * into what the schedule lets hold in phases that name none. It sets the same however often it is repeated; `keepTurn` throws when
 * another request may have planned something else since the phases were read.
 */
export async function payPhasesWith(
  stripe: StripeGateway,
  subscriptionId: string,
  paymentMethodId: string,
  keepTurn: () => Promise<void>,
): Promise<void> {
  const client = await stripe();
  const { schedule, default_payment_method: method } = await client.subscriptions.retrieve(subscriptionId, { expand: ['schedule'] });
  const before = method && idOf(method);
  if (!schedule || typeof schedule === 'string' || !before || before === paymentMethodId) return;
  const { id, phases, current_phase: current, default_settings: defaults } = schedule;
  const runningSince = current?.start_date ?? 0;
  const left = phases
    .filter(({ end_date: end }) => end > runningSince)
    .map((phase) => (phase.start_date > runningSince ? copyLaterPhase(phase) : copyPhase(phase)));
  const holds = copyDefaults(defaults);
  const heldBefore = holds.default_payment_method === before;
  if (!heldBefore && !left.some((phase) => phase.default_payment_method === before)) return;
  const paid = left.map((phase) =>
    phase.default_payment_method === before ? { ...phase, default_payment_method: paymentMethodId } : phase,
  );
  const planned = { phases: paid, ...(heldBefore && { default_settings: { ...holds, default_payment_method: paymentMethodId } }) };
  await keepTurn();
  await repeatedly(() => client.subscriptionSchedules.update(id, planned));
}
