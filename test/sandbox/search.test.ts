import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerWith, priced, stand, start } from './stand.ts';

const names = (found: { readonly data: readonly { readonly name?: string | null }[] }): (string | null | undefined)[] =>
  found.data.map(({ name }) => name);

async function people() {
  const { stripe } = stand();
  for (const [name, plan] of [
    ['Ada Lovelace', 'pro'],
    ['Grace Hopper', 'basic'],
    ['Edsger Dijkstra', 'pro'],
  ] as const) {
    await stripe.customers.create({ name, email: `${name.split(' ')[0]?.toLowerCase()}@example.com`, metadata: { plan } });
  }
  await stripe.customers.create({ email: 'nobody@example.com' });
  const find = (query: string) => stripe.customers.search({ query });
  return { stripe, find };
}

describe('search', () => {
  it('finds by whole text, by a part, by metadata and by its absence', async () => {
    const { find } = await people();
    expect(names(await find('email:"ADA@example.com"'))).toEqual(['Ada Lovelace']);
    expect(names(await find('name~"opp"'))).toEqual(['Grace Hopper']);
    expect(names(await find('metadata["plan"]:"pro"'))).toEqual(['Edsger Dijkstra', 'Ada Lovelace']);
    expect(names(await find("-metadata['plan']:null AND -metadata['plan']:'pro'"))).toEqual(['Grace Hopper']);
    expect(names(await find('name:null'))).toEqual([null]);
    expect(names(await find('name~"ada" OR name~"grace"'))).toEqual(['Grace Hopper', 'Ada Lovelace']);
    expect(names(await find(`created>=${start} name~"love"`))).toEqual(['Ada Lovelace']);
    expect(names(await find(`created>${start}`))).toEqual([]);
  });

  it('refuses what Stripe cannot search', async () => {
    const { find } = await people();
    for (const query of [
      'name~"ab"',
      'balance:"1"',
      'name:"a" AND name:"b" OR name:"c"',
      'name',
      'name>"a"',
      'created:"soon"',
      'metadata:"pro"',
      'name:"a',
      Array.from({ length: 11 }, () => 'name:"abc"').join(' AND '),
    ]) {
      await expect(find(query)).rejects.toMatchObject({ statusCode: 400, param: 'query' });
    }
  });

  it('turns pages and counts when asked', async () => {
    const { stripe } = await people();
    const first = await stripe.customers.search({ query: 'email~"example.com"', limit: 3, expand: ['total_count'] });
    expect(first).toMatchObject({ has_more: true, total_count: 4 });
    const second = await stripe.customers.search({ query: 'email~"example.com"', limit: 3, page: first.next_page ?? '' });
    expect(second).toMatchObject({ has_more: false, next_page: null });
    expect(second).not.toHaveProperty('total_count');
    expect([...first.data, ...second.data]).toHaveLength(4);
    const all = await stripe.customers.search({ query: 'email~"example.com"', limit: 1 }).autoPagingToArray({ limit: 10 });
    expect(all).toHaveLength(4);
  });

  it('searches all seven resources', async () => {
    const { stripe } = stand();
    const price = await priced(stripe);
    const customer = await customerWith(stripe);
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], metadata: { team: 'a' } });
    expect((await stripe.products.search({ query: 'active:"true" AND name:"Pro"' })).data).toHaveLength(1);
    expect((await stripe.prices.search({ query: 'currency:"usd" AND type:"recurring"' })).data).toMatchObject([{ id: price.id }]);
    expect((await stripe.subscriptions.search({ query: 'status:"active" metadata["team"]:"a"' })).data).toMatchObject([{ id }]);
    expect((await stripe.invoices.search({ query: `subscription:"${id}" AND total:2900` })).data).toHaveLength(1);
    expect((await stripe.paymentIntents.search({ query: 'amount>2000 AND status:"succeeded"' })).data).toHaveLength(1);
    expect((await stripe.charges.search({ query: 'payment_method_details.card.last4:"4242"' })).data).toHaveLength(1);
  });

  it('finds any metadata value again, whatever its letters are', async () => {
    const { stripe } = stand();
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 40 }), async (value) => {
        const { id } = await stripe.customers.create({ metadata: { value } });
        const query = `metadata["value"]:"${value.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
        const found = await stripe.customers.search({ query, limit: 100 });
        expect(found.data.map((row) => row.id)).toContain(id);
      }),
      { numRuns: 40 },
    );
  });
});
