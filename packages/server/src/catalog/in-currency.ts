import type { Catalog, Price } from '@tillkit/core/catalog/catalog';
import { modelIn } from '@tillkit/core/catalog/price-model';

/** The catalog with one currency only, which a page that shows no other reads faster. */
export function inCurrency(catalog: Catalog, currency: string): Catalog {
  const narrow = (price: Price): Price => {
    const amount = price.amounts[currency];
    return {
      ...price,
      amounts: amount === undefined ? {} : { [currency]: amount },
      ...(price.model && { model: modelIn(price.model, [currency]) }),
    };
  };
  const pattern = catalog.money[currency];
  return {
    ...catalog,
    defaultCurrency: currency,
    currencies: [currency],
    money: pattern ? { [currency]: pattern } : {},
    plans: catalog.plans.map((plan) => ({
      ...plan,
      prices: plan.prices.map(narrow),
      ...(plan.setupFee && { setupFee: narrow(plan.setupFee) }),
    })),
    addOns: catalog.addOns.map((addOn) => ({ ...addOn, prices: addOn.prices.map(narrow) })),
    products: catalog.products.map((product) => ({ ...product, price: narrow(product.price) })),
  };
}
