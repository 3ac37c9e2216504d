/** What our engine says about a random case, by way of a catalog as a page gets it. */
import type { Catalog, Price, PriceModel } from '@tillkit/core/catalog/catalog';
import type { Discount } from '@tillkit/core/discount/discount';
import { afterIntervals } from '@tillkit/core/period/period';
import { prorateChange, type ProratedItem } from '@tillkit/core/proration/prorate-change';
import type { Quote } from '@tillkit/core/quote/quote';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import { totalInvoice } from '@tillkit/core/quote/invoice-total';
import type { TaxRate } from '@tillkit/core/tax/tax-rate';
import type { CaseItem, ChangeCase, MoneyCase, PriceTerms } from './random-case.ts';
import { beginning, type SandboxTotal } from './with-sandbox.ts';

/** A price of ours from Stripe's terms. */
export function toPrice(id: string, terms: PriceTerms, currency: string, interval?: string): Price {
  const { unit_amount_decimal: unit = '0', tiers, tiers_mode, transform_quantity, usage_type } = terms;
  const whole = !tiers && !unit.includes('.');
  const model: PriceModel = {
    ...(tiers && {
      tiersMode: tiers_mode ?? 'graduated',
      tiers: {
        [currency]: tiers.map(({ up_to, unit_amount_decimal, flat_amount_decimal }) => ({
          upTo: up_to === 'inf' ? null : up_to,
          ...(unit_amount_decimal !== undefined && { unitAmount: unit_amount_decimal }),
          ...(flat_amount_decimal !== undefined && { flatAmount: flat_amount_decimal }),
        })),
      },
    }),
    ...(!tiers && !whole && { unitAmounts: { [currency]: unit } }),
    ...(transform_quantity && { transformQuantity: { divideBy: transform_quantity.divide_by, round: transform_quantity.round } }),
    ...(usage_type && { metered: true }),
  };
  return {
    id,
    ...(interval && { interval }),
    amounts: { [currency]: whole ? Number(unit) : 0 },
    ...(Object.keys(model).length > 0 && { model }),
  };
}

const anyQuantity = { min: 0, max: 1_000_000, step: 1, default: 0 };

export function toCatalog({ items, currency, interval, setupFee, trialDays }: MoneyCase): Catalog {
  const [plan, ...addOns] = items;
  const priceOf = (item: CaseItem): Price => toPrice(item.id, item.price, currency, item.interval);
  return {
    version: '1',
    locale: 'en',
    locales: ['en'],
    defaultCurrency: currency,
    currencies: [currency],
    money: {},
    intervals: [interval],
    defaultInterval: interval,
    plans: [
      {
        id: 'plan',
        group: 'main',
        kind: 'paid',
        name: 'plan',
        features: [],
        prices: [priceOf(plan!)],
        seats: anyQuantity,
        ...(setupFee && { setupFee: toPrice('setup', setupFee, currency) }),
        ...(trialDays && { trial: { days: trialDays, cardRequired: true, end: 'cancel' } }),
      },
    ],
    addOns: addOns.map((item) => ({ id: item.id, name: item.id, prices: [priceOf(item)], quantity: anyQuantity })),
    products: [],
    tax: 'none',
    extended: true,
  };
}

const toDiscounts = ({ coupons, currency }: MoneyCase): Discount[] =>
  coupons.map(({ percent_off, amount_off, duration, applies_to }, index) => ({
    id: `coupon-${index}`,
    name: 'Coupon',
    duration,
    ...(percent_off !== undefined && { percentOff: String(percent_off) }),
    ...(amount_off !== undefined && { amountsOff: { [currency]: amount_off } }),
    ...(applies_to && { appliesTo: [...applies_to] }),
  }));

const toTaxRates = ({ taxRates }: MoneyCase): TaxRate[] =>
  taxRates.map(({ percentage, inclusive }, index) => ({ id: `rate-${index}`, name: 'Tax', percentage: String(percentage), inclusive }));

export function quoteCase(purchase: MoneyCase): Quote {
  const { items, currency, interval, balance } = purchase;
  const [plan, ...addOns] = items;
  return quoteExactly(
    toCatalog(purchase),
    {
      planId: 'plan',
      interval,
      currency,
      seats: plan!.quantity,
      addOns: Object.fromEntries(addOns.map(({ id, quantity }) => [id, quantity])),
    },
    { discounts: toDiscounts(purchase), taxRates: toTaxRates(purchase), balance },
  );
}

/** Where our engine and the sandbox differ on a purchase; empty when they agree. */
export function comparePurchase(purchase: MoneyCase, sandbox: SandboxTotal): string[] {
  const quote = quoteCase(purchase);
  const waiting = purchase.trialDays !== undefined && quote.trial !== undefined;
  const amounts = quote.lines.map(
    ({ kind, id, amount, interval }) => [kind === 'setup_fee' ? 'plan' : id, waiting && interval ? 0 : amount] as const,
  );
  const differences: string[] = [];
  const compare = (what: string, ours: unknown, theirs: unknown): void => {
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) differences.push(`${what}: ${JSON.stringify(ours)} and ${JSON.stringify(theirs)}`);
  };
  const inOrder = (lines: readonly (readonly [string, number])[]) => lines.map(([id, amount]) => `${id} ${amount}`).toSorted();
  compare('lines', inOrder(amounts), inOrder(sandbox.lines.map(({ id, amount }) => [id, amount])));
  compare('discount', sum(quote.discounts), sandbox.discount);
  compare('tax', sum(quote.taxes), sandbox.tax);
  compare('total', quote.dueToday + (quote.credit ?? 0) - Math.max(0, purchase.balance), sandbox.total);
  return differences;
}

/** Whether anything was paid before; from nothing to something Stripe begins a new period instead of prorating. */
export const costsSomething = (change: ChangeCase): boolean =>
  quoteCase({ ...change, coupons: [], taxRates: [] }).lines.some(({ amount }) => amount > 0);

/** What our engine says about a change. */
function prorate(change: ChangeCase) {
  const { currency, items, interval, billingMode, after, wishes } = change;
  const before = items.map(({ id, price, quantity }): ProratedItem => ({
    itemId: id,
    id,
    price: toPrice(id, price, currency, interval),
    quantity,
  }));
  const period = { start: beginning, end: afterIntervals(beginning, interval, 1) };
  return prorateChange({
    currency,
    before: withDebits(change, before, period),
    after: before.flatMap((item): ProratedItem[] => {
      const wish = wishes.find(({ id }) => id === item.id);
      if (!wish) return [item];
      if (wish.quantity === 0) return [];
      const price = wish.price ? toPrice(`${item.id}-new`, wish.price, currency, interval) : item.price;
      return [{ ...item, price, quantity: wish.quantity }];
    }),
    period,
    at: beginning + after,
    billingMode,
    discounts: toDiscounts(change),
    taxRates: toTaxRates(change),
  });
}

const sum = (list: readonly { readonly amount: number }[] = []): number => list.reduce((total, { amount }) => total + amount, 0);

/** A quote as the figures of its first invoice. */
export function toInvoice(purchase: MoneyCase, quote: Quote) {
  const waiting = quote.trial !== undefined;
  return {
    lines: quote.lines.map(({ kind, id, amount, interval }) => ({
      id: kind === 'setup_fee' ? 'plan' : id,
      amount: waiting && interval ? 0 : amount,
    })),
    discount: sum(quote.discounts),
    tax: sum(quote.taxes),
    total: quote.dueToday + (quote.credit ?? 0) - Math.max(0, purchase.balance),
    amountDue: quote.dueToday,
  };
}

/** A change as the figures of its invoice. */
export function changeInCore(change: ChangeCase) {
  const { lines, total } = prorate(change);
  return {
    lines,
    discount: 0,
    tax: sum(total.taxes),
    total: total.total,
    amountDue: total.amountDue,
  };
}

/** Where our engine and the sandbox differ on a change. */
export function compareChange(change: ChangeCase, sandbox: SandboxTotal): string[] {
  const { lines, total } = prorate(change);
  const differences: string[] = [];
  // a line of nothing is none to Stripe's eyes
  const inOrder = (list: readonly { id: string; amount: number }[]) =>
    list
      .filter(({ amount }) => amount !== 0)
      .map(({ id, amount }) => `${id} ${amount}`)
      .toSorted()
      .join(', ');
  const [ours, theirs] = [inOrder(lines), inOrder(sandbox.lines.filter(({ proration }) => proration))];
  if (ours !== theirs) differences.push(`lines: ${ours} and ${theirs}`);
  // nothing changed: Stripe then shows the next renewal, which is no part of the change
  if (lines.length > 0 && total.total !== sandbox.total) differences.push(`total: ${total.total} and ${sandbox.total}`);
  return differences;
}

/** What the first invoice debited for each item, which flexible billing credits from. */
function withDebits(change: ChangeCase, items: readonly ProratedItem[], period: { start: number; end: number }): ProratedItem[] {
  const quote = quoteCase({ ...change, balance: 0 });
  const amounts = items.map(({ id }) => quote.lines.find((line) => line.id === id)!.amount);
  const { lineDiscounts } = totalInvoice(
    items.map(({ id }, index) => ({ id, amount: amounts[index]! })),
    { currency: change.currency, discounts: toDiscounts(change) },
  );
  return items.map((item, index) => ({ ...item, debited: { amount: amounts[index]! - lineDiscounts[index]!, ...period } }));
}
