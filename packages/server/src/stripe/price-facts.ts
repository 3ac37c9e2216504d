/** Step 1, catalog: Stripe's prices and products as facts that core can join with the owner's file. */
import type { StripePriceFact, TaxBehavior } from '@tillkit/core/catalog/join-catalog';
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { toIntervalKey } from './interval.ts';
import { toPriceModel, withAllTiers } from './price-models.ts';

/** Stripe takes at most ten lookup keys a call. */
const keysPerCall = 10;

/** The active prices that carry these lookup keys. */
export async function readPrices(stripe: StripeGateway, lookupKeys: readonly string[]): Promise<StripePriceFact[]> {
  const client = await stripe();
  const facts: StripePriceFact[] = [];
  for (let at = 0; at < lookupKeys.length; at += keysPerCall) {
    const { data } = await client.prices.list({
      lookup_keys: lookupKeys.slice(at, at + keysPerCall),
      active: true,
      limit: 100,
      expand: ['data.currency_options', 'data.tiers'],
    });
    for (const price of data) facts.push(toPriceFact(await withAllTiers(client, price)));
  }
  return facts;
}

function toPriceFact(price: Stripe.Price): StripePriceFact {
  const options = Object.entries(price.currency_options ?? {});
  const model = toPriceModel(price);
  return {
    id: price.id,
    productId: idOf(price.product),
    lookupKey: price.lookup_key,
    ...(price.metadata.till_catalog && { catalogId: price.metadata.till_catalog }),
    active: price.active,
    currency: price.currency,
    unitAmount: price.unit_amount,
    currencyOptions: Object.fromEntries(options.map(([currency, { unit_amount }]) => [currency, unit_amount])),
    taxBehaviors: Object.fromEntries(
      [...options, [price.currency, price] as const].map(([currency, { tax_behavior }]) => [currency, toTaxBehavior(tax_behavior)]),
    ),
    ...(model && { model }),
    ...(price.recurring && { interval: toIntervalKey(price.recurring) }),
  };
}

const toTaxBehavior = (behavior: string | null): TaxBehavior =>
  behavior === 'inclusive' || behavior === 'exclusive' ? behavior : 'unspecified';

/** The id of something that Stripe sends as an id or, expanded, as the object. */
export function idOf(reference: string | { readonly id: string }): string {
  return typeof reference === 'string' ? reference : reference.id;
}
