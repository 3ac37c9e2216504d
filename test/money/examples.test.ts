import { describe, expect, it } from 'vitest';
import { derivedExamples } from './derived-examples.ts';
import type { Example, Expected } from './example.ts';
import { publishedExamples } from './published-examples.ts';
import { changeInCore, quoteCase, toInvoice } from './with-core.ts';
import { SandboxAccount } from './with-sandbox.ts';

const examples = [...publishedExamples, ...derivedExamples];

/** The expected figures with nothing left out. */
const whole = ({ lines, discount = 0, tax = 0, total, amountDue = Math.max(0, total) }: Expected) => ({
  lines: lines.toSorted((a, b) => a - b),
  discount,
  tax,
  total,
  amountDue,
});

async function inSandbox({ purchase, change }: Example) {
  const account = new SandboxAccount();
  const { lines, discount, tax, total, amountDue } = change
    ? await account.previewChange(change)
    : await account.previewPurchase(purchase!);
  return { lines: lines.map(({ amount }) => amount).toSorted((a, b) => a - b), discount, tax, total, amountDue };
}

/** Stripe's smallest charge: less than that waits in the customer's balance, which a preview shows as nothing due. */
const smallest = 50;

describe('worked examples', () => {
  it('are at least 20 from public pages, each with its address, and 40 worked out by hand', () => {
    expect(
      publishedExamples.filter(({ source }) => /^https:\/\/(?:docs\.|support\.)?stripe\.com\//u.test(source)).length,
    ).toBeGreaterThanOrEqual(20);
    expect(derivedExamples.filter(({ source, sum }) => source === 'derived' && sum.length > 5).length).toBeGreaterThanOrEqual(40);
    expect(new Set(examples.map(({ name, source }) => `${name} ${source}`)).size).toBe(examples.length);
  });

  describe.each(examples)('$name: $sum', (example) => {
    it('is what our engine says', () => {
      const { purchase, change, expected } = example;
      expect(change ? changeInCore(change) : toInvoice(purchase!, quoteCase(purchase!))).toEqual(whole(expected));
    });

    it('is what the sandbox says', async () => {
      const { lines, ...totals } = whole(example.expected);
      const waits = totals.amountDue > 0 && totals.amountDue < smallest;
      expect(await inSandbox(example)).toEqual({ lines, ...totals, ...(waits && { amountDue: 0 }) });
    });
  });
});
