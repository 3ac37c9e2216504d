/**
 * Step checkout: what a session comes to.
 *
 * Promise: whenever lines, discounts or the buyer's place change, all amounts of the session change together.
 */
import { hasTaxLocation } from '../billing/taxes.ts';
import type { CheckoutSession, SessionLineItem, SessionTerms, ShippingCost, SubscriptionPlan } from '../objects/checkout-session.ts';
import { memory } from '../objects/memory.ts';
import type { World } from '../world.ts';
import { demandSellableLines, dueToday, type TaxedBuyer, toLineItems, type WantedLine } from './checkout-session-items.ts';

export const hasTrial = ({ trial_end, trial_period_days }: SubscriptionPlan): boolean => trial_end !== null || trial_period_days !== null;
const sumOf = (items: readonly SessionLineItem[], name: 'amount_subtotal' | 'amount_discount' | 'amount_tax'): number =>
  items.reduce((sum, item) => sum + item[name], 0);
export const totals = (items: readonly SessionLineItem[], amount: number | null, shipping: ShippingCost | null) => ({
  amount_subtotal: amount === null ? null : sumOf(items, 'amount_subtotal'),
  amount_total: amount,
  total_details:
    amount === null
      ? null
      : {
          amount_discount: sumOf(items, 'amount_discount'),
          amount_shipping: shipping?.amount_total ?? 0,
          amount_tax: sumOf(items, 'amount_tax'),
        },
});

export const automaticTaxOf = ({ automatic_tax }: SessionTerms, customer: TaxedBuyer | null): CheckoutSession['automatic_tax'] => ({
  enabled: automatic_tax,
  liability: automatic_tax ? { type: 'self' } : null,
  provider: automatic_tax ? 'stripe' : null,
  status: automatic_tax ? (customer && hasTaxLocation(customer) ? 'complete' : 'requires_location_inputs') : null,
});

export const shownDiscounts = ({ discounts }: SessionTerms): CheckoutSession['discounts'] =>
  discounts.map(({ coupon = null, promotion_code = null }) => ({ coupon, promotion_code }));
export const lineItemList = (id: string, data: CheckoutSession['line_items']['data']): CheckoutSession['line_items'] => ({
  object: 'list',
  data,
  has_more: false,
  url: `/v1/checkout/sessions/${id}/line_items`,
});

/** Whose address and exemption decide about taxes: the customer's, or what was typed where that will become theirs. */
export function taxedBuyer(world: World, { customer, customer_details, [memory]: { customerUpdate } }: CheckoutSession): TaxedBuyer | null {
  const known = world.tables.customers.get(customer ?? '');
  const typed = customer_details?.address ?? null;
  if (known) return customerUpdate.address === 'auto' && typed ? { ...known, address: typed } : known;
  return typed && { id: null, address: typed, tax_exempt: 'none' };
}

/** The session with other lines or terms, priced anew. */
export function withLines(
  world: World,
  before: CheckoutSession,
  lines: readonly WantedLine[],
  terms: SessionTerms = before[memory].terms,
): Partial<CheckoutSession> {
  demandSellableLines(lines, before.mode, before.currency);
  const currency = before.currency ?? '';
  const customer = taxedBuyer(world, before);
  const items = toLineItems(world, lines, { currency, onTrial: hasTrial(before[memory].plan), customer, terms });
  return {
    ...totals(items, dueToday(items, currency, before.shipping_cost), before.shipping_cost),
    automatic_tax: automaticTaxOf(terms, customer),
    discounts: shownDiscounts(terms),
    line_items: lineItemList(before.id, items),
    [memory]: { ...before[memory], terms },
  };
}

/** The lines of a session as they were wanted, to be priced again. */
export const wantedAgain = ({ line_items, [memory]: { terms } }: CheckoutSession): WantedLine[] =>
  line_items.data.map(({ id, price, quantity, metadata, adjustable_quantity, taxes }) => ({
    id,
    price,
    quantity,
    metadata,
    adjustable_quantity,
    tax_rates: terms.automatic_tax ? [] : taxes.map(({ rate }) => rate),
  }));
