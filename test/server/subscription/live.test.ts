/** Which subscriptions run or can run again, which give way to a paid plan, and in which plan groups a trial was had. */
import { describe, expect, it } from 'vitest';
import { givesWay, isLive, trialsUsed, type OwnedSubscription } from '@tillkit/server/subscription/live';

describe('a subscription', () => {
  it.each(['incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused'] as const)('that is %s runs, or can run again', (status) => {
    expect(isLive({ status })).toBe(true);
  });

  it.each(['canceled', 'incomplete_expired'] as const)('that is %s does not', (status) => {
    expect(isLive({ status })).toBe(false);
  });

  const paid = { items: [{ amount: 1900 }], status: 'active', hasPaymentMethod: false } as const;
  const free = { ...paid, items: [{ amount: 0 }] };
  it.each([
    ['is free, with a card as without', free, true],
    ['is free, and has a card', { ...free, hasPaymentMethod: true }, true],
    ['is paid by use alone', { ...free, items: [{ amount: 0, model: { metered: true } as const }] }, false],
    ['stands still for want of a card', { ...paid, status: 'paused' as const }, true],
    ['stands still, and has a card', { ...paid, status: 'paused' as const, hasPaymentMethod: true }, false],
    ['is paid, and has no card any more', paid, false],
  ])('that %s gives way to a paid plan: %o %s', (_, subscription, expected) => {
    expect(givesWay(subscription)).toBe(expected);
  });
});

describe('a trial was had', () => {
  const owned = (group: string | undefined, boughtIn: string | undefined, trialEnd?: number) =>
    ({ group, boughtIn, ...(trialEnd !== undefined && { trialEnd }) }) as OwnedSubscription;

  it('in the group in which it runs and in the one in which it was begun, each named once', () => {
    expect(trialsUsed([owned('teams', 'people', 1000), owned('teams', 'teams', 2000)])).toEqual(['teams', 'people']);
  });

  it('in none that had none, and in none that nobody knows', () => {
    expect(trialsUsed([owned('teams', 'teams'), owned(undefined, 'people', 1000), owned('books', undefined, 1000)])).toEqual([
      'people',
      'books',
    ]);
  });
});
