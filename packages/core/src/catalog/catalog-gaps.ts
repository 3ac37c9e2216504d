/**
 * Step 1, catalog: what a file leaves open, so that some buyers cannot have what others can.
 *
 * Promise: an owner who forgot a currency or an interval in one place is told so; who meant it loses nothing.
 */
import type { CatalogFile, CatalogFilePrice, CatalogProblem } from './catalog-file.ts';
import { pricedCurrencies } from './price-model.ts';

/** Every currency that a price lacks, and every interval of a plan that an add-on for it lacks. */
export function catalogGaps(file: CatalogFile): readonly CatalogProblem[] {
  return [
    ...pricesOf(file).flatMap(({ path, price }) => missingCurrencies(file, path, price)),
    ...file.addOns.flatMap((addOn, index) => missingIntervals(file, addOn, `addOns[${index}].prices`)),
  ];
}

type Priced = Pick<CatalogFilePrice, 'amounts' | 'tiers'>;

function pricesOf({ plans, addOns, products }: CatalogFile): { readonly path: string; readonly price: Priced }[] {
  return [
    ...plans.flatMap(({ prices, setupFee }, index) => [
      ...prices.map((price, at) => ({ path: `plans[${index}].prices[${at}]`, price })),
      ...(setupFee ? [{ path: `plans[${index}].setupFee`, price: setupFee }] : []),
    ]),
    ...addOns.flatMap(({ prices }, index) => prices.map((price, at) => ({ path: `addOns[${index}].prices[${at}]`, price }))),
    ...products.map(({ price }, index) => ({ path: `products[${index}].price`, price })),
  ];
}

function missingCurrencies({ currencies }: CatalogFile, path: string, price: Priced): CatalogProblem[] {
  const priced = pricedCurrencies(price);
  const field = price.tiers ? 'tiers' : 'amounts';
  return currencies
    .filter((currency) => !priced.includes(currency))
    .map((currency) => ({
      path: `${path}.${field}.${currency}`,
      message: `There is no amount in ${currency}, so who pays in ${currency} cannot buy this.`,
    }));
}

function missingIntervals({ plans }: CatalogFile, addOn: CatalogFile['addOns'][number], path: string): CatalogProblem[] {
  const own = new Set(addOn.prices.map(({ interval }) => interval));
  if (own.has(undefined)) return [];
  const offering = plans.filter(({ id, prices }) => prices.length > 0 && (addOn.plans?.includes(id) ?? true));
  const intervals = [...new Set(offering.flatMap(({ prices }) => prices.map(({ interval }) => interval)))].filter((each) => !own.has(each));
  return intervals.map((interval) => ({
    path,
    message: `There is no price by the ${interval}, so who takes ${names(offering, interval)} by the ${interval} cannot have this.`,
  }));
}

const names = (plans: CatalogFile['plans'], interval: string): string =>
  plans
    .filter(({ prices }) => prices.some((price) => price.interval === interval))
    .map(({ id }) => id)
    .join(' or ');
