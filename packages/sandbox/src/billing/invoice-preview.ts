/**
 * Step panel: `invoices.createPreview`: the change or the renewal is done, its invoice is looked at, and all of it is taken back.
 */
import { invalid } from '../http/api-error.ts';
import type { Customer } from '../objects/customer.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { Subscription } from '../objects/subscription.ts';
import type { World } from '../world.ts';
import { newCustomer } from './checkout.ts';
import { draftInvoice, pendingItems } from './invoice-draft.ts';
import { addInvoiceItem } from './invoice-items.ts';
import { enterPhase } from './schedule-phases.ts';
import { type ChangeWish, changeItems } from './subscription-change.ts';
import { createSubscription, type WantedItem } from './subscription-create.ts';
import { renew } from './subscription-cycle.ts';

const preview = (invoice: Invoice): Invoice => ({ ...invoice, id: `upcoming_${invoice.id}`, status: 'draft', number: null });

/** The next renewal of a subscription, as it is or after a change without proration. */
export function previewRenewal(world: World, subscription: Subscription, wish?: ChangeWish): Invoice {
  const end = Math.min(...subscription.items.data.map((item) => item.current_period_end));
  return world.rehearse(() => {
    const changed = wish ? changeItems(world, subscription, wish).subscription : subscription;
    const schedule = world.tables.schedules.get(changed.schedule ?? '');
    if (schedule?.status === 'active' && schedule.current_phase?.end_date === end) enterPhase(world, schedule);
    const current = world.tables.subscriptions.get(changed.id) ?? changed;
    const status = current.status === 'trialing' ? ({ status: 'active' } as const) : {};
    const invoice = renew(world, current, status) ?? world.tables.invoices.get(current.latest_invoice ?? '');
    if (!invoice) throw invalid('No upcoming invoices for customer', 'invoice_upcoming_none');
    return preview(invoice);
  }, end);
}

/** What a change with `always_invoice` charges now. */
export function previewChange(world: World, subscription: Subscription, wish: ChangeWish): Invoice {
  return world.rehearse(() => {
    const { invoice } = changeItems(world, subscription, { ...wish, payment_behavior: 'default_incomplete' });
    if (invoice) return preview(invoice);
    return previewRenewal(world, subscription);
  });
}

export interface Purchase {
  readonly customer: Customer | null;
  readonly currency: string;
  readonly items: readonly WantedItem[];
  readonly extras: readonly WantedItem[];
  readonly trial_end: number | null;
  /** When it would begin; unix seconds. */
  readonly start: number;
}

/** The first invoice of a subscription that does not exist, or of things bought once. */
export function previewPurchase(world: World, { customer, currency, items, extras, trial_end, start }: Purchase): Invoice {
  return world.rehearse(() => {
    const buyer = customer ?? newCustomer(world, {});
    if (items.length === 0) {
      for (const extra of extras) addInvoiceItem(world, { ...extra, customer: buyer.id, currency, subscription: null });
      return preview(
        draftInvoice(world, {
          customer: buyer,
          currency,
          billing_reason: 'manual',
          lines: [],
          subscription: null,
          items: pendingItems(world, buyer.id, currency, null),
          period: { start, end: start },
          automatically_finalizes_at: null,
        }),
      );
    }
    const subscription = createSubscription(world, {
      customer: buyer,
      currency,
      items,
      extras,
      trial_end,
      missing_payment_method: 'create_invoice',
      metadata: {},
      description: null,
      default_payment_method: null,
      save_default_payment_method: 'off',
      billing_mode: 'flexible',
      payment_behavior: 'default_incomplete',
    });
    const invoice = world.tables.invoices.get(subscription.latest_invoice ?? '');
    if (!invoice) throw invalid('No upcoming invoices for customer', 'invoice_upcoming_none');
    return preview(invoice);
  }, start);
}
