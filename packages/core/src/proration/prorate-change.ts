/**
 * Step 7, panel: what a change in the middle of a period comes to, as an estimate beside Stripe's own preview.
 *
 * Promise: to the second, exact, one rounding a line. An entry of its own: a pricing page never loads it.
 */
import type { Price } from '../catalog/catalog.ts';
import type { Discount } from '../discount/discount.ts';
import type { CurrencyCode } from '../money/currency-code.ts';
import { type Exact, parsePercentage } from '../money/exact.ts';
import { prorationContainsPercentOff, roundProration } from '../money/unconfirmed.ts';
import type { Period } from '../period/period.ts';
import type { LineStep } from '../pricing/line-step.ts';
import { rateQuantity } from '../pricing/price-rate.ts';
import { type InvoiceTotal, totalInvoice } from '../quote/invoice-total.ts';
import type { TaxRate } from '../tax/tax-rate.ts';

/** A recurring item of a subscription. */
export interface ProratedItem {
  /** The subscription item it is; the same before and after where Stripe changes the item and does not replace it. */
  readonly itemId: string;
  /** Plan or add-on id. */
  readonly id: string;
  readonly price: Price;
  readonly quantity: number;
  /** What was debited for it last, minor units after discounts and before exclusive taxes, and for which time. */
  readonly debited?: { readonly amount: number } & Period;
}

export interface Change {
  readonly currency: CurrencyCode;
  readonly before: readonly ProratedItem[];
  readonly after: readonly ProratedItem[];
  /** The running period. */
  readonly period: Period;
  /** The period that the change starts, where the interval changes; it begins at `at`. */
  readonly newPeriod?: Period | undefined;
  /** Stripe's `proration_date`, Unix seconds. */
  readonly at: number;
  /** `flexible` credits what was debited, `classic` what the old price would cost now. */
  readonly billingMode: 'classic' | 'flexible';
  /** Discounts in force; prorations contain them already. */
  readonly discounts?: readonly Discount[];
  readonly taxRates?: readonly TaxRate[];
  /** Stripe's sign, minor units: negative is credit. */
  readonly balance?: number;
}

export interface ProrationLine {
  readonly kind: 'credit' | 'debit';
  readonly id: string;
  readonly itemId: string;
  readonly quantity: number;
  /** Minor units; negative for a credit. */
  readonly amount: number;
  readonly discountable: false;
  readonly steps: readonly LineStep[];
}

/** Lines of the change and what they come to on an invoice of their own. Items that stay as they are have no line. */
export function prorateChange(change: Change): { readonly lines: readonly ProrationLine[]; readonly total: InvoiceTotal } {
  const { before, after, newPeriod, currency, taxRates, balance } = change;
  const stays = (one: ProratedItem): boolean =>
    !newPeriod &&
    [before, after].every((items) =>
      items.some(({ itemId, price, quantity }) => itemId === one.itemId && price.id === one.price.id && quantity === one.quantity),
    );
  const lines = [
    ...before.filter((item) => !stays(item)).map((item) => creditOf(item, change)),
    ...after.filter((item) => !stays(item)).map((item) => debitOf(item, change)),
  ];
  return { lines, total: totalInvoice(lines, { currency, taxRates, balance }) };
}

function creditOf(item: ProratedItem, { billingMode, period, at, currency, discounts }: Change): ProrationLine {
  const { price, quantity, debited } = item;
  if (billingMode === 'flexible' && debited) return lineOf('credit', item, debited.amount, [], debited, at);
  return lineOf('credit', item, rateQuantity(price, currency, quantity).exact, discounts, period, at);
}

function debitOf(item: ProratedItem, { period, newPeriod, at, currency, discounts }: Change): ProrationLine {
  const { exact, steps } = rateQuantity(item.price, currency, item.quantity);
  return lineOf('debit', item, exact, discounts, newPeriod ?? period, at, steps);
}

/**
 * `amount × remaining ÷ period`, less the percentages off, rounded once. Source: Stripe's page "Prorations" (to the
 * second); the rounding is `roundProration`.
 */
function lineOf(
  kind: ProrationLine['kind'],
  { id, itemId, quantity }: ProratedItem,
  exact: Exact,
  discounts: readonly Discount[] = [],
  { start, end }: Period,
  at: number,
  steps: readonly LineStep[] = [],
): ProrationLine {
  const length = end - start;
  const remaining = Math.min(Math.max(end - at, 0), length);
  let [part, whole] = [remaining, length];
  for (const { percentOff, appliesTo } of discounts) {
    if (!prorationContainsPercentOff || percentOff === undefined || (appliesTo && !appliesTo.includes(id))) continue;
    const off = parsePercentage(percentOff);
    [part, whole] = [part * (off.whole - off.part), whole * off.whole];
  }
  if (!Number.isSafeInteger(whole)) throw new RangeError('Too many decimals in the discounts to be exact.');
  const amount = roundProration(exact, part, whole);
  const share: LineStep = { kind: 'share', remaining, period: length };
  const signed = kind === 'credit' && amount > 0 ? -amount : amount;
  return { kind, id, itemId, quantity, amount: signed, discountable: false, steps: [share, ...steps] };
}
