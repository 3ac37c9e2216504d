/**
 * Step 7 at Stripe: phases of a schedule as they are read, in the form in which they are sent.
 *
 * Promise: what is read from a phase is sent whole. An update replaces every phase, and what it leaves out is unset
 * (docs.stripe.com/billing/subscriptions/subscription-schedules).
 */
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { repeatedly } from './kept-answers.ts';
import { idOf } from './price-facts.ts';

export type PhaseParams = Stripe.SubscriptionScheduleUpdateParams.Phase;
type PhaseItem = PhaseParams['items'][number];
type Discounts = readonly (string | Stripe.Discount)[];

/** A phase to be sent again as it is; what a running one has added to its invoice is there already. */
export function copyPhase(phase: Stripe.SubscriptionSchedule.Phase): PhaseParams {
  const { automatic_tax: tax, default_payment_method: method, default_tax_rates: rates, invoice_settings: settings } = phase;
  return {
    items: phase.items.map(copyItem),
    start_date: phase.start_date,
    end_date: phase.end_date,
    proration_behavior: phase.proration_behavior,
    ...(phase.discounts.length > 0 && { discounts: phase.discounts.map(copyDiscount) }),
    ...(phase.metadata && { metadata: { ...phase.metadata } }),
    ...(phase.trial_end !== null && phase.trial_end !== undefined && { trial_end: phase.trial_end }),
    ...(method && { default_payment_method: idOf(method) }),
    ...(rates && rates.length > 0 && { default_tax_rates: rates.map(idOf) }),
    ...(tax && { automatic_tax: { enabled: tax.enabled } }),
    ...(phase.collection_method && { collection_method: phase.collection_method }),
    ...(phase.description && { description: phase.description }),
    ...(phase.billing_cycle_anchor && { billing_cycle_anchor: phase.billing_cycle_anchor }),
    ...(settings?.days_until_due && { invoice_settings: { days_until_due: settings.days_until_due } }),
  };
}

/** A phase that has not begun, with what it will add to its first invoice. */
export function copyLaterPhase(phase: Stripe.SubscriptionSchedule.Phase): PhaseParams {
  const { add_invoice_items: added } = phase;
  return { ...copyPhase(phase), ...(added.length > 0 && { add_invoice_items: added.map(copyAdded) }) };
}

function copyAdded(item: Stripe.SubscriptionSchedule.Phase.AddInvoiceItem): NonNullable<PhaseParams['add_invoice_items']>[number] {
  const { price, quantity, discountable, discounts, metadata, period, tax_rates: rates } = item;
  return {
    price: idOf(price),
    period,
    ...(quantity !== null && { quantity }),
    ...(discountable !== null && { discountable }),
    ...(metadata && Object.keys(metadata).length > 0 && { metadata: { ...metadata } }),
    ...(discounts.length > 0 && { discounts: discounts.map(copyDiscount) }),
    ...(rates && rates.length > 0 && { tax_rates: rates.map(idOf) }),
  };
}

function copyItem({ price, quantity, metadata, discounts, tax_rates: rates }: Stripe.SubscriptionSchedule.Phase.Item): PhaseItem {
  return {
    price: idOf(price),
    ...(quantity !== undefined && { quantity }),
    ...(metadata && Object.keys(metadata).length > 0 && { metadata: { ...metadata } }),
    ...(discounts.length > 0 && { discounts: discounts.map(copyDiscount) }),
    ...(rates && rates.length > 0 && { tax_rates: rates.map(idOf) }),
  };
}

function copyDiscount({ coupon, discount, promotion_code: code }: Stripe.SubscriptionSchedule.Phase.Discount) {
  if (discount) return { discount: idOf(discount) };
  return code ? { promotion_code: idOf(code) } : { coupon: coupon ? idOf(coupon) : '' };
}

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
  return items.data.map(({ price, quantity, metadata, discounts, tax_rates: rates }) => {
    const own = discountsUntil(discounts, moment);
    return {
      price: price.id,
      ...(quantity !== undefined && { quantity }),
      ...(Object.keys(metadata).length > 0 && { metadata: { ...metadata } }),
      ...(own.length > 0 && { discounts: own }),
      ...(rates && rates.length > 0 && { tax_rates: rates.map(idOf) }),
    };
  });
}

/**
 * Puts a new default method of a subscription into every phase of its schedule, running or to come, that names the old one. It
 * sets the same however often it is repeated.
 */
export async function payPhasesWith(stripe: StripeGateway, subscriptionId: string, paymentMethodId: string): Promise<void> {
  const client = await stripe();
  const { schedule, default_payment_method: method } = await client.subscriptions.retrieve(subscriptionId, { expand: ['schedule'] });
  const before = method && idOf(method);
  if (!schedule || typeof schedule === 'string' || !before || before === paymentMethodId) return;
  const { id, phases, current_phase: current } = schedule;
  const runningSince = current?.start_date ?? 0;
  const left = phases
    .filter(({ end_date: end }) => end > runningSince)
    .map((phase) => (phase.start_date > runningSince ? copyLaterPhase(phase) : copyPhase(phase)));
  if (!left.some((phase) => phase.default_payment_method === before)) return;
  const paid = left.map((phase) =>
    phase.default_payment_method === before ? { ...phase, default_payment_method: paymentMethodId } : phase,
  );
  await repeatedly(() => client.subscriptionSchedules.update(id, { phases: paid }));
}
