/** What readings tell: a model of a subscription's life, of which readings are repeated and skipped at will. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SubscriptionFact } from '@tillkit/server/stripe/subscription-fact';
import { transitions } from '@tillkit/server/outbox/transitions';

const day = 86_400;
const start = 1_809_172_800;
const trialEnd = start + 14 * day;

const item = (productId: string, quantity = 1): SubscriptionFact['items'][number] => ({
  id: `si_${productId}`,
  priceId: `price_${productId}`,
  productId,
  quantity,
  unitAmount: 900,
  amount: 900 * quantity,
  interval: 'month',
  periodStart: start,
  periodEnd: start + 30 * day,
});

const base: SubscriptionFact = {
  id: 'sub_1',
  customerId: 'cus_1',
  status: 'active',
  created: start,
  currency: 'usd',
  items: [item('prod_pro')],
  collectionPaused: false,
  hasPaymentMethod: true,
  note: {},
};
const fact = (given: Partial<SubscriptionFact> = {}): SubscriptionFact => ({ ...base, ...given });
const planOf = (items: readonly { productId: string }[]) => items[0]?.productId.replace('prod_', '');

/** Types told by a walk, as the mirror would write them: an entry of a known key is not written again. */
function walk(readings: readonly (SubscriptionFact | undefined)[], now = start + day) {
  const keys = new Set<string>();
  const told: string[] = [];
  let before: SubscriptionFact | undefined;
  readings.forEach((after, reading) => {
    if (after === undefined) return;
    for (const { type, dedupeKey } of transitions(before, after, { now, reading, planOf })) {
      if (!keys.has(dedupeKey)) told.push(type.replace('subscription.', ''));
      keys.add(dedupeKey);
    }
    before = after;
  });
  return told;
}

const onTrial = fact({ status: 'trialing', trialEnd, hasPaymentMethod: false });
const ended = { status: 'canceled', endedAt: trialEnd } as const;
const next = { at: start + 30 * day, items: [{ productId: 'prod_basic', quantity: 1, interval: 'month' as const }] };

describe('a walk of readings tells', () => {
  it.each<[string, SubscriptionFact[], string[]]>([
    ['a purchase', [fact({ status: 'incomplete' }), fact()], ['started']],
    ['a purchase that was never paid', [fact({ status: 'incomplete' }), fact({ status: 'incomplete_expired' })], []],
    ['a purchase that was first seen as past due', [fact({ status: 'past_due' }), fact()], ['started']],
    ['a trial that converts', [onTrial, fact({ ...onTrial, status: 'active', hasPaymentMethod: true })], ['started']],
    ['a trial without card that is ended', [onTrial, fact({ ...onTrial, ...ended })], ['started', 'trial_ended_without_card', 'canceled']],
    [
      'a trial that was canceled in time',
      [onTrial, fact({ ...onTrial, cancelAt: trialEnd }), fact({ ...onTrial, ...ended, cancelReason: 'cancellation_requested' })],
      ['started', 'cancel_scheduled', 'canceled'],
    ],
    [
      'a trial without card that is paused, and goes on with one',
      [onTrial, fact({ ...onTrial, status: 'paused' }), fact({ trialEnd })],
      ['started', 'trial_ended_without_card', 'paused', 'resumed'],
    ],
    [
      'a trial without card whose invoice stays open',
      [onTrial, fact({ ...onTrial, status: 'active' }), fact({ ...onTrial, status: 'past_due' }), fact({ ...onTrial, status: 'unpaid' })],
      ['started', 'trial_ended_without_card'],
    ],
    [
      'a trial that becomes a free plan',
      [onTrial, fact({ ...onTrial, status: 'active', items: [{ ...item('prod_free'), amount: 0 }] })],
      ['started', 'plan_changed'],
    ],
    ['a change of plan', [fact(), fact({ items: [item('prod_basic')] })], ['started', 'plan_changed']],
    ['more seats', [fact(), fact({ items: [item('prod_pro', 3)] })], ['started', 'plan_changed']],
    ['items in another order', [fact({ items: [item('a'), item('b')] }), fact({ items: [item('b'), item('a')] })], ['started']],
    [
      'a change at the end of the period',
      [fact(), fact({ scheduleId: 's', scheduled: next }), fact({ items: [item('prod_basic')] })],
      ['started', 'change_scheduled', 'plan_changed'],
    ],
    [
      'a change that is taken back',
      [fact(), fact({ scheduleId: 's', scheduled: next }), fact()],
      ['started', 'change_scheduled', 'change_withdrawn'],
    ],
    [
      'a scheduled change that gives way to a cancellation',
      [fact(), fact({ scheduleId: 's', scheduled: next }), fact({ cancelAt: next.at })],
      ['started', 'change_scheduled', 'cancel_scheduled'],
    ],
    [
      'a cancellation, taken back, and again',
      [fact(), fact({ cancelAt: next.at }), fact(), fact({ cancelAt: next.at }), fact({ status: 'canceled', endedAt: next.at })],
      ['started', 'cancel_scheduled', 'cancel_withdrawn', 'cancel_scheduled', 'canceled'],
    ],
    [
      'a cancellation with another date',
      [fact(), fact({ cancelAt: next.at }), fact({ cancelAt: next.at + day })],
      ['started', 'cancel_scheduled', 'cancel_scheduled'],
    ],
    ['a pause of collection', [fact(), fact({ collectionPaused: true }), fact()], ['started', 'paused', 'resumed']],
    ['late payments', [fact(), fact({ status: 'past_due' }), fact()], ['started']],
  ])('%s', (_, readings, expected) => {
    // all of it is news, however long it takes
    const recent = readings.map((reading) => ({ ...reading, created: trialEnd }));
    expect(walk(recent, trialEnd + 60)).toEqual(expected);
  });

  it('nothing of a subscription that is first seen long after it began, and everything from then on', () => {
    const old = { created: start - 300 * day };
    expect(walk([fact(old)])).toEqual([]);
    expect(walk([fact({ ...old, status: 'canceled', endedAt: start })])).toEqual([]);
    expect(walk([fact(old), fact({ ...old, cancelAt: next.at })])).toEqual(['cancel_scheduled']);
  });

  it('the plans by their names in the catalog, and nothing personal', () => {
    const [entry] = transitions(fact(), fact({ items: [item('prod_basic', 2)] }), { now: start, reading: 7, planOf });
    expect(entry).toEqual({
      type: 'subscription.plan_changed',
      dedupeKey: 'subscription.plan_changed:sub_1:7',
      payload: {
        subscriptionId: 'sub_1',
        customerId: 'cus_1',
        planId: 'basic',
        previousPlanId: 'pro',
        currency: 'usd',
        items: [{ productId: 'prod_basic', quantity: 2, interval: 'month' }],
        previousItems: [{ productId: 'prod_pro', quantity: 1, interval: 'month' }],
      },
    });
  });
});

const anyFact = fc
  .record({
    status: fc.constantFrom('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled', 'incomplete_expired'),
    items: fc.constantFrom([item('prod_pro')], [item('prod_basic')], [item('prod_pro', 2)]),
    cancels: fc.boolean(),
    scheduled: fc.boolean(),
    collectionPaused: fc.boolean(),
    hasPaymentMethod: fc.boolean(),
    tried: fc.boolean(),
  })
  .map(({ status, cancels, scheduled, tried, ...rest }): SubscriptionFact => {
    const over = status === 'canceled' || status === 'incomplete_expired';
    return fact({
      ...rest,
      status: status as SubscriptionFact['status'],
      ...(tried && { trialEnd }),
      ...(cancels && !over && { cancelAt: next.at }),
      ...(scheduled && !over && { scheduleId: 's', scheduled: next }),
      ...(over && { endedAt: trialEnd }),
    });
  });
/** Readings in an order that Stripe allows: what has begun is not incomplete again, and what has ended stays so. */
const anyLife = fc.array(anyFact, { maxLength: 12 }).map((drawn) => {
  const begun = drawn.findIndex(({ status }) => status !== 'incomplete');
  const facts = drawn.map((reading, at) =>
    begun !== -1 && at > begun && reading.status.startsWith('incomplete') ? { ...reading, status: 'active' as const } : reading,
  );
  const end = facts.findIndex(({ status }) => status === 'canceled' || status === 'incomplete_expired');
  return end === -1 ? facts : [...facts.slice(0, end), ...facts.slice(end).map(() => facts[end]!)];
});
const count = (told: readonly string[], type: string): number => told.filter((known) => known === type).length;

describe('for any walk', () => {
  it('a reading that is repeated tells nothing more', () => {
    fc.assert(
      fc.property(anyLife, fc.array(fc.nat({ max: 3 }), { minLength: 12, maxLength: 12 }), (life, times) => {
        const repeated = life.flatMap((reading, at) => Array.from({ length: 1 + times[at]! }, () => reading));
        expect(walk(repeated)).toEqual(walk(life));
      }),
    );
  });

  it('however many readings are skipped, what is told agrees with itself and with the last one', () => {
    fc.assert(
      fc.property(anyLife, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (life, kept) => {
        const seen = life.filter((_, at) => kept[at]);
        const told = walk(seen, start + day);
        const last = seen.at(-1);
        expect(count(told, 'started')).toBeLessThanOrEqual(1);
        expect(count(told, 'canceled')).toBeLessThanOrEqual(1);
        expect(count(told, 'trial_ended_without_card')).toBeLessThanOrEqual(1);
        if (told.length > 0) expect(told[0]).toBe('started');
        if (told.includes('canceled')) expect(told.at(-1)).toBe('canceled');
        // each of a pair only after the other, and the last word is how it stands
        const words = (...pair: string[]) => told.filter((type) => pair.includes(type));
        const alternates = (pair: string[]) => pair.every((type, at) => type !== pair[at - 1]);
        expect(alternates(words('paused', 'resumed'))).toBe(true);
        expect(alternates(words('cancel_scheduled', 'cancel_withdrawn'))).toBe(true);
        if (!last || !told.length || last.status === 'canceled' || last.status.startsWith('incomplete')) return;
        expect(words('paused', 'resumed').at(-1) === 'paused').toBe(last.status === 'paused' || last.collectionPaused);
        expect(words('cancel_scheduled', 'cancel_withdrawn').at(-1) === 'cancel_scheduled').toBe(last.cancelAt !== undefined);
      }),
      { numRuns: 2000 },
    );
  });
});
