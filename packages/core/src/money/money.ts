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
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (total <= 0n || weights.some((weight) => weight < 0)) throw new RangeError('Weights must be 0 or more, and not all 0.');
  const sign = whole.amount < 0 ? -1 : 1;
  const size = BigInt(Math.abs(whole.amount));
  const parts = weights.map((weight, index) => ({ index, share: (size * BigInt(weight)) / total, rest: (size * BigInt(weight)) % total }));
  let left = size - parts.reduce((sum, { share }) => sum + share, 0n);
  for (const part of parts.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break;
    part.share += 1n;
    left -= 1n;
  }
  return parts.map(({ share }) => money(sign * Number(share), whole.currency));
}
