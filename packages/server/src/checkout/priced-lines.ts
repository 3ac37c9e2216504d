import { addOnPrice, findAddOn, findPlan, findProduct, isOneTime, planPrice } from '@tillkit/core/catalog/lookup';
import type { PlanSelection, Selection } from '@tillkit/core/selection/selection';
import type { Offer } from '../catalog/catalog-source.ts';
import type { PricedLine } from '../stripe/subscriptions.ts';

export interface PricedLines {
  /** The plan first, then what is billed with it. */
  readonly recurring: readonly PricedLine[];
  readonly oneTime: readonly PricedLine[];
}

/** An accepted selection as Stripe prices: from here on ids are Stripe's. */
export function toPricedLines(selection: Selection, offer: Offer): PricedLines {
  if ('planId' in selection) return planLines(selection, offer);
  const product = findProduct(offer.catalog, selection.productId)!;
  return { recurring: [], oneTime: [{ priceId: offer.priceId(product.price.id), quantity: selection.quantity }] };
}

function planLines({ planId, interval, seats, addOns }: PlanSelection, offer: Offer): PricedLines {
  const { catalog } = offer;
  const plan = { priceId: offer.priceId(planPrice(catalog, planId, interval)!.id), quantity: seats };
  const chosen = Object.entries(addOns).map(([id, quantity]) => ({ addOn: findAddOn(catalog, id)!, quantity }));
  const lines = (oneTime: boolean): PricedLine[] =>
    chosen
      .filter(({ addOn }) => isOneTime(addOn) === oneTime)
      .map(({ addOn, quantity }) => ({ priceId: offer.priceId(addOnPrice(addOn, interval)!.id), quantity }));
  const { setupFee } = findPlan(catalog, planId)!;
  const setup = setupFee ? [{ priceId: offer.priceId(setupFee.id), quantity: 1 }] : [];
  return { recurring: [plan, ...lines(false)], oneTime: [...setup, ...lines(true)] };
}
