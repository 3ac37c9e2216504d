/**
 * Step checkout: the line items of a checkout session.
 *
 * Promise: what a session is created with can be bought; everything else is refused when it is created.
 */
import { mostItems } from '../billing/subscription-create.ts';
import { readDiscounts, toDiscount } from '../billing/discounts.ts';
import { priceLines } from '../billing/line-prices.ts';
import { automaticRates, taxRatesOf } from '../billing/taxes.ts';
import type { Customer } from '../objects/customer.ts';
import type { TaxRate } from '../objects/discount.ts';
import { productName } from '../billing/subscription-lines.ts';
import type { Call } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { mergeMetadata } from '../http/read.ts';
import { demandChargeable, demandCurrency } from '../money/currency.ts';
import { amountOf, optionOf } from '../money/price-amount.ts';
import type { Metadata, Price } from '../objects/catalog.ts';
import type { AdjustableQuantity, CheckoutSession, SessionLineItem, SessionTerms, ShippingCost } from '../objects/checkout-session.ts';
import { change, type World } from '../world.ts';
import type { sessionFields, sessionUpdateFields } from './checkout-session-parameters.ts';
import { addPrice } from './prices.ts';
import { addProduct } from './products.ts';

type Given = NonNullable<Call<typeof sessionFields>['params']['line_items']>[number];
export interface WantedLine {
  /** Of a line that is there and stays. */
  readonly id?: string | undefined;
  readonly price: Price;
  readonly quantity: number;
  readonly metadata: Metadata;
  readonly tax_rates: readonly TaxRate[];
  readonly adjustable_quantity: AdjustableQuantity | null;
}

/** A price of its own for `price_data`; inactive, as it serves this session alone. */
function inlinePrice(world: World, data: NonNullable<Given['price_data']>, path: string): Price {
  const { product, product_data, ...amounts } = data;
  const known = product === undefined ? undefined : world.tables.products.get(product);
  if (product !== undefined && !known) throw missingReference('product', product, `${path}[product]`);
  if (!known && !product_data)
    throw invalid(`You must specify either \`product\` or \`product_data\`.`, 'parameter_missing', `${path}[product_data]`);
  const owner = known ?? (product_data && addProduct(world, product_data));
  if (!owner) throw missingReference('product', product ?? '', path);
  return change(world, 'prices', addPrice(world, owner, amounts), { active: false });
}

function namedPrice(world: World, id: string | undefined, path: string): Price {
  if (id === undefined) throw invalid(`Missing required param: ${path}.`, 'parameter_missing', path);
  const price = world.tables.prices.get(id);
  if (!price) throw missingReference('price', id, path);
  if (!price.active) throw invalid('The price specified is inactive. This field only accepts active prices.', undefined, path);
  return price;
}

/** Stripe's defaults and its hard limit of an adjustable quantity. */
const usualMost = 99;
const hardMost = 999_999;

function adjustable(given: Given['adjustable_quantity'], path: string): AdjustableQuantity | null {
  if (!given) return null;
  const { enabled, minimum = 0, maximum = usualMost } = given;
  if (maximum > hardMost || maximum < minimum || minimum < 0) throw invalid('Invalid range of quantities.', undefined, `${path}[maximum]`);
  return { enabled, maximum, minimum };
}

/** Reads the wanted lines, or refuses one with its path. */
export function readLines(world: World, given: readonly Given[], param = 'line_items'): WantedLine[] {
  return given.map((line, position) => {
    const path = `${param}[${position}]`;
    const price = line.price_data
      ? inlinePrice(world, line.price_data, `${path}[price_data]`)
      : namedPrice(world, line.price, `${path}[price]`);
    const { quantity } = line;
    if (quantity === undefined && price.recurring?.usage_type !== 'metered') {
      throw invalid('Quantity is required. Add `quantity` to each line item.', 'parameter_missing', `${path}[quantity]`);
    }
    if (quantity !== undefined && price.recurring?.usage_type === 'metered') {
      throw invalid(`Quantity should not be specified where usage_type is \`metered\`. Remove quantity from \`${path}\``, undefined, path);
    }
    if (quantity !== undefined && quantity < 1) {
      throw invalid('This value must be greater than or equal to 1.', 'parameter_invalid_integer', `${path}[quantity]`);
    }
    const tax_rates = taxRatesOf(world, line.tax_rates ?? [], `${path}[tax_rates]`);
    const adjustable_quantity = adjustable(line.adjustable_quantity, `${path}[adjustable_quantity]`);
    return { price, quantity: quantity ?? 1, metadata: mergeMetadata({}, line.metadata), adjustable_quantity, tax_rates };
  });
}

/** The session's currency: the one asked for, else the first price's. */
export function currencyOf(lines: readonly WantedLine[], asked: string | undefined): string | null {
  if (asked !== undefined) return demandCurrency(asked);
  return lines[0]?.price.currency ?? null;
}

const cadence = ({ price: { recurring } }: WantedLine): string => `${recurring?.interval} ${recurring?.interval_count}`;

/** Refuses what Stripe's Checkout cannot sell together. */
export function demandSellableLines(lines: readonly WantedLine[], mode: CheckoutSession['mode'], currency: string | null): void {
  if (mode === 'setup') return;
  if (lines.length === 0) throw invalid('Missing required param: line_items.', 'parameter_missing', 'line_items');
  const recurring = lines.filter(({ price }) => price.recurring);
  if (mode === 'payment' && recurring.length > 0) {
    throw invalid(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
      undefined,
      'mode',
    );
  }
  if (mode === 'subscription' && recurring.length === 0) {
    throw invalid('You must provide at least one recurring price in `subscription` mode when using prices.', undefined, 'line_items');
  }
  if (recurring.length > mostItems) {
    throw invalid(`You can't have more than ${mostItems} recurring line items.`, undefined, 'line_items');
  }
  const oneTime = lines.length - recurring.length;
  const mostOneTime = mode === 'payment' ? 100 : mostItems;
  if (oneTime > mostOneTime) throw invalid(`You can't have more than ${mostOneTime} one-time line items.`, undefined, 'line_items');
  if (new Set(recurring.map(cadence)).size > 1) {
    throw invalid('Checkout does not support multiple prices with different billing intervals.', undefined, 'line_items');
  }
  for (const [position, { price }] of lines.entries()) optionOf(price, currency ?? '', `line_items[${position}][price]`);
}

/** As much of a customer as decides about discounts and taxes. */
export interface TaxedBuyer extends Pick<Customer, 'address' | 'tax_exempt'> {
  readonly id: string | null;
}

interface SessionContext {
  readonly currency: string;
  readonly onTrial: boolean;
  readonly customer: TaxedBuyer | null;
  readonly terms: SessionTerms;
}

/** The lines as the session shows them, with discounts and taxes; a recurring one costs nothing today when a trial begins. */
export function toLineItems(
  world: World,
  lines: readonly WantedLine[],
  { currency, onTrial, customer, terms }: SessionContext,
): SessionLineItem[] {
  const amounts = lines.map(({ price, quantity }) => (onTrial && price.recurring ? 0 : amountOf(price, currency, quantity)));
  const whole = lines.reduce((sum, { price, quantity }) => sum + amountOf(price, currency, quantity), 0);
  const redeemed = readDiscounts(world, terms.discounts, { customer: customer?.id ?? null, currency, subtotal: whole });
  const discounts = redeemed.map((one) => toDiscount(world, one, {}));
  const rates = lines.map(({ price, tax_rates }): readonly TaxRate[] => {
    if (terms.automatic_tax) return customer ? automaticRates(world, customer, price) : [];
    return tax_rates.length > 0 ? tax_rates : price.recurring ? terms.default_tax_rates : [];
  });
  const priced = priceLines(
    lines.map(({ price }, position) => ({
      amount: amounts[position] ?? 0,
      product: price.product,
      discountable: true,
      rates: rates[position] ?? [],
      own: [],
    })),
    discounts,
    currency,
    customer?.tax_exempt ?? 'none',
  );
  return lines.map(({ id, price, quantity, metadata, adjustable_quantity }, position) => {
    const { discount_amounts = [], taxes = [] } = priced[position] ?? {};
    const amount_subtotal = amounts[position] ?? 0;
    const amount_discount = discount_amounts.reduce((sum, { amount }) => sum + amount, 0);
    const exclusive = taxes.reduce((sum, { amount, tax_behavior }) => sum + (tax_behavior === 'exclusive' ? amount : 0), 0);
    return {
      id: id ?? world.ids.next('li'),
      object: 'item',
      adjustable_quantity,
      amount_discount,
      amount_subtotal,
      amount_tax: taxes.reduce((sum, { amount }) => sum + amount, 0),
      amount_total: amount_subtotal - amount_discount + exclusive,
      currency,
      description: productName(world, price),
      discounts: discount_amounts.flatMap(({ amount, discount }) =>
        discounts.flatMap((one) => (one.id === discount ? [{ amount, discount: one }] : [])),
      ),
      metadata,
      price,
      quantity,
      taxes: taxes.map(({ amount, taxable_amount }, index) => ({
        amount,
        rate: rates[position]![index]!,
        taxability_reason: terms.automatic_tax ? 'standard_rated' : null, // nobody says why a tax rate of one's own applies
        taxable_amount,
      })),
    };
  });
}

/** What is due today in minor units, or the refusal of an amount that is too small. */
export function dueToday(items: readonly SessionLineItem[], currency: string, shipping: ShippingCost | null): number {
  const due = items.reduce((sum, { amount_total }) => sum + amount_total, shipping?.amount_total ?? 0);
  demandChargeable(due, currency, 'line_items');
  return due;
}

type GivenAgain = NonNullable<Call<typeof sessionUpdateFields>['params']['line_items']>[number];

/** The lines after an update: a given `id` keeps that line, lines that are not named go. */
export function readLinesAgain(world: World, before: readonly SessionLineItem[], given: readonly GivenAgain[]): WantedLine[] {
  return given.flatMap(({ id, ...wanted }, position) => {
    const kept = before.find((row) => row.id === id);
    if (id !== undefined && !kept) throw missingReference('line item', id, `line_items[${position}][id]`);
    const quantity = wanted.quantity ?? kept?.quantity;
    const price = wanted.price_data ? undefined : (wanted.price ?? kept?.price.id);
    const isSame = kept && price === kept.price.id;
    if (isSame && quantity === 0) return [];
    const line = { ...wanted, ...(price !== undefined && { price }), ...(quantity !== undefined && { quantity }) };
    const [read] = isSame ? [keptLine(world, kept, line)] : readLines(world, [line], `line_items[${position}]`);
    if (!read) return [];
    const adjustable_quantity = wanted.adjustable_quantity ? read.adjustable_quantity : (kept?.adjustable_quantity ?? null);
    return [{ ...read, id, adjustable_quantity, metadata: mergeMetadata(kept?.metadata ?? {}, wanted.metadata) }];
  });
}

/** A line whose price stays, though it may have become inactive since. */
function keptLine(
  world: World,
  { price, metadata, taxes }: SessionLineItem,
  { quantity = 1, adjustable_quantity, tax_rates }: Omit<GivenAgain, 'id'>,
): WantedLine {
  if (quantity < 1) throw invalid('This value must be greater than or equal to 1.', 'parameter_invalid_integer', 'line_items[quantity]');
  return {
    price,
    quantity,
    metadata,
    adjustable_quantity: adjustable(adjustable_quantity, 'line_items[adjustable_quantity]'),
    tax_rates: tax_rates ? taxRatesOf(world, tax_rates, 'line_items[tax_rates]') : taxes.map(({ rate }) => rate),
  };
}
