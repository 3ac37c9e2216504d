/**
 * Step 1, catalog: the owner's rules and texts joined with Stripe's ids and amounts. Runs on the server.
 *
 * Promise: every amount in the result is one that Stripe has; what Stripe does not sell is left out and reported.
 */
import { roundShare } from '../money/exact.ts';
import { moneyPattern } from '../money/money-pattern.ts';
import { rateUsage } from '../pricing/price-rate.ts';
import type { AddOn, Catalog, IntervalKey, Plan, Price, PriceModel, Product, QuantityRule } from './catalog.ts';
import type { CatalogFile, CatalogFileAddOn, CatalogFilePlan, CatalogFilePrice, CatalogFileProduct, Text } from './catalog-file.ts';
import { intervalParts } from './interval.ts';
import { lookupKeyOf, setupFeeOf } from './lookup-key.ts';
import { modelIn } from './price-model.ts';

/** Whether an amount at Stripe includes tax; `unspecified`: the account's settings decide. */
export type TaxBehavior = 'exclusive' | 'inclusive' | 'unspecified';

/** What we read of a Stripe price. */
export interface StripePriceFact {
  /** `price_…` */
  readonly id: string;
  readonly productId: string;
  readonly lookupKey: string | null;
  /** The catalog that made it; absent where none is noted. */
  readonly catalogId?: string;
  readonly active: boolean;
  readonly currency: string;
  /** Minor units; null where Stripe has only a decimal amount, or tiers. */
  readonly unitAmount: number | null;
  /** Further currencies, minor units. */
  readonly currencyOptions: Readonly<Record<string, number | null>>;
  /** Decimals, tiers, packages, meter; absent where the amount is quantity × unit amount. */
  readonly model?: PriceModel;
  /** Absent: paid once. */
  readonly interval?: IntervalKey;
  /** By currency. */
  readonly taxBehaviors: Readonly<Record<string, TaxBehavior>>;
}

/** How a price is taxed that is made for a file. */
export const taxBehaviorOf = ({ tax }: Pick<CatalogFile, 'tax'>): TaxBehavior => (tax === 'none' ? 'unspecified' : tax);

export interface JoinOptions {
  /** BCP 47; texts fall back to the file's first language, money is written in this one all the same. */
  readonly locale: string;
  readonly publishableKey?: string;
  readonly portalLoginUrl?: string;
  readonly emailCodes?: true;
}

export interface JoinedCatalog {
  readonly catalog: Catalog;
  /** Prices that the file names and Stripe does not sell. They are left out. */
  readonly problems: readonly { readonly lookupKey: string; readonly message: string }[];
}

type Problem = JoinedCatalog['problems'][number];

/** What the parts of a catalog are made with. */
interface Join {
  readonly say: (text: Text) => string;
  readonly prices: (itemId: string, wanted: readonly CatalogFilePrice[]) => Price[];
}

/** One catalog for pages, in one language. Amounts are Stripe's; a price that Stripe lacks is left out and reported. */
export function joinCatalog(file: CatalogFile, prices: readonly StripePriceFact[], options: JoinOptions): JoinedCatalog {
  const problems: Problem[] = [];
  const join: Join = {
    say: (text) => textIn(text, options.locale, file.locales),
    prices: priceJoin(file, prices, problems),
  };
  const plans = file.plans.map((plan) => toPlan(plan, join));
  const addOns = file.addOns.map((addOn) => toAddOn(addOn, join)).filter((addOn) => addOn.prices.length > 0);
  const products = file.products.flatMap((product) => toProduct(product, join));
  const addOnGroups = file.addOnGroups.map(({ id, name, max }) => ({ id, name: join.say(name), ...present('max', max) }));
  const intervals = [...new Set(plans.flatMap((plan) => plan.prices.map(({ interval }) => interval ?? '')))];
  intervals.sort((one, other) => days(one) - days(other));
  const wished = file.defaultInterval ?? '';
  const content: Omit<Catalog, 'version'> = {
    locale: options.locale,
    locales: file.locales,
    defaultCurrency: file.defaultCurrency,
    currencies: file.currencies,
    money: Object.fromEntries(file.currencies.map((currency) => [currency, moneyPattern(options.locale, currency)])),
    intervals,
    defaultInterval: intervals.includes(wished) ? wished : (intervals[0] ?? 'month'),
    ...present('timeZone', file.timeZone),
    plans,
    addOns,
    ...present('addOnGroups', addOnGroups.length > 0 ? addOnGroups : undefined),
    products,
    tax: file.tax,
    ...present('extended', isExtended({ plans, addOns, products }) ? true : undefined),
    ...present('publishableKey', options.publishableKey),
    ...present('portalLoginUrl', options.portalLoginUrl),
    ...present('emailCodes', options.emailCodes),
  };
  return { catalog: { version: fingerprint(JSON.stringify(content)), ...content }, problems };
}

function toPlan(plan: CatalogFilePlan, { say, prices }: Join): Plan {
  return {
    id: plan.id,
    group: plan.group,
    kind: plan.kind,
    name: say(plan.name),
    ...present('description', plan.description && say(plan.description)),
    ...present('badge', plan.badge && say(plan.badge)),
    ...present('callToAction', plan.callToAction && say(plan.callToAction)),
    ...present('highlight', plan.highlight),
    ...present('contactUrl', plan.contactUrl),
    features: plan.features.map(({ text, included, group }) => ({ text: say(text), included, ...present('group', group && say(group)) })),
    prices: prices(plan.id, plan.prices),
    ...present('seats', plan.seats && toRule(plan.seats, plan.seats.min)),
    ...present('trial', plan.trial),
    ...present('setupFee', plan.setupFee && prices(plan.id, [setupFeeOf(plan.id, plan.setupFee)])[0]),
  };
}

function toAddOn(addOn: CatalogFileAddOn, { say, prices }: Join): AddOn {
  return {
    id: addOn.id,
    name: say(addOn.name),
    ...present('description', addOn.description && say(addOn.description)),
    ...present('unit', addOn.unit && say(addOn.unit)),
    ...present('image', addOn.image),
    prices: prices(addOn.id, addOn.prices),
    quantity: toRule(addOn.quantity, 0),
    ...present('plans', addOn.plans),
    ...present('included', addOn.included),
    ...present('group', addOn.group),
    ...present('requires', addOn.requires),
    ...present('excludes', addOn.excludes),
  };
}

/** The product, or nothing where Stripe does not sell it. */
function toProduct(product: CatalogFileProduct, { say, prices }: Join): Product[] {
  return prices(product.id, [product.price]).map((price) => ({
    id: product.id,
    name: say(product.name),
    ...present('description', product.description && say(product.description)),
    ...present('image', product.image),
    price,
    quantity: toRule(product.quantity, product.quantity.min),
  }));
}

/** Whether quantity × amount is not enough, or add-ons depend on each other. */
const isExtended = ({ plans, addOns, products }: Pick<Catalog, 'plans' | 'addOns' | 'products'>): boolean =>
  plans.some(({ setupFee }) => setupFee) ||
  addOns.some(({ requires, excludes, group }) => requires ?? excludes ?? group) ||
  [...[...plans, ...addOns].flatMap(({ prices }) => prices), ...products.map(({ price }) => price)].some(({ model }) => model);

/** An object with one field, or with none where there is no value. */
const present = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });

/** Stripe's prices for those of the file; writes down what is missing. */
function priceJoin(file: CatalogFile, prices: readonly StripePriceFact[], problems: Problem[]): Join['prices'] {
  const facts = new Map(prices.filter(({ active }) => active).map((fact) => [fact.lookupKey, fact]));
  return (itemId, wanted) =>
    wanted.flatMap((price) => {
      const lookupKey = lookupKeyOf(itemId, price);
      const fact = facts.get(lookupKey);
      const amounts = fact ? amountsOf(fact, file) : {};
      const missing = whatIsMissing(fact, price, amounts[file.defaultCurrency], file);
      const model = fact?.model && modelIn(fact.model, Object.keys(amounts));
      if (!missing) return [{ id: lookupKey, ...present('interval', fact?.interval), amounts, ...present('model', model) }];
      problems.push({ lookupKey, message: `${missing} Run "till catalog apply".` });
      return [];
    });
}

function whatIsMissing(
  fact: StripePriceFact | undefined,
  price: CatalogFilePrice,
  amount: number | undefined,
  { defaultCurrency: currency, tax }: CatalogFile,
): string | undefined {
  if (!fact) return 'Stripe has no active price with this lookup key.';
  if (fact.interval !== price.interval) return 'Stripe has another billing interval under this lookup key.';
  if (!isTaxedAs(tax, fact.taxBehaviors[currency])) return `Stripe taxes the price with this lookup key otherwise than "tax": "${tax}".`;
  return amount === undefined ? `Stripe has no whole amount in ${currency} under this lookup key.` : undefined;
}

/**
 * Whether an amount is charged as the file says of all. Where Stripe's price leaves it to the account, tax may come on top:
 * never of what is said to include it.
 */
const isTaxedAs = (tax: CatalogFile['tax'], behavior: TaxBehavior = 'unspecified'): boolean =>
  tax === 'none' || behavior === tax || (tax === 'exclusive' && behavior === 'unspecified');

function amountsOf(fact: StripePriceFact, { currencies, tax }: CatalogFile): Record<string, number> {
  const amounts: Record<string, number> = {};
  for (const currency of currencies) {
    if (!isTaxedAs(tax, fact.taxBehaviors[currency])) continue;
    const amount = currency === fact.currency ? fact.unitAmount : fact.currencyOptions[currency];
    if (amount !== undefined && amount !== null) amounts[currency] = amount;
    else if (fact.model?.tiers?.[currency] ?? fact.model?.unitAmounts?.[currency]) amounts[currency] = amountOfOne(fact.model, currency);
  }
  return amounts;
}

/** What one unit alone costs, minor units, rounded: only to show. */
const amountOfOne = (model: PriceModel, currency: string): number =>
  roundShare(rateUsage({ id: '', amounts: { [currency]: 0 }, model }, currency, 1).exact);

/** The text in the asked language, else its base language, else the file's first language. */
function textIn(text: Text, locale: string, locales: readonly string[]): string {
  if (typeof text === 'string') return text;
  return text[locale] ?? text[locale.split('-')[0] ?? ''] ?? text[locales[0] ?? ''] ?? '';
}

const toRule = (rule: { min: number; max: number; step: number; default?: number }, otherwise: number): QuantityRule => ({
  min: rule.min,
  max: rule.max,
  step: rule.step,
  default: rule.default ?? otherwise,
});

/** Length of an interval for sorting only; a month counted as 30 days. */
function days(interval: IntervalKey): number {
  const [count, unit] = intervalParts(interval);
  return count * { day: 1, week: 7, month: 30, year: 365 }[unit];
}

/** A short, stable name for a text: FNV-1a in 64 bits. Not for secrets. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36);
}
