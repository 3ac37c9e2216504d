/**
 * Step 6, subscription: what a customer may use.
 *
 * Promise: it follows the read model, which every successful answer has just refreshed, so that access is there before any
 * webhook; while Stripe cannot be asked, what was known last holds, and nobody loses access for that. Whoever cannot be
 * told anything is refused within two seconds, however long Stripe takes, and not told that they have nothing.
 */
import { accessOf, purchaseGives, type AccessFact } from '@tillkit/core/entitlement/access';
import { allowanceOf, type Holding } from '@tillkit/core/entitlement/allowance';
import type { Entitlements } from '@tillkit/core/contract/contract';
import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import type { Offer } from '../catalog/catalog-source.ts';
import { readQuery } from '../http/read-body.ts';
import { isApiKey } from '../identity/api-key.ts';
import { requirePrincipal } from '../identity/principal.ts';
import type { Identity, KnownIdentity } from '../store/identities.ts';
import type { Purchase } from '../store/purchases.ts';
import { inTime, readPatience } from '../stripe/in-time.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { lastKnown } from '../subscription/last-known.ts';
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
    const holder = isApiKey(c.req.header('authorization'), till.config.apiKeyHashes) ? await named(c) : await requirePrincipal(c, till);
    return c.json<Entitlements>(await entitlementsOf(till, holder));
  });

  async function named(c: Context<TillEnv>): Promise<Holder> {
    const person = readQuery(c, PersonSchema);
    if ('customer' in person) return { customerId: person.customer };
    return (await till.store.identities.find(person)) ?? {};
  }
}

/** A customer, or somebody with the one that they reach. */
export type Holder = Pick<KnownIdentity, 'customerId'> & Partial<Identity>;

/** Everything that somebody may use now: what their customer has, and what they paid for once as one that was theirs before. */
export async function entitlementsOf(till: Till, { issuer, subject, customerId }: Holder): Promise<Entitlements> {
  const at = till.now();
  const { identities, purchases } = till.store;
  const gone = issuer === undefined || subject === undefined ? [] : await identities.formerCustomersOf({ issuer, subject });
  // the owner may name one again who was deleted
  const former = gone.filter((id) => id !== customerId);
  const customers = [...(customerId === undefined ? [] : [customerId]), ...former];
  if (customers.length === 0) return { features: [], limits: {}, subscriptions: [], asOf: at };
  const [offer, facts] = await Promise.all([
    inTime(till.catalog.current(), readPatience.withCopy),
    customerId === undefined ? [] : lastKnown(till, customerId, readPatience.withCopy),
  ]);
  const subscriptions = facts.map((fact) => ({
    fact,
    shown: toSubscription(fact, offer),
    ...accessOf(accessFactOf(fact), offer.access, at),
  }));
  const ended = await Promise.all(former.map((id) => till.store.subscriptions.ofCustomer(id)));
  const bought = await Promise.all(customers.map((id) => purchases.ofCustomer(id)));
  const { features, limits } = allowanceOf([
    ...subscriptions.filter(({ access }) => access).flatMap(({ fact }) => holdingsOf(fact.items, offer)),
    ...[...facts, ...ended.flat()].flatMap(({ oneTime }) => oneTimeHoldings(oneTime, offer)),
    ...productHoldings(bought.flat(), offer),
  ]);
  return {
    features: [...features],
    limits: { ...limits },
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

function accessFactOf({ status, items, created, cancelAt, unpaidSince }: SubscriptionFact): AccessFact {
  const periodStart = items.length > 0 ? Math.max(...items.map((item) => item.periodStart)) : created;
  return { status, periodStart, ...(unpaidSince !== undefined && { unpaidSince }), ...(cancelAt !== undefined && { cancelAt }) };
}

function holdingsOf(bought: readonly { readonly productId: string; readonly quantity: number }[], offer: Offer): Holding[] {
  return bought.flatMap(({ productId, quantity }) => {
    const entry = offer.entryOf(productId);
    return entry ? [{ kind: entry.kind, grants: offer.grantsOf(entry), quantity }] : [];
  });
}

/** What was bought once with a subscription stays, whatever becomes of the subscription; a setup fee, which is the plan's, gives nothing. */
const oneTimeHoldings = (oneTime: SubscriptionFact['oneTime'] = [], offer: Offer): Holding[] =>
  holdingsOf(
    oneTime.filter(({ state }) => purchaseGives(state)),
    offer,
  ).filter(({ kind }) => kind === 'add_on');

const productHoldings = (purchases: readonly Purchase[], offer: Offer): Holding[] =>
  purchases
    .filter(({ state }) => purchaseGives(state))
    .map(({ productId: id, quantity }) => ({ kind: 'product', grants: offer.grantsOf({ kind: 'product', id }), quantity }));
