/** Which subscriptions ended because their trial ran out without a card, and not because somebody asked for it. */
import { expect, it } from 'vitest';
import type { SubscriptionFact } from '@tillkit/server/stripe/subscription-fact';
import { endedWithTrial } from '@tillkit/server/subscription/trial-end';

const day = 86_400;
const trialEnd = 1_809_172_800;
const item = (periodStart: number) =>
  ({ periodStart, periodEnd: periodStart + 30 * day, amount: 1900, quantity: 1 }) as SubscriptionFact['items'][number];
const fact: SubscriptionFact = {
  id: 'sub_tried',
  customerId: 'cus_ada',
  status: 'canceled',
  created: trialEnd - 14 * day,
  currency: 'usd',
  items: [item(trialEnd - 14 * day)],
  trialEnd,
  endedAt: trialEnd,
  collectionPaused: false,
  hasPaymentMethod: false,
  note: {},
};
/** Stripe gives this reason also where it ended one itself. */
const asked = { cancelReason: 'cancellation_requested', endsWithoutCard: true, canceledAt: trialEnd } as const;

it.each([
  ['one that ended this moment', {}, true],
  ['one that ended a little less than a day later', { endedAt: trialEnd + day - 1 }, true],
  ['one that Stripe says was asked to end, at the moment of its trial’s end', asked, true],
  ['one that Stripe says was asked to end, a moment later', { ...asked, canceledAt: trialEnd + 1 }, true],
])('%s', (_, more, is) => {
  expect(endedWithTrial({ ...fact, ...more })).toBe(is);
});

it.each([
  ['one that ended in its trial', { endedAt: trialEnd - 1 }],
  ['one that ended a day later', { endedAt: trialEnd + day }],
  ['one that was asked to end before', { ...asked, canceledAt: trialEnd - 1 }],
  ['one of which nobody knows when that was asked', { cancelReason: 'cancellation_requested', endsWithoutCard: true } as const],
  ['one whose trial needs no card to go on', { cancelReason: 'cancellation_requested', canceledAt: trialEnd }],
  ['one of which a period had begun after the trial', { ...asked, items: [item(trialEnd - 14 * day), item(trialEnd)] }],
])('not %s', (_, more) => {
  expect(endedWithTrial({ ...fact, ...more })).toBe(false);
});

it('not one that had no trial, nor one that runs', () => {
  const { trialEnd: _, ...untried } = fact;
  const { endedAt: __, ...runs } = fact;
  for (const one of [untried, runs]) expect(endedWithTrial(one)).toBe(false);
});
