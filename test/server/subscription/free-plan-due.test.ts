/** Which trials may just have ended in the free plan: those that ended for want of a card, for as long as events and sweeps reach back. */
import { expect, it } from 'vitest';
import type { SubscriptionFact } from '@tillkit/server/stripe/subscription-fact';
import { isFreeDue } from '@tillkit/server/subscription/free-after-trial';

const day = 86_400;
const trialEnd = 1_809_172_800;
const fact: SubscriptionFact = {
  id: 'sub_tried',
  customerId: 'cus_ada',
  status: 'canceled',
  created: trialEnd - 14 * day,
  currency: 'usd',
  items: [],
  trialEnd,
  endedAt: trialEnd,
  collectionPaused: false,
  hasPaymentMethod: false,
  note: {},
};

it.each([
  ['that ended with its trial this moment', {}, 0, true],
  ['that ended so five weeks ago, all but a second', {}, 35 * day - 1, true],
  ['that ended so five weeks ago', {}, 35 * day, false],
  ['that was ended this moment, long after its trial', { endedAt: trialEnd + 30 * day }, 30 * day, false],
  ['that was ended in its trial', { endedAt: trialEnd - day }, 0, false],
  ['that the customer ended', { cancelReason: 'cancellation_requested' }, 0, false],
])('one %s', (_, more, later, due) => {
  expect(isFreeDue({ ...fact, ...more }, trialEnd + later)).toBe(due);
});

it('none that runs', () => {
  const { endedAt: _, ...runs } = fact;
  expect(isFreeDue({ ...runs, status: 'active' }, trialEnd)).toBe(false);
});
