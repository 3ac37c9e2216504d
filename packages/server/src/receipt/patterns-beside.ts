import { moneyPattern } from '@tillkit/core/money/money-pattern';
import type { MoneyPattern } from '@tillkit/core/money/pattern';
import type { Offer } from '../catalog/catalog-source.ts';

/** How the currencies of what somebody owns are written, as far as the catalog does not say it; undefined when it says all. */
export function patternsBeside(
  { catalog, in: sold }: Offer,
  locale: string | undefined,
  owned: readonly { readonly currency: string }[],
): Record<string, MoneyPattern> | undefined {
  const beside = new Set(owned.map(({ currency }) => currency).filter((currency) => !Object.hasOwn(catalog.money, currency)));
  if (beside.size === 0) return undefined;
  return Object.fromEntries([...beside].map((currency) => [currency, moneyPattern(sold(locale).locale, currency)]));
}
