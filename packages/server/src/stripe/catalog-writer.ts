/** Step 1, catalog, at Stripe: reading what `till catalog plan` compares, and taking the steps of `till catalog apply`. */
import { randomUUID } from 'node:crypto';
import type { CatalogStep, PriceWish, ProductWish, StripeProductFact } from '@tillkit/core/catalog/catalog-steps';
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { fromIntervalKey } from './interval.ts';
import { writeCatalogNote, writeOwnerNote } from './metadata.ts';
import { idOf } from './price-facts.ts';
import { toAmountParams, toModelParams } from './price-models.ts';

/** All products, archived ones too. */
export async function readProducts(stripe: StripeGateway): Promise<StripeProductFact[]> {
  const client = await stripe();
  const facts: StripeProductFact[] = [];
  for await (const product of client.products.list({ limit: 100 })) {
    const { id, name, description, active, metadata } = product;
    facts.push({ id, name, description, active, metadata, taxCode: product.tax_code ? idOf(product.tax_code) : null });
  }
  return facts;
}

/** Takes steps one after the other; `productIds` knows the products that exist, by catalog id, and learns new ones. */
export async function takeStep(stripe: StripeGateway, step: CatalogStep, productIds: Map<string, string>): Promise<void> {
  const client = await stripe();
  const once = { idempotencyKey: `catalog:${randomUUID()}` };
  if (step.kind === 'create_product') {
    const { id } = await client.products.create(toNewProduct(step.product), once);
    productIds.set(step.product.tillId, id);
  } else if (step.kind === 'update_product') {
    const { name, description, taxCode } = step.product;
    const texts = { name, description: description ?? '', tax_code: taxCode ?? '' };
    await client.products.update(step.productId, { ...texts, active: true, metadata: { ...writeCatalogNote(step.product) } }, once);
  } else {
    await client.prices.create(await toNewPrice(client, step.price, productIds.get(step.price.tillId)!), once);
  }
}

function toNewProduct(product: ProductWish): Stripe.ProductCreateParams {
  const { name, description, taxCode } = product;
  return { name, metadata: { ...writeCatalogNote(product) }, ...(description && { description }), ...(taxCode && { tax_code: taxCode }) };
}

/** A new price takes the lookup key over; an older one that carried it stays active for those who pay it. */
async function toNewPrice(client: Stripe, wish: PriceWish, product: string): Promise<Stripe.PriceCreateParams> {
  const { lookupKey, catalogId, currency, unitAmount, currencyOptions, interval, taxBehavior, model, meter } = wish;
  const taxed = { tax_behavior: taxBehavior };
  const options = Object.entries(currencyOptions).map(
    ([other, amount]) => [other, { ...toAmountParams(other, amount, model), ...taxed }] as const,
  );
  const usage = meter === undefined ? {} : { usage_type: 'metered' as const, meter: await ensureMeter(client, meter) };
  return {
    product,
    lookup_key: lookupKey,
    metadata: { ...writeOwnerNote(catalogId) },
    transfer_lookup_key: true,
    currency,
    ...toAmountParams(currency, unitAmount, model),
    ...toModelParams(model),
    ...taxed,
    ...(options.length > 0 && { currency_options: Object.fromEntries(options) }),
    ...(interval && { recurring: { ...fromIntervalKey(interval), ...usage } }),
  };
}

/** Id of the meter that counts events of this name; makes it when there is none. */
async function ensureMeter(client: Stripe, eventName: string): Promise<string> {
  for await (const meter of client.billing.meters.list({ status: 'active', limit: 100 })) {
    if (meter.event_name === eventName) return meter.id;
  }
  const { id } = await client.billing.meters.create(
    { display_name: eventName, event_name: eventName, default_aggregation: { formula: 'sum' } },
    { idempotencyKey: `meter:${randomUUID()}` },
  );
  return id;
}
