import { afterEach, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { backend, entitlementsOf, grantingCatalog } from '../../support/granting.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const withCourse = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: { course: 1 } };
const both = ['use-company', 'use-course'];

describe.each(databases)('an add-on that is paid once with a subscription, on %s', (_, openDatabase) => {
  let till: TestTill;
  afterEach(() => till.close());

  async function buyer({
    card,
    selection = withCourse,
    catalog = grantingCatalog(),
  }: { card?: string; selection?: object; catalog?: object } = {}) {
    till = await startTill({ catalog, database: await openDatabase(), config: backend });
    till.sandbox.deliveries.hold();
    const { checkout } = await till.buy(selection, { token: await till.signIn('ada'), ...(card && { card }) });
    const client = await till.stripe();
    const { id, currentPeriodEnd } = checkout.subscription!;
    const [invoice] = (await client.invoices.list({ subscription: id, expand: ['data.payments'] })).data;
    const features = async () => (await entitlementsOf(till, 'subject=ada')).features;
    return {
      id,
      client,
      features,
      invoice: invoice!,
      payment: invoice!.payments?.data[0]?.payment.payment_intent as string,
      renewal: currentPeriodEnd,
      /** The same once all webhooks were applied. */
      afterwards: async () => {
        await till.sandbox.deliveries.release();
        await till.settle();
        return features();
      },
    };
  }

  it('is given at once, without any webhook, and the webhooks agree', async () => {
    const { features, afterwards } = await buyer();
    expect(await features()).toEqual(both);
    expect(await afterwards()).toEqual(both);
  });

  it('stays when the subscription renews, is changed, and ends', async () => {
    const { id, client, afterwards, features, renewal } = await buyer();
    await afterwards();
    const [item] = (await client.subscriptions.retrieve(id)).items.data;
    // an invoice of the same hour that is not the first
    await client.subscriptions.update(id, { items: [{ id: item!.id, quantity: 2 }], proration_behavior: 'always_invoice' });
    await till.settle();
    expect(await features()).toEqual(both);
    await till.advance(renewal + day - till.now());
    expect(await features()).toEqual(both);
    for (const planId of ['starter', 'company']) {
      const token = await till.signIn('ada');
      const body = { subscriptionId: id, target: { planId } };
      const { preview } = (await till.call<{ preview: string }>('POST', '/v1/previews', { token, body })).body;
      await till.call('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview } });
      await till.advance(32 * day);
      expect(await features()).toEqual([`use-${planId}`, 'use-course'].toSorted());
    }
    await client.subscriptions.cancel(id);
    await till.settle();
    expect(await features()).toEqual(['use-course']);
  });

  it('is given from the first day of a trial, for which it was paid', async () => {
    const { features, client, id } = await buyer({ selection: { ...withCourse, planId: 'team' } });
    expect((await client.subscriptions.retrieve(id)).status).toBe('trialing');
    expect(await features()).toEqual(['use-course', 'use-team']);
  });

  it('ends when the first payment is given back whole, not in part', async () => {
    const { client, payment, afterwards } = await buyer();
    await client.refunds.create({ payment_intent: payment, amount: 4900 });
    expect(await afterwards()).toEqual(both);
    await client.refunds.create({ payment_intent: payment });
    expect(await afterwards()).toEqual(['use-company']);
  });

  it('does not care for the refund of a renewal', async () => {
    const { id, client, afterwards, features, renewal } = await buyer();
    await afterwards();
    await till.advance(renewal + day - till.now());
    const [newest] = (await client.invoices.list({ subscription: id, expand: ['data.payments'] })).data;
    expect(newest!.billing_reason).toBe('subscription_cycle');
    await client.refunds.create({ payment_intent: newest!.payments!.data[0]!.payment.payment_intent as string });
    await till.settle();
    expect(await features()).toEqual(both);
  });

  it.each([
    ['its own line', (line: { parent: { type: string } | null }) => line.parent?.type === 'invoice_item_details', ['use-company']],
    ['another line', (line: { parent: { type: string } | null }) => line.parent?.type === 'subscription_item_details', both],
  ] as const)('is asked by a credit note for %s', async (__, wanted, expected) => {
    const { client, invoice, afterwards } = await buyer();
    await afterwards();
    const line = invoice.lines.data.find(wanted)!;
    const half = Math.floor(line.amount / 2);
    const credit = (amount: number, as: 'refund_amount' | 'out_of_band_amount') =>
      client.creditNotes.create({
        invoice: invoice.id,
        [as]: amount,
        lines: [{ type: 'invoice_line_item', invoice_line_item: line.id, amount }],
      });
    await credit(half, 'refund_amount');
    expect(await afterwards()).toEqual(both);
    await credit(line.amount - half, 'out_of_band_amount');
    expect(await afterwards()).toEqual(expected);
  });

  it.each([
    ['is open', undefined, ['use-company']],
    ['was lost', 'losing_evidence', ['use-company']],
    ['was won', 'winning_evidence', both],
  ] as const)('follows a dispute that %s', async (__, evidence, expected) => {
    const { client, payment, afterwards } = await buyer({ card: '4000 0000 0000 0259' });
    await afterwards();
    if (evidence) {
      const { data } = await client.disputes.list({ payment_intent: payment });
      await client.disputes.update(data[0]!.id, { evidence: { uncategorized_text: evidence }, submit: true });
    }
    expect(await afterwards()).toEqual(expected);
  });

  it('is found again when the database was lost', async () => {
    const { afterwards, features, client, id } = await buyer();
    await afterwards();
    await client.subscriptions.cancel(id);
    await till.settle();
    const tables = till.store.own<{ subscriptions: object; customers: object }>();
    await tables.deleteFrom('subscriptions').execute();
    expect(await features()).toEqual([]);
    await till.app.sweeps.sweepSubscriptions();
    expect(await features()).toEqual(['use-course']);
  });

  it('is not the setup fee, which gives nothing', async () => {
    const catalog = grantingCatalog() as { plans: { id: string }[] };
    const plans = catalog.plans.map((plan) => ({
      ...plan,
      ...(plan.id === 'company' && { setupFee: { amounts: { usd: 900, eur: 900, ils: 900 } } }),
    }));
    const { afterwards, features, client, id } = await buyer({ catalog: { ...catalog, plans } });
    expect(await afterwards()).toEqual(both);
    await client.subscriptions.cancel(id);
    await till.settle();
    expect(await features()).toEqual(['use-course']);
  });
});
