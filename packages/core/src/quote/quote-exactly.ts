/**
 * Step 3, quote: the whole engine, with every pricing model, discounts, taxes and credit.
 *
 * Promise: on a catalog without any of these it says the same as `quoteSelection`, which a simple page loads instead.
 */
import type { Catalog, IntervalKey, Plan, Price } from '../catalog/catalog.ts';
import { discountRefusal } from '../discount/discount-refusal.ts';
import type { Discount } from '../discount/discount.ts';
import type { CurrencyCode } from '../money/currency-code.ts';
import { roundShare } from '../money/exact.ts';
import { freeInvoiceKeepsOnceCoupon } from '../money/unconfirmed.ts';
import { afterIntervals } from '../period/period.ts';
import { isMetered } from '../pricing/line-step.ts';
import { rateQuantity } from '../pricing/price-rate.ts';
import type { Selection } from '../selection/selection.ts';
import { type InvoiceTotal, totalInvoice } from './invoice-total.ts';
import type { Quote, QuoteLine, QuoteOptions } from './quote.ts';
import { quoteSelection, type Rate } from './quote-selection.ts';

/**
 * Adds up a selection that `checkSelection` accepts; throws a `RangeError` for an unknown id, a price that is missing or
 * an amount too large to be exact. During a trial only what is paid once is due today.
 */
export function quoteExactly(catalog: Catalog, selection: Selection, options: QuoteOptions = {}): Quote {
  const { trialAvailable = true, discounts: entered = [], taxRates, balance, at = shortestMonths } = options;
  const { currency } = selection;
  const alone = 'productId' in selection;
  const plan = alone ? undefined : catalog.plans.find(({ id }) => id === selection.planId);
  const lines = [...quoteSelection(catalog, selection, {}, rateExactly).lines];
  if (plan?.setupFee) lines.splice(lines.findLastIndex(({ interval }) => interval) + 1, 0, setupLine(plan, plan.setupFee, currency));
  const checked = entered.map((discount) => ({ discount, code: discountRefusal(discount, lines, currency) }));
  const discounts = checked.flatMap(({ discount, code }) => (code ? [] : [discount]));
  const leftOut = checked.flatMap(({ code }) => code ?? []);
  const recurring = lines.filter(({ interval }) => interval);
  const regular = sum(recurring);
  const usage = lines.some(({ steps }) => isMetered(steps));
  const trial = trialAvailable && (regular || usage) ? plan?.trial : undefined;
  const once = lines.filter(({ interval }) => !interval).toReversed();
  const dueLines = trial ? once : [...once, ...recurring]; // the order of an invoice of Stripe's, which decides where a last cent goes
  const today = totalInvoice(dueLines, { currency, discounts, taxRates, balance });
  const renewals = (of: readonly Discount[], interval?: IntervalKey): number =>
    totalInvoice(
      recurring.filter((line) => !interval || line.interval === interval),
      { currency, discounts: of, taxRates },
    ).total;
  const forever = discounts.filter(({ duration }) => duration === 'forever');
  const main = alone ? '' : selection.interval;
  const others = [...new Set(recurring.map(({ interval = '' }) => interval))].filter((interval) => interval !== main);
  const regularPrice = alone ? 0 : renewals(forever, main);
  const lasting =
    discounts.length > forever.length && !alone
      ? lastingDiscounts(discounts, today, !!trial, at, afterIntervals(at, trial ? 'day' : main, trial?.days ?? 1))
      : undefined;
  const introductory = lasting && introductoryPrice(main, regularPrice, renewals, lasting);
  const first = trial ? totalInvoice(recurring, { currency, discounts: lasting?.discounts ?? forever, taxRates }) : undefined;
  return {
    currency,
    lines: withDiscounts(lines, dueLines, today),
    dueToday: today.amountDue,
    oneTime: sum(lines.filter(({ interval }) => !interval)),
    cardRequired: today.amountDue > 0 || (trial ? trial.cardRequired : regular > 0 || usage),
    estimate: catalog.tax === 'exclusive' && !taxRates,
    ...(!alone && { recurring: { amount: regularPrice, interval: main } }),
    ...(others.length > 0 && { otherRecurring: others.map((interval) => ({ amount: renewals(forever, interval), interval })) }),
    ...(introductory && { introductory }),
    ...(today.discounts.length > 0 && { discounts: today.discounts }),
    ...(leftOut.length > 0 && { leftOut }),
    ...(today.taxes.length > 0 && { taxes: today.taxes }),
    ...(today.amountDue < today.total && { credit: today.total - today.amountDue }),
    ...(trial && { trial }),
    ...(first && (first.discounts.length > 0 || first.taxes.length > 0) && { first: toFirst(first) }),
  };
}

const toFirst = ({ total, discounts, taxes }: InvoiceTotal): NonNullable<Quote['first']> => ({ amount: total, discounts, taxes });

const rateExactly: Rate = (price, currency, quantity) => {
  if (!price) return { amount: Number.NaN };
  const { exact, steps } = rateQuantity(price, currency, quantity);
  const unitAmountDecimal = price.model?.unitAmounts?.[currency];
  return { amount: roundShare(exact), ...(unitAmountDecimal !== undefined && { unitAmountDecimal }), ...(steps && { steps }) };
};

const setupLine = ({ id, name }: Plan, fee: Price, currency: CurrencyCode): QuoteLine => ({
  kind: 'setup_fee',
  id,
  name,
  quantity: 1,
  unitAmount: fee.amounts[currency] ?? 0,
  ...rateExactly(fee, currency, 1),
});

const sum = (lines: readonly QuoteLine[]): number => lines.reduce((total, { amount }) => total + amount, 0);

/** The discounts that still hold at the first payment after today's, and for how many months where that is limited. */
interface Lasting {
  readonly discounts: readonly Discount[];
  readonly months: number | undefined;
}

/** 1 February of a common year: no run of months is shorter. */
const shortestMonths = 1_801_440_000;

/** `next`: when is paid next; `at`: when it is bought, from which the months of a coupon count, also in a trial. */
function lastingDiscounts(discounts: readonly Discount[], today: InvoiceTotal, trial: boolean, at: number, next: number): Lasting {
  const repeating = discounts.filter(({ duration, months = 0 }) => duration === 'repeating' && afterIntervals(at, 'month', months) > next);
  const once = trial && today.subtotal === 0 && freeInvoiceKeepsOnceCoupon ? discounts.filter(({ duration }) => duration === 'once') : [];
  const months = repeating.length && !once.length ? Math.min(...repeating.map((discount) => discount.months ?? 1)) : undefined;
  return {
    discounts: discounts.filter((discount) => discount.duration === 'forever' || repeating.includes(discount) || once.includes(discount)),
    months,
  };
}

/** What renewals cost while a discount lasts that ends by itself, where that differs from what they cost afterwards. */
function introductoryPrice(
  interval: IntervalKey,
  regular: number,
  renewals: (discounts: readonly Discount[], interval: IntervalKey) => number,
  { discounts, months }: Lasting,
): Quote['introductory'] {
  const amount = renewals(discounts, interval);
  return amount === regular ? undefined : { amount, ...(months !== undefined && { months }) };
}

function withDiscounts(lines: readonly QuoteLine[], due: readonly QuoteLine[], { lineDiscounts }: InvoiceTotal): QuoteLine[] {
  if (lineDiscounts.every((discount) => discount === 0)) return [...lines];
  const off = new Map(due.map((line, index) => [line, lineDiscounts[index]]));
  return lines.map((line) => {
    const discount = off.get(line);
    return discount ? { ...line, discount } : line;
  });
}
