/**
 * Step 1, catalog: what `till catalog plan` shows and `till catalog apply` does.
 *
 * Promise: applying twice does nothing the second time, and no price that somebody pays is ever taken away: a changed
 * price is a new one that takes over the lookup key, the old one lives on for those who have it.
 */
import type { PriceModel } from './catalog.ts';
import type { CatalogFile, CatalogFilePrice, Text } from './catalog-file.ts';
import { catalogIdOf, ownerOf } from './catalog-owner.ts';
import { taxBehaviorOf, type StripePriceFact, type TaxBehavior } from './join-catalog.ts';
import { lookupKeyOf, setupFeeOf } from './lookup-key.ts';
import { priceText } from './price-text.ts';
import { priceModel, pricedCurrencies, sameModel, wholeAmount } from './price-model.ts';

/** What we read of a Stripe product. */
export interface StripeProductFact {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly taxCode: string | null;
  readonly active: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ProductWish {
  /** Stored as `till_id` and `till_kind` in the product's metadata, by which we find it again. */
  readonly tillId: string;
  readonly tillKind: 'plan' | 'add_on' | 'product';
  readonly name: string;
  readonly description: string | null;
  readonly taxCode: string | null;
  /** Stored as `till_catalog`: whose product it is. */
  readonly catalogId: string;
}

export interface PriceWish {
  readonly tillId: string;
  /** Stored as `till_catalog`, as on the product: a price without it was made by hand. */
  readonly catalogId: string;
  readonly lookupKey: string;
  readonly currency: string;
  /** Minor units; absent where the model has a decimal or tiers instead. */
  readonly unitAmount: number | undefined;
  /** Further currencies, minor units. */
  readonly currencyOptions: Readonly<Record<string, number | undefined>>;
  readonly model?: PriceModel;
  /** `event_name` of the meter whose usage is billed. */
  readonly meter?: string;
  readonly interval?: string;
  readonly taxBehavior: TaxBehavior;
}

export type CatalogStep =
  | { readonly kind: 'create_product'; readonly product: ProductWish; readonly text: string }
  | { readonly kind: 'update_product'; readonly productId: string; readonly product: ProductWish; readonly text: string }
  | { readonly kind: 'create_price' | 'replace_price'; readonly price: PriceWish; readonly text: string };

/** The steps that make Stripe match the file, in the order to take them; none when it does already. */
export function catalogSteps(
  file: CatalogFile,
  stripe: { readonly products: readonly StripeProductFact[]; readonly prices: readonly StripePriceFact[] },
): readonly CatalogStep[] {
  const items = [
    ...file.plans.map((plan) => ({
      tillKind: 'plan' as const,
      item: plan,
      prices: [...plan.prices, ...(plan.setupFee ? [filePrice(setupFeeOf(plan.id, plan.setupFee))] : [])],
    })),
    ...file.addOns.map((addOn) => ({ tillKind: 'add_on' as const, item: addOn, prices: addOn.prices })),
    ...file.products.map((product) => ({ tillKind: 'product' as const, item: product, prices: [product.price] })),
  ].filter(({ prices }) => prices.length > 0);
  return items.flatMap(({ tillKind, item, prices }) => {
    const wish: ProductWish = {
      tillId: item.id,
      tillKind,
      name: defaultText(file, item.name),
      description: item.description === undefined ? null : defaultText(file, item.description),
      taxCode: item.taxCode ?? null,
      catalogId: catalogIdOf(file),
    };
    const product = stripe.products.find(({ metadata }) => metadata.till_id === item.id && metadata.till_kind === tillKind);
    return [...productSteps(wish, product), ...prices.flatMap((price) => priceSteps(file, item.id, price, product, stripe.prices))];
  });
}

function productSteps(product: ProductWish, found: StripeProductFact | undefined): CatalogStep[] {
  if (!found) return [{ kind: 'create_product', product, text: `create product "${product.name}" (${product.tillId})` }];
  const changed = [
    ...(['name', 'description', 'taxCode'] as const).filter((key) => found[key] !== product[key]),
    ...((ownerOf(found) ?? product.catalogId) === product.catalogId ? [] : ['owner']),
  ];
  if (!found.active) return [{ kind: 'update_product', productId: found.id, product, text: `bring back product "${product.name}"` }];
  return changed.length
    ? [{ kind: 'update_product', productId: found.id, product, text: `update ${changed.join(', ')} of product "${product.name}"` }]
    : [];
}

function priceSteps(
  file: CatalogFile,
  tillId: string,
  price: CatalogFilePrice,
  product: StripeProductFact | undefined,
  prices: readonly StripePriceFact[],
): CatalogStep[] {
  const others = pricedCurrencies(price).filter((currency) => currency !== file.defaultCurrency);
  const model = priceModel(price);
  const wish: PriceWish = {
    tillId,
    catalogId: catalogIdOf(file),
    lookupKey: lookupKeyOf(tillId, price),
    currency: file.defaultCurrency,
    unitAmount: wholeAmount(price, file.defaultCurrency),
    currencyOptions: Object.fromEntries(others.map((currency) => [currency, wholeAmount(price, currency)])),
    ...(model && { model }),
    ...(price.metered && { meter: price.metered }),
    ...(price.interval && { interval: price.interval }),
    taxBehavior: taxBehaviorOf(file),
  };
  const found = prices.find(({ lookupKey, active }) => active && lookupKey === wish.lookupKey);
  const amounts = priceText(price);
  if (!found) return [{ kind: 'create_price', price: wish, text: `create price ${wish.lookupKey}: ${amounts}` }];
  if (samePrice(wish, found) && found.productId === product?.id) return [];
  return [
    {
      kind: 'replace_price',
      price: wish,
      text: `replace price ${wish.lookupKey}: ${amounts}${taxText(wish, found)}; who pays the old one keeps it`,
    },
  ];
}

/** A setup fee in the form of other prices. */
const filePrice = (fee: { readonly amounts: CatalogFilePrice['amounts']; readonly lookupKey: string }): CatalogFilePrice => fee;

/** A file without tax leaves a price what it is: nobody is taxed by it. */
const isTaxedAsWished = ({ taxBehavior, currency, currencyOptions }: PriceWish, { taxBehaviors }: StripePriceFact): boolean =>
  taxBehavior === 'unspecified' || [currency, ...Object.keys(currencyOptions)].every((one) => taxBehaviors[one] === taxBehavior);

/** What may be all that is new. */
const taxText = (wish: PriceWish, found: StripePriceFact): string =>
  isTaxedAsWished(wish, found) ? '' : wish.taxBehavior === 'inclusive' ? ', tax included' : ', plus tax';

function samePrice(wish: PriceWish, found: StripePriceFact): boolean {
  const further = Object.entries(found.currencyOptions).filter(([currency]) => currency !== found.currency);
  return (
    found.currency === wish.currency &&
    found.unitAmount === (wish.unitAmount ?? null) &&
    found.interval === wish.interval &&
    sameModel(found.model, wish.model) &&
    isTaxedAsWished(wish, found) &&
    further.length === Object.keys(wish.currencyOptions).length &&
    further.every(([currency, amount]) => currency in wish.currencyOptions && (wish.currencyOptions[currency] ?? null) === amount)
  );
}

const defaultText = (file: CatalogFile, text: Text): string =>
  typeof text === 'string' ? text : (text[file.locales[0] ?? 'en'] ?? Object.values(text)[0] ?? '');
