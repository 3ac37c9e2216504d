/** Step catalog: `/v1/prices`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import {
  clearable,
  count,
  decimal,
  either,
  flag,
  integer,
  listOf,
  mapOf,
  mergeMetadata,
  metadata,
  oneOf,
  type Params,
  passives,
  required,
  shape,
  text,
} from '../http/read.ts';
import { demandMeter } from '../billing/price-meter.ts';
import { demandCurrency } from '../money/currency.ts';
import { type CurrencyOption, type Price, priceConstants, type PriceTier, type Product } from '../objects/catalog.ts';
import { change, insert, type World } from '../world.ts';

const taxBehavior = oneOf('exclusive', 'inclusive', 'unspecified');
const interval = oneOf('day', 'week', 'month', 'year');
const tier = shape({
  flat_amount: count,
  flat_amount_decimal: decimal,
  unit_amount: count,
  unit_amount_decimal: decimal,
  up_to: required(either(oneOf('inf'), count)),
});
const amountFields = {
  tax_behavior: taxBehavior,
  tiers: listOf(tier),
  unit_amount: count,
  unit_amount_decimal: decimal,
  ...passives('custom_unit_amount'),
} as const;
const currencyOption = shape(amountFields);
export const newPriceFields = {
  active: flag,
  billing_scheme: oneOf('per_unit', 'tiered'),
  currency: required(text),
  currency_options: mapOf(currencyOption),
  lookup_key: text,
  metadata,
  nickname: text,
  product: text,
  product_data: shape({
    name: required(text),
    active: flag,
    id: text,
    metadata,
    statement_descriptor: text,
    tax_code: text,
    unit_label: text,
  }),
  recurring: shape({
    interval: required(interval),
    interval_count: integer,
    meter: text,
    trial_period_days: integer,
    usage_type: oneOf('licensed', 'metered'),
  }),
  tax_behavior: taxBehavior,
  tiers: listOf(tier),
  tiers_mode: oneOf('graduated', 'volume'),
  transfer_lookup_key: flag,
  transform_quantity: shape({ divide_by: required(integer), round: required(oneOf('up', 'down')) }),
  unit_amount: count,
  unit_amount_decimal: decimal,
} as const;
const updateFields = {
  active: flag,
  currency_options: mapOf(currencyOption),
  lookup_key: clearable(text),
  metadata,
  nickname: clearable(text),
  tax_behavior: taxBehavior,
  transfer_lookup_key: flag,
} as const;
const filters = {
  ...listFields,
  active: flag,
  created,
  currency: text,
  lookup_keys: listOf(text),
  product: text,
  recurring: shape({ interval, meter: text, usage_type: oneOf('licensed', 'metered') }),
  type: oneOf('one_time', 'recurring'),
} as const;

type NewPrice = Params<typeof newPriceFields>;
type Amounts = Params<typeof amountFields>;

/** `10.50` is `10.5` and `10.00` is whole. */
const plainDecimal = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/u, '') : text);

interface ReadAmount {
  readonly whole: number | null;
  readonly decimal: string | null;
}

/** One of two ways to say an amount: whole minor units, or a decimal text. */
function readAmount(whole: number | undefined, text: string | undefined, path: string, name: string): ReadAmount {
  if (whole !== undefined && text !== undefined) {
    throw invalid(`You may only specify one of these parameters: ${name}, ${name}_decimal.`, 'parameters_exclusive', path);
  }
  if (whole === undefined && text === undefined) return { whole: null, decimal: null };
  const decimalText = plainDecimal(text ?? String(whole));
  if (decimalText.startsWith('-')) throw invalid('Invalid non-negative integer', 'parameter_invalid_integer', path);
  return { whole: decimalText.includes('.') ? null : Number(decimalText), decimal: decimalText };
}

function toTiers(given: NonNullable<Amounts['tiers']>, path: string): PriceTier[] {
  return given.map((one, position) => {
    const at = `${path}[${position}]`;
    const last = position === given.length - 1;
    const unit = readAmount(one.unit_amount, one.unit_amount_decimal, at, 'unit_amount');
    const flat = readAmount(one.flat_amount, one.flat_amount_decimal, at, 'flat_amount');
    if (unit.decimal === null && flat.decimal === null)
      throw invalid('You must specify either `unit_amount`, `flat_amount` or both for each tier.', 'parameter_missing', at);
    const before = given[position - 1]?.up_to;
    if (last !== (one.up_to === 'inf'))
      throw invalid(
        last ? 'The last tier must have `up_to` of `inf`.' : 'Only the last tier can have `up_to` of `inf`.',
        undefined,
        `${at}[up_to]`,
      );
    if (typeof one.up_to === 'number' && one.up_to <= (typeof before === 'number' ? before : 0))
      throw invalid('`up_to` must be larger than that of the tier before.', undefined, `${at}[up_to]`);
    return {
      flat_amount: flat.whole,
      flat_amount_decimal: flat.decimal,
      unit_amount: unit.whole,
      unit_amount_decimal: unit.decimal,
      up_to: one.up_to === 'inf' ? null : one.up_to,
    };
  });
}

function toOption({ unit_amount, unit_amount_decimal, tax_behavior, tiers }: Amounts, tiered: boolean, path: string): CurrencyOption {
  const shared = { custom_unit_amount: null, tax_behavior: tax_behavior ?? ('unspecified' as const) };
  const unit = readAmount(unit_amount, unit_amount_decimal, `${path}unit_amount`, 'unit_amount');
  if (!tiered) {
    if (tiers) throw invalid('`tiers` can only be given for `billing_scheme=tiered`.', undefined, `${path}tiers`);
    if (unit.decimal === null) throw invalid(`Missing required param: ${path}unit_amount.`, 'parameter_missing', `${path}unit_amount`);
    return { ...shared, unit_amount: unit.whole, unit_amount_decimal: unit.decimal };
  }
  if (unit.decimal !== null) throw invalid('`unit_amount` cannot be given for `billing_scheme=tiered`.', undefined, `${path}unit_amount`);
  if (!tiers?.length) throw invalid(`Missing required param: ${path}tiers.`, 'parameter_missing', `${path}tiers`);
  return { ...shared, tiers: toTiers(tiers, `${path}tiers`), unit_amount: null, unit_amount_decimal: null };
}

const toOptions = (given: Readonly<Record<string, Amounts>>, tiered: boolean): Record<string, CurrencyOption> =>
  Object.fromEntries(
    Object.entries(given).map(([code, amounts]) => [
      demandCurrency(code, `currency_options[${code}]`),
      toOption(amounts, tiered, `currency_options[${code}].`),
    ]),
  );

/** What cannot go together on one price. */
function demandScheme({ billing_scheme, tiers_mode, transform_quantity }: Omit<NewPrice, 'product' | 'product_data'>): boolean {
  const tiered = billing_scheme === 'tiered';
  if (tiered && !tiers_mode) throw invalid('Missing required param: tiers_mode.', 'parameter_missing', 'tiers_mode');
  if (!tiered && tiers_mode) throw invalid('`tiers_mode` can only be given for `billing_scheme=tiered`.', undefined, 'tiers_mode');
  if (tiered && transform_quantity) throw invalid('`transform_quantity` cannot be combined with `tiers`.', undefined, 'transform_quantity');
  return tiered;
}

/** A lookup key belongs to one active price; it moves only when asked to. */
function takeLookupKey(world: World, key: string | null | undefined, transfer: boolean, owner?: string): void {
  if (typeof key !== 'string') return;
  const holder = world.tables.prices.all().find((price) => price.lookup_key === key && price.id !== owner);
  if (!holder) return;
  if (!transfer) {
    throw invalid(
      `A price (\`${holder.id}\`) already uses that lookup key. Use \`transfer_lookup_key\` to have it transferred.`,
      'resource_already_exists',
      'lookup_key',
    );
  }
  change(world, 'prices', holder, { lookup_key: null }, 'price.updated');
}

export function addPrice(world: World, product: Product, given: Omit<NewPrice, 'product' | 'product_data'>): Price {
  const currency = demandCurrency(given.currency);
  const tiered = demandScheme(given);
  const own = toOption(given, tiered, '');
  demandMeter(world, given.recurring);
  takeLookupKey(world, given.lookup_key, given.transfer_lookup_key ?? false);
  const { recurring } = given;
  return insert(
    world,
    'prices',
    {
      ...priceConstants,
      id: world.ids.next('price'),
      object: 'price',
      active: given.active ?? true,
      billing_scheme: tiered ? 'tiered' : 'per_unit',
      created: world.now(),
      currency,
      currency_options: { [currency]: own, ...toOptions(given.currency_options ?? {}, tiered) },
      lookup_key: given.lookup_key ?? null,
      metadata: mergeMetadata({}, given.metadata),
      nickname: given.nickname ?? null,
      product: product.id,
      recurring: recurring
        ? {
            interval: recurring.interval,
            interval_count: recurring.interval_count ?? 1,
            meter: recurring.meter ?? null,
            trial_period_days: recurring.trial_period_days ?? null,
            usage_type: recurring.usage_type ?? 'licensed',
          }
        : null,
      tax_behavior: own.tax_behavior,
      ...(own.tiers && { tiers: own.tiers }),
      tiers_mode: given.tiers_mode ?? null,
      transform_quantity: given.transform_quantity ?? null,
      type: recurring ? 'recurring' : 'one_time',
      unit_amount: own.unit_amount,
      unit_amount_decimal: own.unit_amount_decimal,
    },
    'price.created',
  );
}

/** The product a new price names; `makeProduct` answers `product_data`. */
export function productOf(
  world: World,
  given: Pick<NewPrice, 'product' | 'product_data'>,
  makeProduct: (data: NonNullable<NewPrice['product_data']>) => Product,
): Product {
  if (given.product_data) return makeProduct(given.product_data);
  if (given.product === undefined) throw invalid('Missing required param: product.', 'parameter_missing', 'product');
  const product = world.tables.products.get(given.product);
  if (!product) throw missingReference('product', given.product, 'product');
  return product;
}

function update({ world, id, params }: Call<typeof updateFields>): Price {
  const before = found(world.tables.prices.get(id), 'price', id);
  const { transfer_lookup_key, currency_options, ...given } = params;
  takeLookupKey(world, given.lookup_key, transfer_lookup_key ?? false, id);
  const patch = {
    ...given,
    metadata: mergeMetadata(before.metadata, given.metadata),
    ...(currency_options && {
      currency_options: { ...before.currency_options, ...toOptions(currency_options, before.billing_scheme === 'tiered') },
    }),
  };
  return change(world, 'prices', before, patch, 'price.updated');
}

function list({ world, params }: Call<typeof filters>): object {
  const { active, currency, lookup_keys, product, recurring, type } = params;
  const rows = world.tables.prices
    .all()
    .filter((row) => active === undefined || row.active === active)
    .filter((row) => currency === undefined || row.currency === currency)
    .filter((row) => !lookup_keys?.length || (row.lookup_key !== null && lookup_keys.includes(row.lookup_key)))
    .filter((row) => product === undefined || row.product === product)
    .filter((row) => type === undefined || row.type === type)
    .filter((row) => recurring?.interval === undefined || row.recurring?.interval === recurring.interval)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/prices');
}

/** `makeProduct` comes from the products' own module, which in turn makes default prices here. */
export function prices(offer: Offer, makeProduct: (world: World, data: NonNullable<NewPrice['product_data']>) => Product): void {
  offer('post', '/prices', {
    fields: newPriceFields,
    run: ({ world, params }) =>
      addPrice(
        world,
        productOf(world, params, (data) => makeProduct(world, data)),
        params,
      ),
  });
  offer('get', '/prices', { fields: filters, run: list });
  offer('get', '/prices/:id', { fields: {}, run: ({ world, id }) => found(world.tables.prices.get(id), 'price', id) });
  offer('post', '/prices/:id', { fields: updateFields, run: update });
}
