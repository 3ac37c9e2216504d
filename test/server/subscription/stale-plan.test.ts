/** A plan for later gives way to a change that was made after it, and to nothing else. */
import { afterEach, expect, it } from 'vitest';
import type { SubscriptionFact } from '@tillkit/server/stripe/subscription-fact';
import { createMirror } from '@tillkit/server/subscription/mirror';
import { dropStalePlan, isStale } from '@tillkit/server/subscription/stale-plan';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const scheduled = { at: 0, items: [] };
const scheduleNote = { changeId: 'change-2', after: 'change-1' };

it.each([
  ['the change before it', { scheduled, scheduleNote, note: { changeId: 'change-1' } }, false],
  ['another change', { scheduled, scheduleNote, note: { changeId: 'change-3' } }, true],
  ['no change, and there was none before it', { scheduled, scheduleNote: { ...scheduleNote, after: '' }, note: {} }, false],
  ['another change, and the owner has planned it', { scheduled, note: { changeId: 'change-3' } }, false],
  ['what was planned, which is made by now', { scheduleNote, note: { changeId: 'change-2' } }, false],
])('where the last that was made is %s', (_, fact, stale) => {
  expect(isStale(fact)).toBe(stale);
});

let till: TestTill;
afterEach(() => till?.close());

it('is let go of, and what is shown is as it is then', async () => {
  till = await startTill({ catalog: monthlyCatalog(monthlyPlan('small', 1000)) });
  const { stripe, store, now } = till;
  const { id } = (await till.buy({ planId: 'small', interval: 'month', currency: 'usd', seats: 1, addOns: {} })).checkout.subscription!;
  const mirror = createMirror({ stripe, store, now });
  const { id: scheduleId } = await (await stripe()).subscriptionSchedules.create({ from_subscription: id });
  const fact: SubscriptionFact = { ...(await mirror.refresh(id))!, scheduled, scheduleNote };
  expect(fact.scheduleId).toBe(scheduleId);
  const dropped = await dropStalePlan({ stripe, mirror }, fact);
  expect([dropped.id, dropped.scheduleId, dropped.scheduled]).toEqual([id, undefined, undefined]);
});
