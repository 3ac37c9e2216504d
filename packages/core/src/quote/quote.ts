/**
 * Step 3, quote: what a selection costs, added up here and now.
 *
 * Promise: exact integer arithmetic in minor units, the same in the browser and on the server, one rounding per line.
 * It is an estimate wherever tax, credit or a code can still change it; Stripe's own number is an `InvoicePreview`.
 * (Not Stripe's Quote object.)
 */
import type { IntervalKey } from '../catalog/catalog.ts';
import type { DiscountRefusal } from '../discount/discount-refusal.ts';
import type { Discount } from '../discount/discount.ts';
import type { CurrencyCode } from '../money/currency-code.ts';
import type { LineStep } from '../pricing/line-step.ts';
import type { TaxRate } from '../tax/tax-rate.ts';
import type { InvoiceTotal, TotalPart } from './invoice-total.ts';

/** One line of the receipt, with what is needed to explain it: "3 × €10.00". */
export interface QuoteLine {
  readonly kind: 'plan' | 'add_on' | 'product' | 'setup_fee';
  /** Id of the plan, add-on or product. */
  readonly id: string;
  readonly name: string;
  readonly quantity: number;
  /** Minor units of one; with `steps`, of one alone, only to show. */
  readonly unitAmount: number;
  /** Decimal text of one, where that is not whole minor units. */
  readonly unitAmountDecimal?: string;
  /** Minor units, `quantity × unitAmount` unless there are `steps`; before discounts. */
  readonly amount: number;
  /** Absent: paid once. */
  readonly interval?: IntervalKey;
  /** How the amount came about where it is not quantity × unit amount. */
  readonly steps?: readonly LineStep[];
  /** Minor units that discounts take off the first payment of this line. */
  readonly discount?: number;
}

export interface Quote {
  readonly currency: CurrencyCode;
  /** The plan first, then add-ons in the catalog's order, recurring before one-time. */
  readonly lines: readonly QuoteLine[];
  /** Minor units payable when the buyer confirms; during a trial only what is paid once. */
  readonly dueToday: number;
  /** The amount of every renewal, absent when nothing recurs. During a trial first payable at its end. */
  readonly recurring?: { readonly amount: number; readonly interval: IntervalKey };
  /** Lines that come round at another interval than `recurring`, summed by interval. */
  readonly otherRecurring?: readonly { readonly amount: number; readonly interval: IntervalKey }[];
  /**
   * What renewals cost while a discount lasts that ends by itself: for `months` from the start, or for the first one
   * only.
   */
  readonly introductory?: { readonly amount: number; readonly months?: number };
  /** What discounts take off what is due today. */
  readonly discounts?: readonly TotalPart[];
  /** Why discounts are not good for what is chosen and take nothing off, in their order. */
  readonly leftOut?: readonly DiscountRefusal[];
  /** Taxes in what is due today, where the rates are known. */
  readonly taxes?: InvoiceTotal['taxes'];
  /** The customer's credit that today's payment uses, minor units. */
  readonly credit?: number;
  /** Minor units paid once, part of `dueToday`; before discounts and taxes. */
  readonly oneTime: number;
  readonly trial?: { readonly days: number; readonly cardRequired: boolean };
  /** What is paid at the end of a trial, where discounts or taxes change it. */
  readonly first?: {
    readonly amount: number;
    readonly discounts: readonly TotalPart[];
    readonly taxes: InvoiceTotal['taxes'];
  };
  /** Whether the buyer must give a card before the subscription starts. */
  readonly cardRequired: boolean;
  /** True where tax, credit or a code can still change the amounts. */
  readonly estimate: boolean;
}

export interface QuoteOptions {
  /** False when this customer has had the trial already. Default true. */
  readonly trialAvailable?: boolean;
  /** Coupons and codes that the buyer has, in the order in which they apply. Only `quoteExactly` knows them. */
  readonly discounts?: readonly Discount[];
  /** When it is bought, Unix seconds; where that is not known, the months of a coupon count as the shortest. */
  readonly at?: number;
  /** The owner's tax rates, where they are fixed. */
  readonly taxRates?: readonly TaxRate[];
  /** The customer's balance in Stripe's sign, minor units: negative is credit. */
  readonly balance?: number;
}
