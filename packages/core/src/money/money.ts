/**
 * Amounts that know their currency, for code that handles several: adding two currencies is an error of the compiler
 * where they are literal types, and at run time always.
 */
import type { CurrencyCode } from './currency-code.ts';

/** An amount in minor units of `currency`: a whole, safe integer, also negative. */
export interface Money<Currency extends CurrencyCode = CurrencyCode> {
  readonly amount: number;
  readonly currency: Currency;
}

/** Throws a `RangeError` where the amount is not a whole number that can be exact. */
export function money<const Currency extends CurrencyCode>(amount: number, currency: Currency): Money<Currency> {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not a whole number of minor units.`);
  return { amount: amount === 0 ? 0 : amount, currency };
}

/** The sum; throws a `TypeError` when the currencies differ. */
export function addMoney<Currency extends CurrencyCode>(one: Money<Currency>, other: Money<NoInfer<Currency>>): Money<Currency> {
  if (one.currency !== other.currency) throw new TypeError(`${one.currency} and ${other.currency} cannot be added.`);
  return money(one.amount + other.amount, one.currency);
}

/** The sum of any number of amounts, 0 of none. */
export const sumMoney = <Currency extends CurrencyCode>(
  amounts: readonly Money<NoInfer<Currency>>[],
  currency: Currency,
): Money<Currency> => amounts.reduce<Money<Currency>>((sum, amount) => addMoney(sum, amount), money(0, currency));

/** `times` must be a whole number. */
export function multiplyMoney<Currency extends CurrencyCode>({ amount, currency }: Money<Currency>, times: number): Money<Currency> {
  if (!Number.isSafeInteger(times)) throw new RangeError(`${times} is not a whole number.`);
  return money(amount * times, currency);
}

/**
 * Parts in the proportion of `weights` that add up to the whole exactly: each is rounded down, what is left goes one
 * minor unit each to the largest remainders, the earlier first.
 */
export function allocate<Currency extends CurrencyCode>(whole: Money<Currency>, weights: readonly number[]): Money<Currency>[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || weights.some((weight) => weight < 0)) throw new RangeError('Weights must be 0 or more, and not all 0.');
  const size = Math.abs(whole.amount);
  const sign = whole.amount < 0 ? -1 : 1;
  const [shares, rests] = Number.isSafeInteger(size * total) ? divideQuickly(size, weights, total) : divideLargely(size, weights);
  let left = size - shares.reduce((sum, share) => sum + share, 0);
  if (left > 0) {
    const order = shares.map((_, index) => index).toSorted((a, b) => (rests[a]! < rests[b]! ? 1 : rests[a]! > rests[b]! ? -1 : a - b));
    for (const index of order) {
      if (left === 0) break;
      shares[index]! += 1;
      left -= 1;
    }
  }
  return shares.map((share) => money(sign * share, whole.currency));
}

type Division = readonly [shares: number[], rests: readonly (number | bigint)[]];

/** Every product is a safe integer. */
function divideQuickly(size: number, weights: readonly number[], total: number): Division {
  const rests = weights.map((weight) => (size * weight) % total);
  return [weights.map((weight, index) => (size * weight - rests[index]!) / total), rests];
}

function divideLargely(size: number, weights: readonly number[]): Division {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  const products = weights.map((weight) => BigInt(size) * BigInt(weight));
  return [products.map((product) => Number(product / total)), products.map((product) => product % total)];
}
