import { describe, expect, it } from 'vitest';
import { parseSeed, type Seed } from '@tillkit/sandbox';
import { day, stand } from './stand.ts';

const shop: Seed = {
  steps: [
    { post: 'products', params: { name: 'Pro', metadata: { rank: '2' } }, as: 'pro' },
    {
      post: 'prices',
      params: { product: { $ref: 'pro' }, currency: 'usd', unit_amount: 2900, recurring: { interval: 'month' }, lookup_key: 'pro_month' },
      as: 'monthly',
    },
    {
      post: 'customers',
      params: { email: 'ada@example.com', payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } },
      as: 'ada',
    },
    { post: 'customers/{ada}', params: { name: 'Ada', phone: null }, as: 'named' },
    { post: 'subscriptions', params: { customer: { $ref: 'ada' }, items: [{ price: { $ref: 'monthly' }, quantity: 3 }] }, as: 'sub' },
    { advance: 40 * day },
    { post: 'invoiceitems', params: { customer: { $ref: 'sub.customer' }, currency: 'usd', amount: 500 } },
  ],
};

describe('a seed', () => {
  it('is there before the first answer, by the names it gave', async () => {
    const { sandbox, stripe } = stand({ seed: shop });
    const { data } = await stripe.prices.list({ lookup_keys: ['pro_month'] });
    const names = await sandbox.ready;
    expect(Object.keys(names)).toEqual(['pro', 'monthly', 'ada', 'named', 'sub']);
    expect(data).toMatchObject([{ id: names.monthly, product: names.pro, unit_amount: 2900 }]);
    expect(await stripe.customers.retrieve(names.ada ?? '')).toMatchObject({ id: names.named, name: 'Ada' });
    expect(await stripe.subscriptions.retrieve(names.sub ?? '')).toMatchObject({ status: 'active', items: { data: [{ quantity: 3 }] } });
    expect((await stripe.invoices.list({ subscription: names.sub ?? '' })).data.map(({ status }) => status)).toEqual(['paid', 'paid']);
    expect((await stripe.invoiceItems.list({ customer: names.ada ?? '' })).data[0]).toMatchObject({ amount: 500 });
  });

  it('gives the same history as the same calls by hand', async () => {
    const [one, other] = [stand({ seed: shop }), stand()];
    await one.sandbox.ready;
    await other.sandbox.seed(shop);
    expect(one.sandbox.events()).toEqual(other.sandbox.events());
  });

  it('stops at the first refusal and says which step it was', async () => {
    const { sandbox } = stand({ seed: { steps: [{ post: 'customers' }, { post: 'products', params: { nme: 'Pro' } }] } });
    await expect(sandbox.ready).rejects.toThrow('steps[1] (POST /v1/products) was refused: Received unknown parameter: nme');
    await expect(sandbox.fetch(new Request('http://sandbox.localhost/v1/customers'))).rejects.toThrow('steps[1]');
  });

  it('refuses a name that no earlier step gave', async () => {
    const { sandbox } = stand();
    const seed: Seed = { steps: [{ post: 'subscriptions', params: { customer: { $ref: 'ada' } } }] };
    await expect(sandbox.seed(seed)).rejects.toThrow('steps[0]: no earlier step is called "ada".');
  });

  it.each([
    [[], 'a list "steps"'],
    [{ steps: [7] }, 'steps[0] must be an object'],
    [{ steps: [{ post: 'customers', name: 'ada' }] }, 'steps[0] has "name"'],
    [{ steps: [{ advance: 1.5 }] }, 'whole seconds'],
    [{ steps: [{ params: {} }] }, 'must say "post"'],
    [{ steps: [{ post: 'customers', as: 'a b' }] }, 'steps[0].as'],
  ])('is read with care: %j', (json, said) => {
    expect(() => parseSeed(json)).toThrow(said);
    expect(parseSeed(JSON.parse(JSON.stringify(shop)))).toEqual(shop);
  });
});
