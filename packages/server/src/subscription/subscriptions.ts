/** Steps 6 and 7: what a customer owns, and the start of a subscription for which nothing is due. */
import { SubscriptionRequestSchema, type SubscriptionList, type SubscriptionResponse } from '@tillkit/core/contract/contract';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import { Hono, type Context } from 'hono';
import { acceptSelection } from '../checkout/accept-selection.ts';
import { groupOf, ownedBy, refuseConflicts } from '../checkout/buyer.ts';
import { withoutOpenCheckout } from '../checkout/one-open-checkout.ts';
import { BillingError } from '../http/billing-error.ts';
import { readJson } from '../http/read-body.ts';
import { keepLanguage } from '../identity/customer-language.ts';
import { ensureCustomer, requirePrincipal } from '../identity/principal.ts';
import { demandTheirs } from '../identity/still-reaches.ts';
import { Queues } from '../ops/queues.ts';
import { inTime, readPatience } from '../stripe/in-time.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till, TillEnv } from '../till.ts';
import { patternsBeside } from '../receipt/patterns-beside.ts';
import { trialsUsed } from './live.ts';
import { startDirectly, toDirectOrder } from './direct-order.ts';
import { readBack } from './own.ts';
import { endReplacedOrLater } from './end-replaced.ts';
import { freeAfterTrial, isFreeDue } from './free-after-trial.ts';
import { lastKnown } from './last-known.ts';
import { toOwned, toSubscriptions } from './to-subscription.ts';

/** GET and POST /v1/subscriptions, GET /v1/subscriptions/{id} */
export function subscriptions(till: Till) {
  const queues = new Queues();
  return new Hono<TillEnv>()
    .get('/', async (c) => {
      const [facts, offer, locale] = [await readShown(c), await till.catalog.current(), c.req.query('locale')];
      const owned = toSubscriptions(facts, offer, locale);
      const money = patternsBeside(offer, locale, owned);
      return c.json<SubscriptionList>({ subscriptions: owned, trialUsed: trialsUsed(toOwned(facts, offer)), ...(money && { money }) });
    })
    .get('/:id', async (c) => {
      const owned = toSubscriptions(await readShown(c), await till.catalog.current(), c.req.query('locale'));
      const subscription = owned.find(({ id }) => id === c.req.param('id'));
      if (!subscription) throw new BillingError('not_found');
      return c.json<SubscriptionResponse>({ subscription });
    })
    .post('/', async (c) => {
      const request = await readJson(c, SubscriptionRequestSchema);
      const offer = await till.catalog.current();
      const selection = acceptSelection(offer.catalog, request.selection) as PlanSelection;

      const principal = await requirePrincipal(c, till);
      const group = groupOf(selection, offer) ?? '';
      const answer = await withoutOpenCheckout(till, queues, { owner: { identity: principal }, group }, async (keep) => {
        // an earlier request may have made the customer meanwhile
        const buyer = (await till.store.identities.find(principal)) ?? principal;
        const owned = await ownedBy(till, buyer, offer);
        refuseConflicts(selection, owned, offer);
        const order = toDirectOrder({ ...request, selection }, owned, offer);
        const customerId = await ensureCustomer(till, buyer);
        await keepLanguage(till, customerId, { locale: c.req.query('locale'), replaces: 'always' });
        const demandOwned = (): Promise<void> => demandTheirs(till, principal, customerId);
        await demandOwned();
        await keep();
        const id = await startDirectly(till, customerId, order, demandOwned);
        return readBack(till, id, c.req.query('locale'));
      });
      // not before: a change of what is replaced may wait for the same customer's checkouts
      await endReplacedOrLater(till, answer.subscription.customerId);
      return c.json<SubscriptionResponse>(answer, 201);
    });

  /** Whoever looks the moment their trial has ended finds the free plan already there. */
  async function withFreePlan(customerId: string, facts: SubscriptionFact[]): Promise<SubscriptionFact[]> {
    if (!facts.some((fact) => isFreeDue(fact, till.now()))) return facts;
    await inTime(freeAfterTrial(till, customerId), readPatience.withCopy).catch((error: unknown) =>
      till.log.warn('trial.free_plan', { message: customerId, error }),
    );
    return till.store.subscriptions.ofCustomer(customerId);
  }

  async function readShown(c: Context<TillEnv>): Promise<SubscriptionFact[]> {
    const { customerId } = await requirePrincipal(c, till);
    return customerId ? withFreePlan(customerId, await lastKnown(till, customerId)) : [];
  }
}
