import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessOf, purchaseGives, type AccessFact } from '@tillkit/core/entitlement/access';

const day = 86_400;
const now = 1_809_172_800;
const policy = { graceDays: 7 };
const fact = (status: AccessFact['status'], more: Partial<AccessFact> = {}): AccessFact => ({
  status,
  periodStart: now - 3 * day,
  ...more,
});

describe('accessOf', () => {
  it.each([
    ['trialing', fact('trialing'), true, undefined],
    ['active', fact('active'), true, undefined],
    ['active and ending', fact('active', { cancelAt: now + day }), true, now + day],
    ['active and ended a second ago', fact('active', { cancelAt: now }), false, undefined],
    ['past due for three days', fact('past_due'), true, now + 4 * day],
    ['past due and ending tomorrow', fact('past_due', { cancelAt: now + day }), true, now + day],
    ['past due for seven days', fact('past_due', { periodStart: now - 7 * day }), false, undefined],
    ['past due for two periods', fact('past_due', { unpaidSince: now - 33 * day }), false, undefined],
    ['past due since the date of a bill', fact('past_due', { periodStart: now - 20 * day, unpaidSince: now - day }), true, now + 6 * day],
    ['unpaid', fact('unpaid'), false, undefined],
    ['paused', fact('paused'), false, undefined],
    ['canceled', fact('canceled'), false, undefined],
    ['incomplete', fact('incomplete'), false, undefined],
    ['incomplete and expired', fact('incomplete_expired'), false, undefined],
  ] as const)('%s', (_, given, access, until) => {
    expect(accessOf(given, policy, now)).toEqual({ access, ...(until !== undefined && { until }) });
  });

  it('gives no grace where the owner gives none', () => {
    expect(accessOf(fact('past_due', { periodStart: now }), { graceDays: 0 }, now).access).toBe(false);
  });

  it('ends exactly when it says, and never comes back by waiting', () => {
    const statuses = ['trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled', 'incomplete', 'incomplete_expired'] as const;
    fc.assert(
      fc.property(
        fc.record({
          status: fc.constantFrom(...statuses),
          start: fc.integer({ min: -100 * day, max: 0 }),
          end: fc.option(fc.integer({ min: -50 * day, max: 50 * day }), { nil: undefined }),
          graceDays: fc.integer({ min: 0, max: 60 }),
        }),
        ({ status, start, end, graceDays }) => {
          const given = { status, periodStart: now + start, ...(end !== undefined && { cancelAt: now + end }) };
          const { access, until } = accessOf(given, { graceDays }, now);
          if (until !== undefined) {
            expect(accessOf(given, { graceDays }, until - 1).access).toBe(true);
            expect(accessOf(given, { graceDays }, until).access).toBe(false);
          }
          if (!access) expect(accessOf(given, { graceDays }, now + 1000 * day).access).toBe(false);
        },
      ),
    );
  });
});

it('gives what is paid once until the money goes back', () => {
  expect((['processing', 'paid', 'refunded', 'disputed'] as const).map(purchaseGives)).toEqual([false, true, false, false]);
});
