/**
 * Step 3, quote: what a selection costs, added up here and now.
 *
 * Promise: exact integer arithmetic in minor units, the same in the browser and on the server, one rounding per line.
 * It is an estimate wherever tax, credit or a code can still change it; Stripe's own number is an `InvoicePreview`.
 * (Not Stripe's Quote object.)
 */
import type { IntervalKey } from '../catalog/catalog.ts';
import type { CurrencyCode } from '../money/currency-code.ts';

/** One line of the receipt, with what is needed to explain it: "3 × €10.00". */
export interface QuoteLine {
  readonly kind: 'plan' | 'add_on' | 'product';
  /** Id of the plan, add-on or product. */
  readonly id: string;
  readonly name: string;
  readonly quantity: number;
  /** Minor units of one. */
  readonly unitAmount: number;
  /** `quantity × unitAmount`, minor units. */
  readonly amount: number;
  /** Absent: paid once. */
  readonly interval?: IntervalKey;
}

export interface Quote {
  readonly currency: CurrencyCode;
  /** The plan first, then add-ons in the catalog's order, recurring before one-time. */
  readonly lines: readonly QuoteLine[];
  /** Minor units payable when the buyer confirms; during a trial only what is paid once. */
  readonly dueToday: number;
  /** The amount of every renewal, absent when nothing recurs. During a trial first payable at its end. */
  readonly recurring?: { readonly amount: number; readonly interval: IntervalKey };
  /** Minor units paid once, part of `dueToday`. */
  readonly oneTime: number;
  readonly trial?: { readonly days: number; readonly cardRequired: boolean };
  /** Whether the buyer must give a card before the subscription starts. */
  readonly cardRequired: boolean;
  /** True where tax, credit or a code can still change the amounts. */
  readonly estimate: boolean;
}

export interface QuoteOptions {
  /** False when this customer has had the trial already. Default true. */
  readonly trialAvailable?: boolean;
}
