import { describe, expect, it } from 'vitest';
import { derivedExamples } from './derived-examples.ts';
import type { Example } from './example.ts';
import { publishedExamples } from './published-examples.ts';
import { changeInCore, quoteCase, toInvoice } from './with-core.ts';
import { SandboxAccount } from './with-sandbox.ts';

const examples = [...publishedExamples, ...derivedExamples];

/** Each line as what it is for and how much; of a change the amounts alone, as credit and debit are for the same item. */
const named = (lines: readonly { readonly id: string; readonly amount: number }[], purchase: boolean): string[] =>
  lines.map(({ id, amount }) => (purchase ? `${id} ${amount}` : String(amount))).toSorted();

/** The expected figures with nothing left out. */
function whole({ purchase, change, expected }: Example) {
  const { lines, discount = 0, tax = 0, total, amountDue = Math.max(0, total) } = expected;
  const items = (purchase ?? change)!.items;
  const ids = lines.map((amount, index) => ({ id: items[index]?.id ?? 'plan', amount })); // a setup fee stands last, on the plan's product
  return { lines: named(ids, !change), discount, tax, total, amountDue };
}

async function inSandbox({ purchase, change }: Example) {
  const account = new SandboxAccount();
  const { lines, discount, tax, total, amountDue } = change
    ? await account.previewChange(change)
    : await account.previewPurchase(purchase!);
  return { lines: named(lines, !change), discount, tax, total, amountDue };
}

function inCore({ purchase, change }: Example) {
  const { lines, ...totals } = change ? changeInCore(change) : toInvoice(purchase!, quoteCase(purchase!));
  return { lines: named(lines, !change), ...totals };
}

/** Stripe's smallest charge in dollars: less than that waits in the customer's balance, which a preview shows as nothing due. */
const smallest = 50;

describe('worked examples', () => {
  it('are at least 20 from public pages, each with its address, and 40 worked out by hand', () => {
    expect(
      publishedExamples.filter(({ source }) => /^https:\/\/(?:docs\.|support\.)?stripe\.com\//u.test(source)).length,
    ).toBeGreaterThanOrEqual(20);
    expect(derivedExamples.filter(({ source, sum }) => source === 'derived' && sum.length > 5).length).toBeGreaterThanOrEqual(40);
    expect(examples.filter(({ unconfirmed }) => !unconfirmed).length).toBeGreaterThanOrEqual(50);
    expect(new Set(examples.map(({ name, source }) => `${name} ${source}`)).size).toBe(examples.length);
  });

  describe.each(examples)('$name: $sum', (example) => {
    it('is what our engine says', () => {
      expect(inCore(example)).toEqual(whole(example));
    });

    it('is what the sandbox says', async () => {
      const { lines, ...totals } = whole(example);
      const inDollars = (example.purchase ?? example.change)!.currency === 'usd';
      const waits = inDollars && totals.amountDue > 0 && totals.amountDue < smallest;
      expect(await inSandbox(example)).toEqual({ lines, ...totals, ...(waits && { amountDue: 0 }) });
    });
  });
});
