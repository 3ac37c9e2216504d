/** Second trials, as many as somebody asks for: of the same person, and of the same card under other names. A test and `npm run soak` share it. */
import type { CheckoutSessionResponse, Problem } from '@tillkit/core/contract/contract';
import { trialOnce } from '@tillkit/server/modules/trial-once/trial-once';
import type { Database } from '@tillkit/server/store/database';
import { cards, newVerifier, shop, startTill } from '../support/till.ts';

const withCard = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const withoutCard = { ...withCard, planId: 'm' };

/** So many people who begin a trial, end it and ask for another; answers how many are refused. */
export async function samePeople(database: Database, people: number): Promise<number> {
  const till = await startTill({ database, catalog: 'redis-hosting' });
  let refused = 0;
  for (let person = 0; person < people; person += 1) {
    const token = await till.signIn(`person-${person}`);
    const begin = () =>
      till.call<Problem & { subscription: { id: string } }>('POST', '/v1/subscriptions', { token, body: { selection: withoutCard } });
    const { subscription } = (await begin()).body;
    await till.call('POST', `/v1/subscriptions/${subscription.id}/cancel`, { token, body: { when: 'now' } });
    if ((await begin()).body.code === 'needs_checkout') refused += 1;
  }
  await till.close();
  return refused;
}

export interface SameCard {
  /** Second trials that ended at once. */
  readonly ended: number;
  /** Payments that Stripe was asked for. */
  readonly charges: number;
}

/** So many people who try with a card that somebody else had a trial with. */
export async function sameCard(database: Database, people: number): Promise<SameCard> {
  const till = await startTill({ database, modules: [trialOnce({ months: 12 })] });
  const client = await till.stripe();
  let ended = 0;
  for (let person = 0; person <= people; person += 1) {
    const token = await till.signIn(`person-${person}`);
    const body = { selection: withCard, returnUrl: shop, verifierHash: newVerifier().verifierHash };
    const opened = (await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { token, body })).body;
    await till.pay(opened.checkoutSessionId, cards.works, `person-${person}@example.com`);
    await till.settle();
    const { subscription } = await client.checkout.sessions.retrieve(opened.checkoutSessionId, { expand: ['subscription'] });
    const { status } = subscription as { status: string };
    if (person === 0 && status !== 'trialing') throw new Error(`The first trial is ${status}.`);
    if (person > 0 && status === 'canceled') ended += 1;
  }
  const charges = (await client.charges.list({ limit: 100 })).data.length;
  await till.close();
  return { ended, charges };
}
