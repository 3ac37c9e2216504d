/** Whether a subscription is charged again, and so keeps its card: by its state, its end, what is open, and what was used. */
import { describe, expect, it } from 'vitest';
import { endsWithPeriod, needsMethod } from '@tillkit/server/subscription/comes-again';

const periodEnd = 2000;
const item = { amount: 1900, periodEnd };
const seats = { status: 'active', items: [item] } as const;
const free = { ...item, amount: 0 };
const byUse = { ...free, model: { metered: true } } as const;
const ends = { cancelAt: periodEnd };
const open = { openInvoices: [{ id: 'in_open', created: 1000, amountDue: 1900 }] };

describe('a subscription ends with its period', () => {
  it.each([
    ['where no end is set', {}, false],
    ['where its end is in the period', { cancelAt: periodEnd - 1 }, true],
    ['where its end is that of the period', ends, true],
    ['where a period comes before its end', { cancelAt: periodEnd + 1 }, false],
  ])('%s: %o %s', (_, end, expected) => {
    expect(endsWithPeriod({ items: [item], ...end })).toBe(expected);
  });

  it('only once no item of it has a period before the end', () => {
    const shorter = { ...item, periodEnd: periodEnd - 1 };
    for (const items of [
      [shorter, item],
      [item, shorter],
    ])
      expect(endsWithPeriod({ items, ...ends })).toBe(false);
  });
});

describe('a card stays', () => {
  it.each(['trialing', 'active', 'past_due', 'unpaid'] as const)('for what is %s and costs something', (status) => {
    expect(needsMethod({ ...seats, status })).toBe(true);
  });

  it.each(['canceled', 'incomplete_expired', 'incomplete', 'paused'] as const)('for nothing that is %s', (status) => {
    expect(needsMethod({ ...seats, status })).toBe(false);
  });

  it('for nothing that is free, and nothing that ends with its period', () => {
    expect(needsMethod({ ...seats, items: [free] })).toBe(false);
    expect(needsMethod({ ...seats, ...ends })).toBe(false);
  });

  it('for what ends with its period and has an open invoice', () => {
    expect(needsMethod({ ...seats, ...ends, ...open })).toBe(true);
    expect(needsMethod({ ...seats, ...ends, openInvoices: [] })).toBe(false);
  });

  it('for what ends with its period and was used, also beside seats; in a trial use costs nothing', () => {
    const used = { status: 'active', items: [byUse, item], ...ends } as const;
    expect(needsMethod(used)).toBe(true);
    expect(needsMethod({ ...used, status: 'trialing' })).toBe(false);
  });
});
