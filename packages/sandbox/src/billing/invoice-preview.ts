/**
 * Step panel: `invoices.createPreview`: the change or the renewal is done, its invoice is looked at, and all of it is taken back.
 *
 * Promise: no arithmetic of its own.
 */
import { ApiError } from '../http/api-error.ts';
import type { Customer } from '../objects/customer.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { Subscription } from '../objects/subscription.ts';
import type { World } from '../world.ts';
import type { TaxRate } from '../objects/discount.ts';
import { readDiscounts, redeem, type WantedDiscount } from './discounts.ts';
import { draftInvoice, pendingItems } from './invoice-draft.ts';
import { enterPhase } from './schedule-phases.ts';
import { type ChangeWish, changeSubscription } from './subscription-change.ts';
import { createSubscription, type NewSubscription, type WantedItem } from './subscription-create.ts';
import { renew } from './subscription-cycle.ts';
import { cancelNow } from './subscription-end.ts';
import { resumeSubscription } from './subscription-pause.ts';
import { isEnded } from './subscription-payment.ts';

/** As a draft nobody can retrieve; its lines can be listed (docs.stripe.com/invoicing/preview). */
const preview = (invoice: Invoice): Invoice => ({
  ...invoice,
  id: `upcoming_${invoice.id}`,
  lines: { ...invoice.lines, url: `/v1/invoices/upcoming_${invoice.id}/lines` },
  amount_paid: 0,
  amount_remaining: invoice.amount_due,
  attempted: false,
  hosted_invoice_url: null,
  invoice_pdf: null,
  number: null,
  status: 'draft',
  status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
});

const nothing = (): ApiError =>
  new ApiError(404, { type: 'invalid_request_error', code: 'invoice_upcoming_none', message: 'No upcoming invoices for customer.' });

/** The invoice of the next renewal; `recurring` leaves out what waits for an invoice only once. */
export function previewRenewal(world: World, subscription: Subscription, mode: 'next' | 'recurring' = 'next'): Invoice {
  const end = Math.min(...subscription.items.data.map((item) => item.current_period_end));
  if (isEnded(subscription) || (subscription.cancel_at !== null && subscription.cancel_at <= end)) throw nothing();
  return world.rehearse(() => {
    const schedule = world.tables.schedules.get(subscription.schedule ?? '');
    if (schedule?.status === 'active' && schedule.current_phase?.end_date === end) enterPhase(world, schedule);
    const current = world.tables.subscriptions.get(subscription.id) ?? subscription;
    if (isEnded(current)) throw nothing();
    const patch = current.status === 'trialing' ? ({ status: 'active' } as const) : {};
    // a phase that began a new period has billed it already
    const ends = current.items.data.some((item) => item.current_period_end <= world.now());
    const renewal = ends ? renew(world, current, { patch, takesPending: mode === 'next' }) : null;
    const invoice = renewal ?? world.tables.invoices.get(current.latest_invoice ?? '');
    if (!invoice) throw nothing();
    return preview(invoice);
  }, end);
}

/** What a change bills at once, or else the renewal after it. */
export function previewChange(world: World, subscription: Subscription, wish: ChangeWish, mode: 'next' | 'recurring'): Invoice {
  return world.rehearse(() => {
    const { invoice, subscription: changed } = changeSubscription(world, subscription, { ...wish, payment_behavior: 'default_incomplete' });
    return invoice && mode === 'next' ? preview(invoice) : previewRenewal(world, changed, mode);
  });
}

/** The last invoice of a subscription that would be canceled now. */
export function previewCancellation(world: World, subscription: Subscription, prorate: boolean): Invoice {
  return world.rehearse(() => {
    const { cancellation_details } = subscription;
    const { invoice } = cancelNow(world, subscription, { invoice_now: true, prorate, cancellation_details });
    if (!invoice) throw nothing();
    return preview(invoice);
  });
}

/** The invoice with which a paused subscription would be resumed now. */
export function previewResumption(world: World, subscription: Subscription): Invoice {
  return world.rehearse(() => {
    const { latest_invoice } = resumeSubscription(world, subscription, 'resume_on_payment_success');
    const invoice = world.tables.invoices.get(latest_invoice ?? '');
    if (!invoice) throw nothing();
    return preview(invoice);
  });
}

export interface Purchase {
  readonly customer: Customer;
  readonly currency: string;
  readonly items: readonly WantedItem[];
  readonly discounts: readonly WantedDiscount[];
  readonly default_tax_rates: readonly TaxRate[];
  readonly automatic_tax: boolean;
  readonly trial_end: number | null;
  readonly billing_mode: 'classic' | 'flexible';
  /** When it would begin; unix seconds. */
  readonly start: number;
}

/** What waits for the customer, without a subscription. */
function draftOnce(world: World, { customer, currency, discounts, default_tax_rates, automatic_tax, start }: Purchase): Invoice {
  const items = pendingItems(world, customer.id, currency, null);
  if (items.length === 0) throw nothing();
  const subtotal = items.reduce((sum, { amount }) => sum + amount, 0);
  const given = redeem(world, readDiscounts(world, discounts, { customer: customer.id, currency, subtotal }), { customer: customer.id });
  return draftInvoice(world, {
    customer,
    currency,
    billing_reason: 'manual',
    lines: [],
    subscription: null,
    items,
    ...(given.length > 0 && { discounts: given.map(({ id }) => id) }),
    default_tax_rates,
    automatic_tax,
    period: { start, end: start },
    automatically_finalizes_at: null,
  });
}

const subscriptionLike = {
  missing_payment_method: 'create_invoice',
  metadata: {},
  description: null,
  default_payment_method: null,
  save_default_payment_method: 'off',
  payment_behavior: 'default_incomplete',
} as const satisfies Partial<NewSubscription>;

/** The first invoice of a subscription that does not exist, or of what waits for an invoice. */
export function previewPurchase(world: World, purchase: Purchase): Invoice {
  return world.rehearse(() => {
    if (purchase.items.length === 0) return preview(draftOnce(world, purchase));
    const subscription = createSubscription(world, { ...subscriptionLike, ...purchase, extras: [] });
    const invoice = world.tables.invoices.get(subscription.latest_invoice ?? '');
    if (!invoice) throw nothing();
    return preview(invoice);
  }, purchase.start);
}
