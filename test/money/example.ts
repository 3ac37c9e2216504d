/** Worked examples of Stripe's arithmetic: a case in Stripe's terms, and what it comes to. */
import type { CaseItem, ChangeCase, CouponTerms, MoneyCase, PriceTerms } from './random-case.ts';

/** What an invoice comes to, minor units. */
export interface Expected {
  /** Amounts of the lines in the order of the items; of a change credits before debits, nothing left out. */
  readonly lines: readonly number[];
  readonly discount?: number;
  /** Inclusive and exclusive taxes together. */
  readonly tax?: number;
  readonly total: number;
  /** After the customer's balance; default `total`. */
  readonly amountDue?: number;
}

export interface Example {
  readonly name: string;
  /** Address of the page that the figures come from, or `derived`: worked out by hand. */
  readonly source: string;
  /** The sum written out. */
  readonly sum: string;
  /** Whether a rule in it is among the unconfirmed ones of `docs/unconfirmed-rules.md`. */
  readonly unconfirmed?: true;
  readonly purchase?: MoneyCase;
  readonly change?: ChangeCase;
  readonly expected: Expected;
}

/** A price of so many minor units. */
export const flat = (amount: number | string): PriceTerms => ({ unit_amount_decimal: String(amount) });

export const tiered = (
  tiers_mode: 'graduated' | 'volume',
  ...steps: readonly (readonly [upTo: number | 'inf', unit: number | string | undefined, flat?: number | string])[]
): PriceTerms => ({
  tiers_mode,
  tiers: steps.map(([up_to, unit, flatAmount]) => ({
    up_to,
    ...(unit !== undefined && { unit_amount_decimal: String(unit) }),
    ...(flatAmount !== undefined && { flat_amount_decimal: String(flatAmount) }),
  })),
});

export const packages = (amount: number, divide_by: number, round: 'up' | 'down'): PriceTerms => ({
  unit_amount_decimal: String(amount),
  transform_quantity: { divide_by, round },
});

type Line = readonly [price: PriceTerms, quantity: number, once?: 'once'];

/** A monthly purchase; the first line is the plan. */
export function purchase(lines: readonly Line[], more: Partial<MoneyCase> = {}): MoneyCase {
  const { interval = 'month' } = more;
  const items = lines.map(([price, quantity, once], index): CaseItem => ({
    id: index === 0 ? 'plan' : `item-${index}`,
    price,
    quantity,
    ...(!once && { interval }),
  }));
  return { seed: 0, currency: 'usd', interval, coupons: [], taxRates: [], balance: 0, ...more, items };
}

/** A change so many seconds after the beginning of March 2027, which has 31 days; wishes by item. */
export function change(
  lines: readonly Line[],
  after: number,
  wishes: readonly (readonly [item: number, price: PriceTerms | undefined, quantity: number])[],
  more: Partial<ChangeCase> = {},
): ChangeCase {
  return {
    ...purchase(lines, more),
    billingMode: more.billingMode ?? 'flexible',
    after,
    wishes: wishes.map(([item, price, quantity]) => ({ id: item === 0 ? 'plan' : `item-${item}`, quantity, ...(price && { price }) })),
  };
}

export const percentOff = (percent_off: number, applies_to?: readonly string[]): CouponTerms => ({
  percent_off,
  duration: 'once',
  ...(applies_to && { applies_to }),
});
export const amountOff = (amount_off: number, applies_to?: readonly string[]): CouponTerms => ({
  amount_off,
  duration: 'once',
  ...(applies_to && { applies_to }),
});
export const tax = (percentage: number, inclusive = false) => ({ percentage, inclusive });
