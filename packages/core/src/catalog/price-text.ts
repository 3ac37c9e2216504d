/** Step 1, catalog: the amounts of an owner's price as `till catalog plan` shows them before they are sold: "$29.00, €27.00". */
import { decimalMoney } from '../money/format-money.ts';
import { moneyPattern } from '../money/money-pattern.ts';
import type { CatalogFilePrice } from './catalog-file.ts';
import { pricedCurrencies } from './price-model.ts';

type Tier = NonNullable<CatalogFilePrice['tiers']>[string][number];

/** Written as in English; a fraction of a minor unit with all its places. */
export function priceText({ amounts, tiers, included, transformQuantity }: CatalogFilePrice): string {
  return pricedCurrencies({ amounts, ...(tiers && { tiers }) })
    .map((currency) => (tiers ? tiersText(tiers[currency] ?? [], currency) : money(amounts[currency] ?? 0, currency)))
    .map((text) => (transformQuantity ? `${text} per ${transformQuantity.divideBy}` : text))
    .map((text) => (included === undefined ? text : `${text} beyond ${included}`))
    .join(', ');
}

const money = (amount: number | string, currency: string): string => decimalMoney(String(amount), moneyPattern('en', currency));

function tiersText(tiers: readonly Tier[], currency: string): string {
  const texts = tiers.map(({ upTo, unitAmount, flatAmount }, index) => {
    const from = (tiers[index - 1]?.upTo ?? 0) + 1;
    const each = unitAmount === undefined ? [] : [`${money(unitAmount, currency)} each`];
    const flat = flatAmount === undefined ? [] : [`${money(flatAmount, currency)} flat`];
    return `${from}${upTo === null ? '+' : `–${upTo}`}: ${[...flat, ...each].join(' and ')}`;
  });
  return `[${texts.join('; ')}]`;
}
