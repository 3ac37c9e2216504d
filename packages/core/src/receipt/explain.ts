/** Steps 3 to 7: a receipt's explanations as text, without `Intl`: numbers and amounts by the currency's pattern. */
import { countText, decimalMoney, formatMoney } from '../money/format-money.ts';
import type { MoneyPattern } from '../money/pattern.ts';
import { isMetered, type LineStep } from '../pricing/line-step.ts';
import type { Explanation, Receipt, ReceiptLine, ReceiptTax } from './receipt.ts';
import type { ReceiptWords } from './words.ts';

/** What texts are made with. */
export interface ReceiptStyle {
  readonly words: ReceiptWords;
  readonly pattern: MoneyPattern;
  /** A moment in Unix seconds as a day of the page's language. */
  day(seconds: number): string;
}

/** What a line is called: what is named by the catalog, with what it is about. */
export function lineName({ kind, name, explanation }: ReceiptLine, { words, day }: ReceiptStyle): string {
  if (kind === 'setup_fee') return words.setupFee(name);
  for (const part of explanation) {
    if (part.kind === 'unused') return words.unused(name, day(part.until));
    if (part.kind === 'remaining') return words.remaining(name, day(part.until));
    if (part.kind === 'rest') return words.rest;
  }
  return name;
}

/** How the amount of a line came about: "5 × €8.00 + 3 × €6.50"; empty where there is nothing to explain. */
export const explainLine = ({ explanation }: ReceiptLine, style: ReceiptStyle): string =>
  explanation
    .map((part) => explain(part, style))
    .filter(Boolean)
    .join(', ');

/** Whether the use of it is paid, after the period. */
export const isPaidByUse = (explanation: readonly Explanation[]): boolean =>
  explanation.some((part) => part.kind === 'steps' && isMetered(part.steps));

/** What stands in the place of its amount. */
export function lineAmount({ kind, amount, explanation }: ReceiptLine, { words, pattern }: ReceiptStyle): string {
  if (isPaidByUse(explanation) && amount === 0) return '—';
  return amount || kind === 'proration' || kind === 'other' ? formatMoney(amount, pattern) : words.free;
}

function explain(part: Explanation, { words, pattern, day }: ReceiptStyle): string {
  switch (part.kind) {
    case 'units':
      return words.times(countText(part.quantity, pattern), decimalMoney(part.unitAmount, pattern));
    case 'steps':
      return part.steps
        .map((step) => explainStep(step, words, pattern))
        .filter(Boolean)
        .join(' + ');
    case 'once':
      return words.once;
    case 'trial':
      if (part.until !== undefined) return words.freeUntil(day(part.until));
      return part.days === undefined ? '' : words.freeForDays(part.days);
    default:
      return '';
  }
}

/** Tiers that hold nothing and charge nothing are left out. */
function explainStep(step: LineStep, words: ReceiptWords, pattern: MoneyPattern): string {
  const money = (decimal: string): string => decimalMoney(decimal, pattern);
  const count = (value: number): string => countText(value, pattern);
  if (step.kind === 'packages') return words.packages(count(step.packages), count(step.divideBy), money(step.unitAmount));
  if (step.kind === 'metered') return words.usage;
  if (step.kind !== 'tier' || !(step.units || step.flatAmount)) return '';
  if (step.unitAmount === '0' && !step.flatAmount) return words.included(count(step.units));
  return words.tier(count(step.units), money(step.unitAmount), step.flatAmount ? money(step.flatAmount) : '');
}

/** One row of a receipt under its lines: a discount, a tax, the credit. */
export interface ReceiptRow {
  readonly name: string;
  readonly amount: string;
}

/** What stands between the lines and the sum. */
export function receiptRows(receipt: Receipt, { words, pattern }: ReceiptStyle): ReceiptRow[] {
  const row = (name: string, amount: number): ReceiptRow => ({ name, amount: formatMoney(amount, pattern) });
  const { discounts, taxes, credit } = receipt;
  return [
    ...discounts.map(({ name, amount }) => row(name || words.discount, amount)),
    ...taxes.map((tax) => row(taxName(tax, words), tax.amount)),
    ...(credit ? [row(creditName(receipt, words), -credit)] : []),
  ];
}

const taxName = ({ name, inclusive }: ReceiptTax, words: ReceiptWords): string =>
  inclusive ? words.taxContained(name || words.tax) : name || words.tax;

function creditName({ credit, sum, belowMinimum }: Receipt, words: ReceiptWords): string {
  if (belowMinimum) return words.belowMinimum;
  if (credit > 0) return words.credit;
  return sum > 0 ? words.carriedOver : words.creditKept;
}
