/**
 * Random purchases and changes in Stripe's own terms, from which a catalog for our engine and requests for the sandbox
 * are made separately.
 *
 * Promise: the same seed gives the same case; everything in a case is something that Stripe takes.
 */

/** A small deterministic generator (mulberry32), so that a case can be named by its number. */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }
  chance(share: number): boolean {
    return this.next() < share;
  }
  pick<Value>(values: readonly Value[]): Value {
    return values[this.whole(0, values.length - 1)]!;
  }
}

export interface TierTerms {
  readonly up_to: number | 'inf';
  readonly unit_amount_decimal?: string;
  readonly flat_amount_decimal?: string;
}

/** Stripe's parameters of a price, amounts as decimal texts. */
export interface PriceTerms {
  readonly unit_amount_decimal?: string;
  readonly tiers_mode?: 'graduated' | 'volume';
  readonly tiers?: readonly TierTerms[];
  readonly transform_quantity?: { readonly divide_by: number; readonly round: 'up' | 'down' };
  readonly usage_type?: 'metered';
}

export interface CaseItem {
  /** Its id in our catalog, and its product at Stripe. */
  readonly id: string;
  readonly price: PriceTerms;
  readonly quantity: number;
  /** Absent: paid once. */
  readonly interval?: 'month' | 'year';
}

export interface CouponTerms {
  readonly percent_off?: number;
  readonly amount_off?: number;
  readonly duration: 'once' | 'forever' | 'repeating';
  /** Ids of items. */
  readonly applies_to?: readonly string[];
}

export interface MoneyCase {
  readonly seed: number;
  readonly currency: string;
  readonly interval: 'month' | 'year';
  /** The plan first, then add-ons. */
  readonly items: readonly CaseItem[];
  readonly setupFee?: PriceTerms;
  readonly coupons: readonly CouponTerms[];
  readonly taxRates: readonly { readonly percentage: number; readonly inclusive: boolean }[];
  /** Stripe's sign, minor units. */
  readonly balance: number;
  readonly trialDays?: number;
}

/** Twelve currencies: two, no and three decimals, and those with steps of their own. */
export const currencies = ['usd', 'eur', 'gbp', 'chf', 'ils', 'jpy', 'krw', 'clp', 'kwd', 'bhd', 'isk', 'huf'] as const;
const steps: Readonly<Record<string, number>> = { kwd: 10, bhd: 10, isk: 100 };

function decimal(dice: Dice, currency: string, most: number): string {
  const step = steps[currency] ?? 1;
  const whole = String(dice.whole(0, Math.floor(most / step)) * step);
  if (step > 1 || !dice.chance(0.3)) return whole;
  const places = dice.whole(1, 12);
  const fraction = Array.from({ length: places }, () => dice.whole(0, 9))
    .join('')
    .replace(/0+$/u, '');
  return fraction ? `${whole}.${fraction}` : whole;
}

function tiers(dice: Dice, currency: string): TierTerms[] {
  const ends = [...new Set(Array.from({ length: dice.whole(0, 4) }, () => dice.whole(1, 200)))].toSorted((a, b) => a - b);
  return [...ends, 'inf' as const].map((up_to) => {
    const unit = dice.chance(0.85);
    return {
      up_to,
      ...(unit && { unit_amount_decimal: decimal(dice, currency, 20_000) }),
      ...((!unit || dice.chance(0.3)) && { flat_amount_decimal: decimal(dice, currency, 50_000) }),
    };
  });
}

function price(dice: Dice, currency: string, recurring: boolean): PriceTerms {
  const kind = dice.next();
  if (kind < 0.4) return { unit_amount_decimal: decimal(dice, currency, 500_000) };
  if (kind < 0.6 && recurring) return { tiers_mode: 'graduated', tiers: tiers(dice, currency) };
  if (kind < 0.75 && recurring) return { tiers_mode: 'volume', tiers: tiers(dice, currency) };
  if (kind < 0.9) {
    const transform_quantity = { divide_by: dice.whole(2, 50), round: dice.pick(['up', 'down'] as const) };
    return { unit_amount_decimal: decimal(dice, currency, 50_000), transform_quantity };
  }
  return { unit_amount_decimal: decimal(dice, currency, 100) };
}

function coupon(dice: Dice, items: readonly CaseItem[]): CouponTerms {
  const applies_to = dice.chance(0.3) ? items.filter(() => dice.chance(0.5)).map(({ id }) => id) : [];
  const percent_off = dice.chance(0.5) ? dice.whole(1, 100) : dice.whole(1, 99_999) / 1000;
  return {
    ...(dice.chance(0.6) ? { percent_off } : { amount_off: dice.whole(1, 60_000) }),
    duration: dice.pick(['once', 'forever'] as const),
    ...(applies_to.length > 0 && { applies_to }),
  };
}

export function purchaseCase(seed: number): MoneyCase {
  const dice = new Dice(seed);
  const currency = dice.pick(currencies);
  const interval = dice.pick(['month', 'year'] as const);
  const items: CaseItem[] = [
    { id: 'plan', price: price(dice, currency, true), quantity: dice.chance(0.5) ? 1 : dice.whole(1, 300), interval },
  ];
  for (let more = dice.whole(0, 5); more > 0; more -= 1) {
    const recurring = dice.chance(0.7);
    const metered = recurring && dice.chance(0.08);
    items.push({
      id: `item-${items.length}`,
      price: { ...price(dice, currency, recurring), ...(metered && { usage_type: 'metered' as const }) },
      quantity: metered ? 1 : dice.whole(1, 250),
      ...(recurring && { interval }),
    });
  }
  const coupons = dice.chance(0.5) ? Array.from({ length: dice.whole(1, 3) }, () => coupon(dice, items)) : [];
  const taxRates = dice.chance(0.5)
    ? Array.from({ length: dice.whole(1, 3) }, () => ({ percentage: dice.whole(0, 300_000) / 10_000, inclusive: dice.chance(0.4) }))
    : [];
  return {
    seed,
    currency,
    interval,
    items,
    ...(dice.chance(0.15) && { setupFee: { unit_amount_decimal: String(dice.whole(1, 900) * 100) } }),
    coupons,
    taxRates,
    balance: dice.chance(0.2) ? dice.whole(-200_000, 50_000) : 0,
    ...(dice.chance(0.15) && { trialDays: dice.whole(1, 90) }),
  };
}

export interface ChangeCase extends MoneyCase {
  readonly billingMode: 'classic' | 'flexible';
  /** Seconds after the beginning of the period. */
  readonly after: number;
  /** New quantity and, where it is there, new price of an item; absent items stay, quantity 0 takes one out. */
  readonly wishes: readonly { readonly id: string; readonly quantity: number; readonly price?: PriceTerms }[];
}

/** A coupon that goes on, for what is still there. */
function foreverOn({ applies_to, ...one }: CouponTerms, items: readonly CaseItem[]): CouponTerms {
  const left = applies_to?.filter((id) => items.some((item) => item.id === id)) ?? [];
  return { ...one, duration: 'forever', ...(left.length > 0 && { applies_to: left }) };
}

/** A change in the middle of a monthly or yearly period, of the same interval. */
export function changeCase(seed: number): ChangeCase {
  const dice = new Dice(seed ^ 0x5bd1e995);
  const { setupFee: _, trialDays: __, ...purchase } = purchaseCase(seed);
  const items = purchase.items.filter(({ interval, price: { usage_type } }) => interval && !usage_type);
  const changed = items.filter(({ id }) => id === 'plan' || dice.chance(0.5));
  const wishes = changed.map(({ id, quantity }) => ({
    id,
    quantity: id !== 'plan' && dice.chance(0.2) ? 0 : dice.chance(0.3) ? quantity : dice.whole(1, 300),
    ...(dice.chance(0.6) && { price: price(dice, purchase.currency, true) }),
  }));
  return {
    ...purchase,
    items,
    coupons: purchase.coupons.slice(0, 1).map((one) => foreverOn(one, items)),
    balance: 0,
    billingMode: dice.pick(['classic', 'flexible'] as const),
    after: dice.whole(1, (purchase.interval === 'month' ? 27 : 360) * 86_400),
    wishes,
  };
}
