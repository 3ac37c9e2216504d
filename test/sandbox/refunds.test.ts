/** The unmodified Stripe SDK against the sandbox: money given back, and what the account has at Stripe. */
import fc from 'fast-check';
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { day, stand } from './stand.ts';

const failure = async (work: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  work.then(
    () => expect.unreachable('it was taken'),
    (error: Stripe.errors.StripeError) => error,
  );

async function paid(payment_method = 'pm_card_visa', amount = 10_000) {
  const { sandbox, stripe } = stand();
  const intent = await stripe.paymentIntents.create({
    amount,
    currency: 'usd',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    payment_method,
    confirm: true,
  });
  const charge = String(intent.latest_charge);
  return { sandbox, stripe, intent, charge, types: () => sandbox.events().map(({ type }) => type) };
}

describe('a refund', () => {
  it('gives back a part, then the rest, and no more', async () => {
    const { stripe, intent, charge, types } = await paid();
    const first = await stripe.refunds.create({ payment_intent: intent.id, amount: 4000, reason: 'requested_by_customer' });
    expect(first).toMatchObject({ amount: 4000, status: 'succeeded', charge, reason: 'requested_by_customer' });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 4000, refunded: false });
    await stripe.refunds.create({ charge });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 10_000, refunded: true });
    expect(await failure(stripe.refunds.create({ charge }))).toMatchObject({ statusCode: 400, code: 'charge_already_refunded' });
    expect(types().slice(3)).toEqual(['refund.created', 'charge.refunded', 'refund.created', 'charge.refunded']);
    expect((await stripe.refunds.list({ charge })).data.map(({ amount }) => amount)).toEqual([6000, 4000]);
  });

  it('refuses more than is left, and a charge that nobody knows', async () => {
    const { stripe, charge } = await paid();
    await stripe.refunds.create({ charge, amount: 9000 });
    expect(await failure(stripe.refunds.create({ charge, amount: 1001 }))).toMatchObject({ param: 'amount' });
    expect(await failure(stripe.refunds.create({ charge: 'ch_gone' }))).toMatchObject({ code: 'resource_missing' });
    expect(await failure(stripe.refunds.create({}))).toMatchObject({ code: 'parameter_missing' });
  });

  it('of a card that is slow waits and arrives', async () => {
    const { sandbox, stripe, charge, types } = await paid('pm_card_pendingRefund');
    const { id, status } = await stripe.refunds.create({ charge });
    expect(status).toBe('pending');
    await sandbox.clock.advance(3 * day);
    expect((await stripe.refunds.retrieve(id)).status).toBe('succeeded');
    expect(types()).toContain('refund.updated');
  });

  it('that a bank sends back is failed and counts as not refunded', async () => {
    const { sandbox, stripe, charge, types } = await paid('pm_card_refundFail');
    const { id } = await stripe.refunds.create({ charge, amount: 2500 });
    await sandbox.clock.advance(3 * day);
    expect(await stripe.refunds.retrieve(id)).toMatchObject({ status: 'failed', failure_reason: 'unknown' });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
    expect(types()).toContain('refund.failed');
  });

  it('keeps metadata', async () => {
    const { stripe, charge } = await paid();
    const { id } = await stripe.refunds.create({ charge, amount: 100, metadata: { a: '1' } });
    expect((await stripe.refunds.update(id, { metadata: { b: '2' } })).metadata).toEqual({ a: '1', b: '2' });
    expect(await failure(stripe.refunds.cancel(id))).toMatchObject({ statusCode: 400 });
  });

  it('never gives back more than was taken, in whatever parts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 6 }), async (parts) => {
        const { stripe, charge } = await paid('pm_card_visa', 1000);
        let left = 1000;
        for (const amount of parts) {
          const taken = await stripe.refunds.create({ charge, amount }).then(
            () => true,
            () => false,
          );
          expect(taken).toBe(amount <= left);
          if (taken) left -= amount;
        }
        expect((await stripe.charges.retrieve(charge)).amount_refunded).toBe(1000 - left);
      }),
      { numRuns: 25 },
    );
  });
});

describe('the balance', () => {
  it('keeps the fee of a card payment, and lets go of the money after two days', async () => {
    const { sandbox, stripe, charge } = await paid();
    const { balance_transaction } = await stripe.charges.retrieve(charge, { expand: ['balance_transaction'] });
    // 2.9 % of 10,000 = 290, and 30
    expect(balance_transaction).toMatchObject({ amount: 10_000, fee: 320, net: 9680, type: 'charge', reporting_category: 'charge' });
    expect((await stripe.balance.retrieve()).pending[0]).toMatchObject({ amount: 9680, currency: 'usd' });
    await sandbox.clock.advance(2 * day);
    const balance = await stripe.balance.retrieve();
    expect([balance.pending[0]?.amount, balance.available[0]?.amount]).toEqual([0, 9680]);
  });

  it.each([
    [1234, 66], // 35.786 → 36, and 30
    [50, 31], // 1.45 → 1
    [10_017, 320], // 290.493 → 290
    [12_500, 393], // 362.5 → 363
  ])('rounds the fee of %i half up: %i', async (amount, fee) => {
    const { stripe, charge } = await paid('pm_card_visa', amount);
    expect(await stripe.charges.retrieve(charge, { expand: ['balance_transaction'] })).toMatchObject({ balance_transaction: { fee } });
  });

  it('does not get the fee back with a refund', async () => {
    const { stripe, charge } = await paid();
    const refund = await stripe.refunds.create({ charge });
    const [latest] = (await stripe.balanceTransactions.list({ source: refund.id })).data;
    expect(latest).toMatchObject({ amount: -10_000, fee: 0, net: -10_000, type: 'refund' });
    expect((await stripe.balanceTransactions.retrieve(latest?.id ?? '')).source).toBe(refund.id);
    const { available, pending } = await stripe.balance.retrieve();
    expect((available[0]?.amount ?? 0) + (pending[0]?.amount ?? 0)).toBe(-320);
  });

  it('has the money of some cards at once', async () => {
    const { stripe } = await paid('pm_card_bypassPending');
    expect((await stripe.balance.retrieve()).available[0]?.amount).toBe(9680);
  });
});

it('changes what is said about a charge', async () => {
  const { stripe, charge, types } = await paid();
  const updated = await stripe.charges.update(charge, {
    description: 'Seen',
    metadata: { a: '1' },
    fraud_details: { user_report: 'safe' },
  });
  expect(updated).toMatchObject({ description: 'Seen', metadata: { a: '1' }, fraud_details: { user_report: 'safe' } });
  expect(types()).toContain('charge.updated');
});

it('captures a held charge by its own path', async () => {
  const { stripe } = stand();
  const held = await stripe.paymentIntents.create({
    amount: 900,
    currency: 'usd',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    payment_method: 'pm_card_visa',
    confirm: true,
    capture_method: 'manual',
  });
  expect(await stripe.charges.capture(String(held.latest_charge))).toMatchObject({ captured: true, amount_captured: 900 });
  expect((await stripe.paymentIntents.retrieve(held.id)).status).toBe('succeeded');
  expect(await failure(stripe.charges.capture(String(held.latest_charge)))).toMatchObject({ code: 'charge_already_captured' });
});
