import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { customerWith, day, priced, stand } from './stand.ts';

async function shop() {
  const { stripe, sandbox } = stand();
  const [basic, pro] = [await priced(stripe, { name: 'Basic', amount: 900 }), await priced(stripe, { name: 'Pro' })];
  const api = await stripe.entitlements.features.create({ name: 'API access', lookup_key: 'api' });
  const sso = await stripe.entitlements.features.create({ name: 'Single sign-on', lookup_key: 'sso' });
  await stripe.products.createFeature(String(basic.product), { entitlement_feature: api.id });
  await stripe.products.createFeature(String(pro.product), { entitlement_feature: api.id });
  await stripe.products.createFeature(String(pro.product), { entitlement_feature: sso.id });
  const customer = await customerWith(stripe);
  const keys = async (): Promise<string[]> => {
    const { data } = await stripe.entitlements.activeEntitlements.list({ customer: customer.id });
    return data.map(({ lookup_key }) => lookup_key).toSorted();
  };
  const told = (): string[][] =>
    sandbox
      .events()
      .filter(({ type }) => type === 'entitlements.active_entitlement_summary.updated')
      .map(({ data }) => (data.object as unknown as Stripe.Entitlements.ActiveEntitlementSummary).entitlements.data)
      .map((data) => data.map(({ lookup_key }) => lookup_key).toSorted());
  return { stripe, sandbox, basic, pro, api, sso, customer, keys, told };
}

describe('entitlements', () => {
  it('follow the plan of the subscription, and a change is told once', async () => {
    const { stripe, basic, pro, customer, keys, told } = await shop();
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: basic.id }] });
    expect(await keys()).toEqual(['api']);
    const item = subscription.items.data[0]?.id ?? '';
    await stripe.subscriptions.update(subscription.id, { items: [{ id: item, price: pro.id }] });
    expect(await keys()).toEqual(['api', 'sso']);
    await stripe.subscriptions.update(subscription.id, { metadata: { a: '1' } });
    await stripe.subscriptions.cancel(subscription.id);
    expect(await keys()).toEqual([]);
    expect(told()).toEqual([['api'], ['api', 'sso'], []]);
  });

  it('begin with a trial and wait for the first payment', async () => {
    const { stripe, pro, customer, keys } = await shop();
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: pro.id }], payment_behavior: 'default_incomplete' });
    expect(await keys()).toEqual([]);
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: pro.id }], trial_period_days: 7 });
    expect(await keys()).toEqual(['api', 'sso']);
  });

  it('end with the subscription on the clock, after its own event', async () => {
    const { stripe, sandbox, pro, customer, keys } = await shop();
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: pro.id }] });
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await sandbox.clock.advance(32 * day);
    expect(await keys()).toEqual([]);
    expect(
      sandbox
        .events()
        .map(({ type }) => type)
        .slice(-2),
    ).toEqual(['customer.subscription.deleted', 'entitlements.active_entitlement_summary.updated']);
  });

  it('stay while one of two subscriptions still grants them', async () => {
    const { stripe, basic, pro, customer, keys } = await shop();
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: basic.id }] });
    const second = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: pro.id }] });
    await stripe.subscriptions.cancel(second.id);
    expect(await keys()).toEqual(['api']);
  });

  it('can be retrieved with their feature', async () => {
    const { stripe, basic, api, customer } = await shop();
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: basic.id }] });
    const { data } = await stripe.entitlements.activeEntitlements.list({ customer: customer.id });
    const one = await stripe.entitlements.activeEntitlements.retrieve(data[0]?.id ?? '', { expand: ['feature'] });
    expect(one.feature).toMatchObject({ id: api.id, name: 'API access' });
  });
});

describe('features', () => {
  it('are renamed and archived wherever they are attached', async () => {
    const { stripe, basic, api } = await shop();
    await stripe.entitlements.features.update(api.id, { name: 'API', metadata: { a: '1' }, active: false });
    const { data } = await stripe.products.listFeatures(String(basic.product));
    expect(data).toMatchObject([{ entitlement_feature: { name: 'API', active: false } }]);
    expect((await stripe.entitlements.features.list({ archived: true })).data).toMatchObject([{ id: api.id }]);
    expect((await stripe.entitlements.features.list({ lookup_key: 'sso' })).data).toHaveLength(1);
    expect(await stripe.entitlements.features.retrieve(api.id)).toMatchObject({ metadata: { a: '1' } });
  });

  it('are attached once, and detached', async () => {
    const { stripe, basic, pro, api } = await shop();
    const product = String(basic.product);
    await expect(stripe.products.createFeature(product, { entitlement_feature: api.id })).rejects.toMatchObject({ statusCode: 400 });
    const [attached] = (await stripe.products.listFeatures(product)).data;
    expect(await stripe.products.retrieveFeature(product, attached?.id ?? '')).toMatchObject({ object: 'product_feature' });
    await expect(stripe.products.retrieveFeature(String(pro.product), attached?.id ?? '')).rejects.toMatchObject({ statusCode: 404 });
    expect(await stripe.products.deleteFeature(product, attached?.id ?? '')).toMatchObject({ deleted: true });
    expect((await stripe.products.listFeatures(product)).data).toEqual([]);
    await expect(stripe.entitlements.features.create({ name: 'x', lookup_key: 'api' })).rejects.toMatchObject({ param: 'lookup_key' });
  });
});
