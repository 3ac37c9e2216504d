import type { Price } from '@tillkit/core/catalog/catalog';
import { addOnPrice, findAddOn, findPlan, findProduct, isOneTime, planPrice } from '@tillkit/core/catalog/lookup';
import type { PlanSelection, Selection } from '@tillkit/core/selection/selection';
import type { Offer } from '../catalog/catalog-source.ts';
import type { PricedLine } from '../stripe/subscriptions.ts';

export interface PricedLines {
  /** The plan first, then what is billed with it. */
  readonly recurring: readonly PricedLine[];
  readonly oneTime: readonly PricedLine[];
}

/** So many of a price; none where use is counted. */
export const pricedLine = (priceId: string, { model }: Pick<Price, 'model'>, quantity: number): PricedLine => ({
  priceId,
  ...(!model?.metered && { quantity }),
});

/** An accepted selection as Stripe prices: from here on ids are Stripe's. */
export function toPricedLines(selection: Selection, offer: Offer): PricedLines {
  if ('planId' in selection) return planLines(selection, offer);
  const product = findProduct(offer.catalog, selection.productId)!;
  return { recurring: [], oneTime: [{ priceId: offer.priceId(product.price.id), quantity: selection.quantity }] };
}

function planLines({ planId, interval, seats, addOns }: PlanSelection, offer: Offer): PricedLines {
  const { catalog } = offer;
  const lineOf = (price: Price, quantity: number): PricedLine => pricedLine(offer.priceId(price.id), price, quantity);
  const plan = lineOf(planPrice(catalog, planId, interval)!, seats);
  const chosen = Object.entries(addOns).map(([id, quantity]) => ({ addOn: findAddOn(catalog, id)!, quantity }));
  const lines = (oneTime: boolean): PricedLine[] =>
    chosen.filter(({ addOn }) => isOneTime(addOn) === oneTime).map(({ addOn, quantity }) => lineOf(addOnPrice(addOn, interval)!, quantity));
  const { setupFee } = findPlan(catalog, planId)!;
  const setup = setupFee ? [lineOf(setupFee, 1)] : [];
  return { recurring: [plan, ...lines(false)], oneTime: [...setup, ...lines(true)] };
}
