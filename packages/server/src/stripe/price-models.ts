/** Step 1, catalog, at Stripe: pricing models in Stripe's spelling and in ours. */
import type { PriceModel, Tier } from '@tillkit/core/catalog/catalog';
import { formatExact, parseExact } from '@tillkit/core/money/exact';
import type { Stripe } from 'stripe';

type Amounts = Pick<Stripe.Price.CurrencyOptions, 'unit_amount' | 'unit_amount_decimal' | 'tiers'>;

/** The price with its tiers in every currency: those of further currencies cannot be expanded in a list. */
export async function withAllTiers(client: Stripe, price: Stripe.Price, currencies = Object.keys(price.currency_options ?? {})) {
  const others = currencies.filter((currency) => currency !== price.currency);
  if (price.billing_scheme !== 'tiered' || others.length === 0) return price;
  return await client.prices.retrieve(price.id, {
    expand: ['tiers', 'currency_options', ...others.map((currency) => `currency_options.${currency}.tiers`)],
  });
}

/** The model of a price whose tiers are expanded; undefined where the amount is quantity × whole unit amount. */
export function toPriceModel(price: Stripe.Price): PriceModel | undefined {
  const { currency, currency_options: options = {}, tiers_mode: tiersMode, transform_quantity: transform } = price;
  const byCurrency: Record<string, Amounts> = { [currency]: price, ...options };
  const tiered = price.billing_scheme === 'tiered';
  const decimals = !tiered && Object.values(byCurrency).some(({ unit_amount }) => unit_amount === null);
  const model: PriceModel = {
    ...(tiered && {
      tiersMode: (tiersMode ?? 'graduated') as 'graduated' | 'volume',
      tiers: mapAmounts(byCurrency, ({ tiers = [] }) => tiers.map(toTier)),
    }),
    ...(decimals && {
      unitAmounts: mapAmounts(byCurrency, (amounts) => decimalOf(amounts.unit_amount, amounts.unit_amount_decimal) ?? '0'),
    }),
    ...(transform && { transformQuantity: { divideBy: transform.divide_by, round: transform.round as 'up' | 'down' } }),
    ...(price.recurring?.usage_type === 'metered' && { metered: true }),
  };
  return Object.keys(model).length > 0 ? model : undefined;
}

const mapAmounts = <Result>(byCurrency: Readonly<Record<string, Amounts>>, map: (amounts: Amounts) => Result): Record<string, Result> =>
  Object.fromEntries(Object.entries(byCurrency).map(([currency, amounts]) => [currency, map(amounts)]));

function toTier(tier: Stripe.Price.Tier): Tier {
  const unitAmount = decimalOf(tier.unit_amount, tier.unit_amount_decimal);
  const flatAmount = decimalOf(tier.flat_amount, tier.flat_amount_decimal);
  return {
    upTo: tier.up_to,
    ...(unitAmount !== undefined && unitAmount !== '0' && { unitAmount }),
    ...(flatAmount !== undefined && flatAmount !== '0' && { flatAmount }),
  };
}

/** The shortest decimal text; undefined for no amount. */
function decimalOf(whole: number | null, decimal: { toString(): string } | null): string | undefined {
  if (whole !== null) return String(whole);
  return decimal === null ? undefined : formatExact(parseExact(decimal.toString()));
}

type ModelParams = Pick<Stripe.PriceCreateParams, 'billing_scheme' | 'tiers_mode' | 'transform_quantity'>;

/** The parameters that hold for all currencies. */
export function toModelParams(model: PriceModel | undefined): ModelParams {
  if (!model) return {};
  const { tiersMode, tiers, transformQuantity } = model;
  return {
    ...(tiers && { billing_scheme: 'tiered', tiers_mode: tiersMode ?? 'graduated' }),
    ...(transformQuantity && { transform_quantity: { divide_by: transformQuantity.divideBy, round: transformQuantity.round } }),
  };
}

type AmountParams = Pick<Stripe.PriceCreateParams.CurrencyOptions, 'unit_amount' | 'unit_amount_decimal' | 'tiers'>;

/** As it travels on the wire: the SDK's own decimals are not written out inside `currency_options`. */
const toDecimal = (text: string): Stripe.Decimal => text as unknown as Stripe.Decimal;

/** The amounts in one currency: a whole unit amount, else what the model says. */
export function toAmountParams(currency: string, unitAmount: number | undefined, model: PriceModel | undefined): AmountParams {
  if (unitAmount !== undefined) return { unit_amount: unitAmount };
  const decimal = model?.unitAmounts?.[currency];
  if (decimal !== undefined) return { unit_amount_decimal: toDecimal(decimal) };
  return { tiers: (model?.tiers?.[currency] ?? []).map(toTierParams) };
}

function toTierParams({ upTo, unitAmount, flatAmount }: Tier): Stripe.PriceCreateParams.CurrencyOptions.Tier {
  return {
    up_to: upTo ?? 'inf',
    ...(unitAmount !== undefined && { unit_amount_decimal: toDecimal(unitAmount) }),
    ...(flatAmount !== undefined && { flat_amount_decimal: toDecimal(flatAmount) }),
    ...(unitAmount === undefined && flatAmount === undefined && { unit_amount: 0 }),
  };
}
