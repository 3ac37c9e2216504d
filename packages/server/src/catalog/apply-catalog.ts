/** Step 1, catalog: makes Stripe match the owner's file. Never deletes or deactivates a price that somebody may pay. */
import type { CatalogFile } from '@tillkit/core/catalog/catalog-file';
import { foreignOwners, unnamedOwners } from '@tillkit/core/catalog/catalog-owner';
import { catalogSteps, type CatalogStep } from '@tillkit/core/catalog/catalog-steps';
import { readProducts, takeStep } from '../stripe/catalog-writer.ts';
import type { StripeGateway } from '../stripe/gateway.ts';
import { readPrices } from '../stripe/price-facts.ts';
import { lookupKeysOf } from './lookup-keys.ts';

export interface CatalogPlan {
  /** Sentences on what belongs to another catalog or to nobody that we know. */
  readonly foreign: readonly string[];
  /** What counts as this file's for want of an id, and is not in it: another file may have made it. */
  readonly unnamed: ReturnType<typeof unnamedOwners>;
  /** In the order to take them; empty when Stripe matches already. */
  readonly steps: readonly CatalogStep[];
  /** Takes one of the steps. */
  take(step: CatalogStep): Promise<void>;
}

/** Compares the file with Stripe. */
export async function planCatalog(stripe: StripeGateway, file: CatalogFile): Promise<CatalogPlan> {
  const products = await readProducts(stripe);
  const prices = await readPrices(stripe, [...lookupKeysOf(file).keys()]);
  const productIds = new Map(products.flatMap(({ id, metadata }) => (metadata.till_id ? [[metadata.till_id, id] as const] : [])));
  const found = { products, prices };
  const steps = catalogSteps(file, found);
  const replaced = new Set(steps.flatMap((step) => (step.kind === 'replace_price' ? [step.price.lookupKey] : [])));
  return {
    foreign: foreignOwners(file, found, replaced),
    unnamed: unnamedOwners(file, products),
    steps,
    take: (step) => takeStep(stripe, step, productIds),
  };
}
