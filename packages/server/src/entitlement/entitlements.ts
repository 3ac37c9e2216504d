/**
 * Step 6, subscription: what a customer may use.
 *
 * Promise: it follows the read model, which every successful answer has just refreshed, so that access is there before any
 * webhook; while Stripe cannot be asked, what was known last holds, and nobody loses access for that.
 */
import { accessOf, purchaseGives, type AccessFact } from '@tillkit/core/entitlement/access';
import type { Entitlements } from '@tillkit/core/contract/contract';
import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import type { Offer } from '../catalog/catalog-source.ts';
import { BillingError } from '../http/billing-error.ts';
import { check } from '../http/read-body.ts';
import { isApiKey } from '../identity/api-key.ts';
import { requirePrincipal } from '../identity/principal.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { toSubscription } from '../subscription/to-subscription.ts';
import type { Till, TillEnv } from '../till.ts';

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
/** How the owner's backend names a person. */
const PersonSchema = v.union([
  v.object({ customer: v.pipe(v.string(), v.regex(/^cus_\w{1,200}$/u)) }),
  v.object({ subject: text, issuer: v.optional(text, 'owner') }),
]);

/** GET /v1/entitlements */
export function entitlements(till: Till) {
  return new Hono<TillEnv>().get('/', async (c) => {
    const customerId = isApiKey(c.req.header('authorization'), till.config.apiKeyHashes)
      ? await named(c)
      : (await requirePrincipal(c, till)).customerId;
    return c.json<Entitlements>(await entitlementsOf(till, customerId));
  });

  async function named(c: Context<TillEnv>): Promise<string | undefined> {
    const person = check(PersonSchema, c.req.query());
    if ('customer' in person) return person.customer;
    return (await till.store.identities.find(person))?.customerId;
  }
}

/** Everything a customer may use now; somebody without a customer may use nothing. */
export async function entitlementsOf(till: Till, customerId: string | undefined): Promise<Entitlements> {
  const at = till.now();
  if (customerId === undefined) return { features: [], subscriptions: [], asOf: at };
  const offer = await till.catalog.current();
  const facts = await lastKnown(till, customerId);
  const subscriptions = facts.map((fact) => ({
    fact,
    shown: toSubscription(fact, offer),
    ...accessOf(accessFactOf(fact), offer.access, at),
  }));
  const purchases = (await till.store.purchases.ofCustomer(customerId)).filter(({ state }) => purchaseGives(state));
  const features = new Set([
    ...subscriptions.filter(({ access }) => access).flatMap(({ fact }) => grantsOf(fact, offer)),
    ...facts.flatMap((fact) => oneTimeGrantsOf(fact, offer)),
    ...purchases.flatMap(({ productId }) => offer.grantsOf({ kind: 'product', id: productId })),
  ]);
  return {
    features: [...features].toSorted(),
    subscriptions: subscriptions.map(({ shown: { id, status, planId }, access, until }) => ({
      id,
      status,
      ...(planId !== undefined && { planId }),
      access,
      ...(until !== undefined && { until }),
    })),
    asOf: at,
  };
}

async function lastKnown({ mirror, store, log }: Till, customerId: string): Promise<SubscriptionFact[]> {
  try {
    return await mirror.ofCustomer(customerId);
  } catch (error) {
    if (error instanceof BillingError) throw error;
    log.warn('entitlements.last_known', { error });
    return store.subscriptions.ofCustomer(customerId);
  }
}

function accessFactOf({ status, items, created, cancelAt, unpaidSince }: SubscriptionFact): AccessFact {
  const periodStart = items.length > 0 ? Math.max(...items.map((item) => item.periodStart)) : created;
  return { status, periodStart, ...(unpaidSince !== undefined && { unpaidSince }), ...(cancelAt !== undefined && { cancelAt }) };
}

const grantsOf = ({ items }: SubscriptionFact, offer: Offer): readonly string[] =>
  items.flatMap(({ productId, quantity }) => {
    const entry = quantity > 0 ? offer.entryOf(productId) : undefined;
    return entry ? offer.grantsOf(entry) : [];
  });

/** What was bought once with a subscription stays, whatever becomes of the subscription; a setup fee gives nothing. */
const oneTimeGrantsOf = ({ oneTime = [] }: SubscriptionFact, offer: Offer): readonly string[] =>
  oneTime.flatMap(({ productId, state }) => {
    const entry = purchaseGives(state) ? offer.entryOf(productId) : undefined;
    return entry?.kind === 'add_on' ? offer.grantsOf(entry) : [];
  });
