/** Step 1, catalog: the pricing model that an owner's price asks for, in the form in which Stripe's prices are read too. */
import type { PriceModel, Tier } from './catalog.ts';
import type { CatalogFilePrice } from './catalog-file.ts';
import type { CurrencyCode } from '../money/currency-code.ts';
import { formatExact, parseExact } from '../money/exact.ts';

type FileTier = NonNullable<CatalogFilePrice['tiers']>[string][number];

/** Currencies in which the file gives a price an amount. */
export const pricedCurrencies = ({ amounts, tiers }: Pick<CatalogFilePrice, 'amounts' | 'tiers'>): CurrencyCode[] =>
  Object.keys(tiers ?? amounts);

/** Whole minor units where the file gives them, else undefined: a decimal or tiers stand in the model. */
export function wholeAmount({ amounts, included }: Pick<CatalogFilePrice, 'amounts' | 'included'>, currency: CurrencyCode) {
  const amount = amounts[currency];
  return included === undefined && typeof amount === 'number' ? amount : undefined;
}

/** Undefined where the amount is simply quantity × a whole unit amount. */
export function priceModel(price: Partial<CatalogFilePrice>): PriceModel | undefined {
  const { amounts = {}, tiers, tiersMode = 'graduated', included, transformQuantity, metered } = price;
  const decimals = Object.entries(amounts).filter(([, amount]) => typeof amount === 'string');
  const model: PriceModel = {
    ...(tiers && { tiersMode, tiers: mapValues(tiers, (list) => list.map(toTier)) }),
    ...(included !== undefined && {
      tiersMode: 'graduated',
      tiers: mapValues(amounts, (amount): Tier[] => [{ upTo: included }, { upTo: null, unitAmount: decimalText(amount) }]),
    }),
    ...(included === undefined && decimals.length > 0 && { unitAmounts: mapValues(amounts, decimalText) }),
    ...(transformQuantity && { transformQuantity }),
    ...(metered !== undefined && { metered: true }),
  };
  return Object.keys(model).length > 0 ? model : undefined;
}

/** An amount of 0 is left out, as it is where Stripe has none. */
function toTier({ upTo, unitAmount, flatAmount }: FileTier): Tier {
  return {
    upTo,
    ...(unitAmount !== undefined && Number(unitAmount) > 0 && { unitAmount: decimalText(unitAmount) }),
    ...(flatAmount !== undefined && Number(flatAmount) > 0 && { flatAmount: decimalText(flatAmount) }),
  };
}

/** The shortest way to write a decimal, so that equal amounts are equal texts. */
const decimalText = (amount: string | number): string => formatExact(parseExact(String(amount)));

const mapValues = <Value, Result>(record: Readonly<Record<string, Value>>, map: (value: Value) => Result): Record<string, Result> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

/** The model for some currencies only. */
export function modelIn(model: PriceModel, currencies: readonly CurrencyCode[]): PriceModel {
  const keep = <Value>(record: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(record).filter(([currency]) => currencies.includes(currency)));
  const { unitAmounts, tiers, ...rest } = model;
  return { ...rest, ...(unitAmounts && { unitAmounts: keep(unitAmounts) }), ...(tiers && { tiers: keep(tiers) }) };
}

/** Whether two models mean the same; the order of their fields does not matter. */
export function sameModel(one: PriceModel | undefined, other: PriceModel | undefined): boolean {
  return canonical(one) === canonical(other);
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  ) ?? '';
