/** Step 1, catalog, and what was sold of it: drift, and customers who pay twice. */
import { planCatalog } from '../catalog/apply-catalog.ts';
import { createCatalogSource, type Offer } from '../catalog/catalog-source.ts';
import { readPrices } from '../stripe/price-facts.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Store } from '../store/store.ts';
import { isLive } from '../subscription/live.ts';
import { toSubscriptions } from '../subscription/to-subscription.ts';
import { check, fail, ok } from './finding.ts';

const shownAtMost = 5;
const pageSize = 500;

export const drift = check('Catalog', async ({ stripe, file }) => {
  const { steps } = await planCatalog(stripe, await file());
  if (steps.length === 0) return ok('Stripe matches it');
  return fail(
    `Stripe lacks ${steps.length} steps, such as: ${steps[0]!.text}`,
    '"till catalog plan" shows them, "till catalog apply" takes them.',
  );
});

export const duplicates = check('Double subscriptions', async ({ stripe, store, file, now, log }) => {
  const catalog = createCatalogSource({ file, readPrices: (lookupKeys) => readPrices(stripe, lookupKeys), now, log });
  const doubled = customersWithTwo(await allFacts(await store()), await catalog.current());
  if (doubled.length === 0) return ok('nobody has two in one plan group');
  const shown = doubled.slice(0, shownAtMost).join(', ');
  return fail(
    `${doubled.length} customers have two in one plan group: ${shown}`,
    'Cancel one of the two in the dashboard, and refund it if it was paid.',
  );
});

async function allFacts({ subscriptions }: Store): Promise<SubscriptionFact[]> {
  const facts: SubscriptionFact[] = [];
  for (let page = await subscriptions.page('', pageSize); page.length > 0; page = await subscriptions.page(page.at(-1)!.id, pageSize))
    facts.push(...page);
  return facts;
}

function customersWithTwo(facts: readonly SubscriptionFact[], offer: Offer): string[] {
  return [...Map.groupBy(facts, (fact) => fact.customerId)].flatMap(([customerId, own]) => {
    const groups = toSubscriptions(own, offer).flatMap((subscription) =>
      isLive(subscription) && subscription.status !== 'incomplete' && subscription.group !== undefined ? [subscription.group] : [],
    );
    return new Set(groups).size < groups.length ? [customerId] : [];
  });
}
