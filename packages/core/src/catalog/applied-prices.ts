import type { CatalogFile, CatalogFilePrice } from './catalog-file.ts';
import { taxBehaviorOf, type StripePriceFact } from './join-catalog.ts';
import { lookupKeyOf, setupFeeOf } from './lookup-key.ts';
import { priceModel, wholeAmount } from './price-model.ts';

/** The prices that Stripe has once a file is applied, with ids made of the lookup keys: for examples without a Stripe. */
export function appliedPrices(file: CatalogFile): StripePriceFact[] {
  const items: readonly { readonly id: string; readonly prices: readonly CatalogFilePrice[] }[] = [
    ...file.plans.map(({ id, prices, setupFee }) => ({ id, prices: [...prices, ...(setupFee ? [setupFeeOf(id, setupFee)] : [])] })),
    ...file.addOns,
    ...file.products.map(({ id, price }) => ({ id, prices: [price] })),
  ];
  return items.flatMap(({ id, prices }) =>
    prices.map((price): StripePriceFact => {
      const lookupKey = lookupKeyOf(id, price);
      const model = priceModel(price);
      return {
        id: `price_${lookupKey}`,
        productId: `prod_${id}`,
        lookupKey,
        active: true,
        currency: file.defaultCurrency,
        unitAmount: wholeAmount(price, file.defaultCurrency) ?? null,
        currencyOptions: Object.fromEntries(file.currencies.map((currency) => [currency, wholeAmount(price, currency) ?? null])),
        taxBehaviors: Object.fromEntries(file.currencies.map((currency) => [currency, taxBehaviorOf(file)])),
        ...(model && { model }),
        ...(price.interval && { interval: price.interval }),
      };
    }),
  );
}
