/** Stripe shows ten lines of an invoice or a preview with it: a receipt of more has them all, and adds up. */
import { afterEach, expect, it } from 'vitest';
import type { PreviewResponse, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { totalOf } from '@tillkit/core/receipt/make-receipt';
import type { Receipt } from '@tillkit/core/receipt/receipt';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const ids = Array.from({ length: 12 }, (_, index) => `extra-${index}`);
const addOns = ids.map((id, index) => ({
  id,
  name: id,
  prices: [{ interval: 'month', amounts: { usd: 101 + index } }],
  quantity: { max: 9 },
}));
const each = (quantity: number) => Object.fromEntries(ids.map((id) => [id, quantity]));
const selection = { planId: 'basic', interval: 'month', currency: 'usd', seats: 1, addOns: each(1) };

let till: TestTill;
let token: string;
afterEach(() => till.close());
const begin = async (upgrade: string) => {
  till = await startTill({ catalog: { ...monthlyCatalog(monthlyPlan('basic', 1000, { changes: { upgrade } })), addOns } });
  token = await till.signIn('ada');
};
const preview = async (body: object) => (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body })).body.invoice;
const isWhole = ({ lines, discounts, taxes, credit, sum }: Receipt) => {
  expect(lines.filter(({ explanation }) => explanation.some(({ kind }) => kind === 'rest'))).toEqual([]);
  expect(totalOf({ lines, discounts, taxes }) - credit).toBe(sum);
};
const sumOf = (lines: readonly { readonly amount: number }[]) => lines.reduce((sum, { amount }) => sum + amount, 0);

it('before a purchase', async () => {
  await begin('prorate_now');
  const { lines, dueNow } = await preview({ selection });
  expect([lines.length, sumOf(lines)]).toEqual([13, dueNow]);
});

it.each(['prorate_now', 'prorate_next_invoice'])('before a change, with each add-on given back and charged: %s', async (mode) => {
  await begin(mode);
  const { id } = (await till.buy(selection, { token })).checkout.subscription!;
  await till.advance(10 * day);
  token = await till.signIn('ada');
  const { lines, receipt, dueNow, onNextInvoice = dueNow } = await preview({ subscriptionId: id, target: { addOns: each(3) } });
  expect([lines.length, sumOf(lines)]).toEqual([24, onNextInvoice]);
  isWhole(receipt!);
});

it('in what the next renewal costs', async () => {
  await begin('prorate_now');
  const { id } = (await till.buy(selection, { token })).checkout.subscription!;
  const { body } = await till.call<SubscriptionResponse>('GET', `/v1/subscriptions/${id}`, { token });
  const { receipt } = body.subscription.nextPayment as { receipt: Receipt };
  expect(receipt.lines).toHaveLength(13);
  isWhole(receipt);
});
