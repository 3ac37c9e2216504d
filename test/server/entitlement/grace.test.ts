import { afterEach, describe, expect, it } from 'vitest';
import { backend, entitlementsOf, grantingCatalog } from '../../support/granting.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const failing = 'pm_card_chargeCustomerFail';

describe('access by what Stripe’s subscriptions say', () => {
  let till: TestTill;
  afterEach(() => till.close());

  async function subscriber(afterRetries: 'cancel' | 'unpaid' | 'past_due' = 'past_due') {
    till = await startTill({ catalog: grantingCatalog(), config: backend, stripe: { afterRetries } });
    const { checkout } = await till.buy(company, { token: await till.signIn('ada') });
    await till.settle();
    const client = await till.stripe();
    const { id, customerId, currentPeriodEnd } = checkout.subscription!;
    /** What renewals are taken from. */
    const payWith = async (token: string): Promise<void> => {
      const method = await client.paymentMethods.attach(token, { customer: customerId });
      await client.subscriptions.update(id, { default_payment_method: method.id });
    };
    const state = async () => {
      const { features, subscriptions } = await entitlementsOf(till, 'subject=ada');
      return { features, ...subscriptions.find((one) => one.id === id)! };
    };
    return { id, client, customerId, payWith, state, renewal: currentPeriodEnd };
  }
  const goTo = (moment: number): Promise<void> => till.advance(moment - till.now());

  it('ends with the last second of the grace', async () => {
    const { payWith, state, renewal } = await subscriber();
    await payWith(failing);
    await goTo(renewal + 7200);
    expect(await state()).toMatchObject({ status: 'past_due', access: true, until: renewal + 7 * day, features: ['use-company'] });
    await goTo(renewal + 7 * day - 1);
    expect(await state()).toMatchObject({ access: true, features: ['use-company'] });
    await goTo(renewal + 7 * day);
    expect(await state()).toMatchObject({ status: 'past_due', access: false, features: [] });
  });

  it('gives no new grace for a further period that is not paid either', async () => {
    const { payWith, state, renewal } = await subscriber();
    await payWith(failing);
    await goTo(renewal + 31 * day + 7200);
    expect(await state()).toMatchObject({ status: 'past_due', access: false, features: [] });
  });

  it('counts anew after a later period was paid, though the old one never was', async () => {
    const { client, id, payWith, state, renewal } = await subscriber();
    await payWith(failing);
    await goTo(renewal + 29 * day);
    await payWith('pm_card_visa');
    await goTo(renewal + 33 * day);
    expect(await state()).toMatchObject({ status: 'active', access: true });
    await payWith(failing);
    const [item] = (await client.subscriptions.retrieve(id)).items.data;
    await goTo(item!.current_period_end + 7200);
    expect(await state()).toMatchObject({ status: 'past_due', access: true, until: item!.current_period_end + 7 * day });
  });

  it('begins on the due date where the customer is sent a bill', async () => {
    const { client, customerId } = await subscriber();
    const [plan] = (await client.subscriptions.list({ customer: customerId })).data[0]!.items.data;
    const { id } = await client.subscriptions.create({
      customer: customerId,
      items: [{ price: plan!.price.id }],
      collection_method: 'send_invoice',
      days_until_due: 14,
    });
    const billed = async () => (await entitlementsOf(till, 'subject=ada')).subscriptions.find((one) => one.id === id);
    await till.advance(7200);
    expect(await billed()).toMatchObject({ status: 'active', access: true });
    const [invoice] = (await client.invoices.list({ subscription: id })).data;
    await goTo(invoice!.due_date! + 7200);
    expect(await billed()).toMatchObject({ status: 'past_due', access: true, until: invoice!.due_date! + 7 * day });
  });

  it.each([
    ['unpaid', 'unpaid'],
    ['cancel', 'canceled'],
  ] as const)('ends at once when Stripe gives up (%s)', async (afterRetries, status) => {
    const { payWith, state, renewal } = await subscriber(afterRetries);
    await payWith(failing);
    await goTo(renewal + 20 * day);
    expect(await state()).toMatchObject({ status, access: false, features: [] });
  });

  it('stops with a pause and comes back with its end; one whose collection is paused keeps it', async () => {
    const { client, id, state } = await subscriber();
    await client.subscriptions.update(id, { pause_collection: { behavior: 'void' } });
    await till.settle();
    expect(await state()).toMatchObject({ status: 'active', access: true });
    await client.subscriptions.update(id, { pause_collection: '' });
    await client.subscriptions.pause(id, { type: 'subscription' });
    await till.settle();
    expect(await state()).toMatchObject({ status: 'paused', access: false, features: [] });
    await client.subscriptions.resume(id, { billing_cycle_anchor: { type: 'now' } });
    await till.settle();
    expect(await state()).toMatchObject({ status: 'active', access: true, features: ['use-company'] });
  });

  it('is none while the first payment was not taken', async () => {
    const { client, customerId } = await subscriber();
    const [plan] = (await client.subscriptions.list({ customer: customerId })).data[0]!.items.data;
    const other = await client.customers.create();
    const method = await client.paymentMethods.attach(failing, { customer: other.id });
    const items = [{ price: plan!.price.id }];
    await client.subscriptions.create({ customer: other.id, items, default_payment_method: method.id });
    await till.settle();
    const given = await entitlementsOf(till, `customer=${other.id}`);
    expect(given).toMatchObject({ features: [], subscriptions: [{ status: 'incomplete', access: false }] });
  });

  it('is what all subscriptions give together, those that ended left out', async () => {
    const { client, customerId, id, payWith } = await subscriber();
    await payWith('pm_card_visa');
    const method = (await client.subscriptions.retrieve(id)).default_payment_method as string;
    const price = till.file.addOns[0]!.id;
    const prices = await client.prices.list({ limit: 100, expand: ['data.product'] });
    const storage = prices.data.find(
      ({ product, recurring }) =>
        typeof product !== 'string' && !product.deleted && product.metadata.till_id === price && recurring?.interval === 'month',
    );
    await client.subscriptions.create({ customer: customerId, items: [{ price: storage!.id }], default_payment_method: method });
    await till.settle();
    expect((await entitlementsOf(till, 'subject=ada')).features).toEqual(['use-company', `use-${price}`]);
    await client.subscriptions.cancel(id);
    await till.settle();
    expect((await entitlementsOf(till, 'subject=ada')).features).toEqual([`use-${price}`]);
  });

  it('goes on with what was paid until a scheduled change', async () => {
    const { id, state, renewal } = await subscriber();
    const token = await till.signIn('ada');
    const target = { planId: 'starter' };
    const { body } = await till.call<{ preview: string }>('POST', '/v1/previews', { token, body: { subscriptionId: id, target } });
    await till.call('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview: body.preview } });
    expect(await state()).toMatchObject({ features: ['use-company'] });
    await goTo(renewal - 1);
    expect(await state()).toMatchObject({ features: ['use-company'] });
    await goTo(renewal + 60);
    expect(await state()).toMatchObject({ features: ['use-starter'] });
  });
});
