/** Step 1, catalog: the owner's rules and texts joined with Stripe's ids and amounts. Runs on the server. */
import { moneyPattern } from '../money/money-pattern.ts';
import type { Catalog, IntervalKey, Price, QuantityRule } from './catalog.ts';
import type { CatalogFile, CatalogFilePrice, Text } from './catalog-file.ts';
import { lookupKeyOf } from './lookup-key.ts';

/** What we read of a Stripe price. */
export interface StripePriceFact {
  /** `price_…` */
  readonly id: string;
  readonly productId: string;
  readonly lookupKey: string | null;
  readonly active: boolean;
  readonly currency: string;
  /** Minor units; null where Stripe has only a decimal amount. */
  readonly unitAmount: number | null;
  /** Further currencies, minor units. */
  readonly currencyOptions: Readonly<Record<string, number | null>>;
  /** Absent: paid once. */
  readonly interval?: IntervalKey;
}

export interface JoinOptions {
  /** BCP 47; texts fall back to the file's first language, money is written in this one all the same. */
  readonly locale: string;
  readonly publishableKey?: string;
  readonly portalLoginUrl?: string;
}

export interface JoinedCatalog {
  readonly catalog: Catalog;
  /** Prices that the file names and Stripe does not sell. They are left out. */
  readonly problems: readonly { readonly lookupKey: string; readonly message: string }[];
}

/** One catalog for pages, in one language. Amounts are Stripe's; a price that Stripe lacks is left out and reported. */
export function joinCatalog(file: CatalogFile, prices: readonly StripePriceFact[], options: JoinOptions): JoinedCatalog {
  const facts = new Map(prices.filter(({ active, lookupKey }) => active && lookupKey).map((price) => [price.lookupKey, price]));
  const problems: { lookupKey: string; message: string }[] = [];
  const say = (text: Text): string => textIn(text, options.locale, file.locales);
  const optional = <Key extends string>(key: Key, text: Text | undefined) => (text === undefined ? {} : ({ [key]: say(text) } as Record<Key, string>));
  const join = (itemId: string, wanted: readonly CatalogFilePrice[]): Price[] =>
    wanted.flatMap((price) => {
      const id = lookupKeyOf(itemId, price);
      const fact = facts.get(id);
      if (fact && fact.interval === price.interval) return [toPrice(id, fact, file.currencies)];
      const message = fact ? 'Stripe has another billing interval under this lookup key.' : 'Stripe has no active price with this lookup key.';
      problems.push({ lookupKey: id, message: `${message} Run "till catalog apply".` });
      return [];
    });

  const plans: Catalog['plans'] = file.plans.map((plan) => ({
    id: plan.id,
    group: plan.group,
    kind: plan.kind,
    name: say(plan.name),
    ...optional('description', plan.description),
    ...optional('badge', plan.badge),
    ...optional('callToAction', plan.callToAction),
    ...(plan.highlight === undefined ? {} : { highlight: plan.highlight }),
    ...(plan.contactUrl === undefined ? {} : { contactUrl: plan.contactUrl }),
    features: plan.features.map((feature) =>
      isFeature(feature)
        ? { text: say(feature.text), included: feature.included, ...optional('group', feature.group) }
        : { text: say(feature), included: true },
    ),
    prices: join(plan.id, plan.prices),
    ...(plan.seats && { seats: toRule(plan.seats, Math.max(plan.seats.min, 1)) }),
    ...(plan.trial && { trial: plan.trial }),
  }));
  const addOns: Catalog['addOns'] = file.addOns.map((addOn) => ({
    id: addOn.id,
    name: say(addOn.name),
    ...optional('description', addOn.description),
    ...optional('unit', addOn.unit),
    ...(addOn.image === undefined ? {} : { image: addOn.image }),
    prices: join(addOn.id, addOn.prices),
    quantity: toRule(addOn.quantity, 0),
    ...(addOn.plans && { plans: addOn.plans }),
  }));
  const products: Catalog['products'] = file.products.flatMap((product) => {
    const [price] = join(product.id, [product.price]);
    return price
      ? [
          {
            id: product.id,
            name: say(product.name),
            ...optional('description', product.description),
            ...(product.image === undefined ? {} : { image: product.image }),
            price,
            quantity: toRule(product.quantity, 1),
          },
        ]
      : [];
  });

  const intervals = [...new Set(plans.flatMap((plan) => plan.prices.map(({ interval }) => interval ?? '')))].toSorted((a, b) => days(a) - days(b));
  const body: Omit<Catalog, 'version'> = {
    locale: options.locale,
    locales: file.locales,
    defaultCurrency: file.defaultCurrency,
    currencies: file.currencies,
    money: Object.fromEntries(file.currencies.map((currency) => [currency, moneyPattern(options.locale, currency)])),
    intervals,
    defaultInterval: file.defaultInterval ?? intervals[0] ?? 'month',
    plans,
    addOns: addOns.filter((addOn) => addOn.prices.length > 0),
    products,
    tax: file.tax,
    ...(options.publishableKey && { publishableKey: options.publishableKey }),
    ...(options.portalLoginUrl && { portalLoginUrl: options.portalLoginUrl }),
  };
  return { catalog: { version: fingerprint(JSON.stringify(body)), ...body }, problems };
}

type FileFeature = CatalogFile['plans'][number]['features'][number];
const isFeature = (feature: FileFeature): feature is Extract<FileFeature, { included: boolean }> =>
  typeof feature === 'object' && typeof (feature as { included?: unknown }).included === 'boolean';

/** The text in the asked language, else its base language, else the file's first language. */
function textIn(text: Text, locale: string, locales: readonly string[]): string {
  if (typeof text === 'string') return text;
  return text[locale] ?? text[locale.split('-')[0] ?? ''] ?? text[locales[0] ?? ''] ?? Object.values(text)[0] ?? '';
}

function toPrice(id: string, fact: StripePriceFact, currencies: readonly string[]): Price {
  const amounts: Record<string, number> = {};
  for (const currency of currencies) {
    const amount = currency === fact.currency ? fact.unitAmount : fact.currencyOptions[currency];
    if (amount !== undefined && amount !== null) amounts[currency] = amount;
  }
  return { id, ...(fact.interval && { interval: fact.interval }), amounts };
}

const toRule = (rule: { min: number; max: number; step: number; default?: number }, otherwise: number): QuantityRule => ({
  min: rule.min,
  max: rule.max,
  step: rule.step,
  default: rule.default ?? otherwise,
});

/** Length of an interval for sorting only; a month counted as 30 days. */
function days(interval: IntervalKey): number {
  const [first = '', unit = first] = interval.split('-') as [string, string?];
  const one = { day: 1, week: 7, month: 30, year: 365 }[unit as 'day' | 'week' | 'month' | 'year'];
  return unit === first ? one : Number(first) * one;
}

/** A short, stable name for a text: FNV-1a in 64 bits. Not for secrets. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36);
}
