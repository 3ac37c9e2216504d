/**
 * Step 3, quote: what a price costs for a quantity, in every pricing model Stripe has.
 *
 * Promise: an exact amount that nobody has rounded yet, and how it came about.
 */
import type { Price, PriceModel, Tier } from '../catalog/catalog.ts';
import type { CurrencyCode } from '../money/currency-code.ts';
import { addExact, type Exact, parseExact, timesExact } from '../money/exact.ts';
import { zeroQuantityReachesFirstTier } from '../money/unconfirmed.ts';
import type { LineStep } from './line-step.ts';

interface ParsedTier {
  /** Units up to and with this one; infinite for the last. */
  readonly upTo: number;
  readonly unit: Exact;
  readonly flat: Exact;
  readonly terms: Tier;
}

/** A price in one currency, its decimals read. */
interface ParsedRate {
  readonly unit: Exact;
  readonly tiers: readonly ParsedTier[] | undefined;
  readonly model: PriceModel | undefined;
}

const parsedRates = new WeakMap<Price, Map<CurrencyCode, ParsedRate>>();

/** Reads a price once; throws a `RangeError` where it is not sold in the currency. */
function rateOf(price: Price, currency: CurrencyCode): ParsedRate {
  let rates = parsedRates.get(price);
  if (!rates) parsedRates.set(price, (rates = new Map()));
  let rate = rates.get(currency);
  if (!rate) rates.set(currency, (rate = parseRate(price, currency)));
  return rate;
}

function parseRate({ id, amounts, model }: Price, currency: CurrencyCode): ParsedRate {
  const amount = amounts[currency];
  if (amount === undefined) throw new RangeError(`${id} is not sold in ${currency}.`);
  const decimal = model?.unitAmounts?.[currency];
  const tiers = model?.tiers?.[currency]?.map((terms): ParsedTier => {
    const { upTo, unitAmount = '0', flatAmount = '0' } = terms;
    return { upTo: upTo ?? Number.POSITIVE_INFINITY, unit: parseExact(unitAmount), flat: parseExact(flatAmount), terms };
  });
  return { unit: decimal === undefined ? amount : parseExact(decimal), tiers, model };
}

/** What a whole interval of a price costs, or the price paid once. */
export interface RatedAmount {
  readonly exact: Exact;
  /** Absent where the amount is simply quantity × unit amount. */
  readonly steps?: readonly LineStep[];
}

/**
 * The exact amount for a quantity (0 or more, whole).
 *
 * Flat and per unit: quantity × unit amount. `transformQuantity`: packages instead of units, rounded up or down first.
 * `volume`: the tier that holds the quantity prices all units, and its flat amount is added. `graduated`: each tier
 * prices the units that fall into it and adds its flat amount when any does. Metered: nothing in advance.
 * Source: Stripe's pages "Tiered pricing" and "Transform quantities"; tiers at quantity 0: `zeroQuantityReachesFirstTier`.
 */
export function rateQuantity(price: Price, currency: CurrencyCode, quantity: number): RatedAmount {
  const { unit, tiers, model } = rateOf(price, currency);
  if (!model) return { exact: timesExact(unit, quantity) };
  if (model.metered) return { exact: 0, steps: [{ kind: 'metered' }] };
  if (tiers && quantity === 0 && !zeroQuantityReachesFirstTier) return { exact: 0, steps: [] };
  if (tiers) return model.tiersMode === 'volume' ? rateVolume(tiers, quantity) : rateGraduated(tiers, quantity);
  const { transformQuantity } = model;
  if (!transformQuantity) return { exact: timesExact(unit, quantity) };
  const { divideBy, round } = transformQuantity;
  const rest = quantity % divideBy;
  const packages = (quantity - rest) / divideBy + (rest && round === 'up' ? 1 : 0);
  return { exact: timesExact(unit, packages), steps: [{ kind: 'packages', packages, divideBy, unitAmount: unitText(price, currency) }] };
}

/** What usage of a metered price costs at the end of its period. */
export function rateUsage(price: Price, currency: CurrencyCode, used: number): RatedAmount {
  const { model } = price;
  if (!model) return rateQuantity(price, currency, used);
  const { metered: _, ...licensed } = model;
  return rateQuantity({ ...price, model: licensed }, currency, used);
}

/** Decimal text of one unit, in minor units. */
export const unitText = ({ amounts, model }: Price, currency: CurrencyCode): string =>
  model?.unitAmounts?.[currency] ?? String(amounts[currency] ?? 0);

function rateVolume(tiers: readonly ParsedTier[], quantity: number): RatedAmount {
  const index = tiers.findIndex(({ upTo }) => quantity <= upTo);
  const tier = tiers[index];
  if (!tier) throw new RangeError('The last tier of a price must have no end.');
  return { exact: addExact(timesExact(tier.unit, quantity), tier.flat), steps: [stepOf(tier, index, quantity)] };
}

function rateGraduated(tiers: readonly ParsedTier[], quantity: number): RatedAmount {
  const steps: LineStep[] = [];
  let exact: Exact = 0;
  let below = 0;
  for (const [index, tier] of tiers.entries()) {
    if (index > 0 && quantity <= below) break;
    const units = Math.min(quantity, tier.upTo) - below;
    exact = addExact(exact, addExact(timesExact(tier.unit, units), tier.flat));
    steps.push(stepOf(tier, index, units));
    below = tier.upTo;
  }
  return { exact, steps };
}

const stepOf = ({ terms }: ParsedTier, index: number, units: number): LineStep => ({
  kind: 'tier',
  tier: index + 1,
  units,
  unitAmount: terms.unitAmount ?? '0',
  ...(terms.flatAmount && { flatAmount: terms.flatAmount }),
});
