/** Stripe's list heeds capitals and its search does not, but may be late: whose an address is now is what the list says. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import { listCustomersOfAddress } from '@tillkit/server/stripe/customers';
import { startTill, type TestTill } from '../../support/till.ts';

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
});
afterEach(() => till.close());

const search = '/v1/customers/search';
const add = async (email: string) => (await (await till.stripe()).customers.create({ email })).id;
const found = async (address: string, stripe = till.stripe) =>
  (await listCustomersOfAddress(stripe, address)).map(({ id }) => id).toSorted();
/** A Stripe whose search answers otherwise than the sandbox's. */
const withSearch = (answer: () => Response | Promise<Response>) =>
  createStripeGateway(till.config.stripe, async (input, init) => {
    const request = new Request(input, init);
    return new URL(request.url).pathname === search ? answer() : till.sandbox.fetch(request);
  });

it('finds an address in whatever capitals it was typed, and none that is another', async () => {
  const same = [await add('ada@example.com'), await add('Ada@Example.com'), await add('ADA@EXAMPLE.COM')];
  for (const other of ['ada@example.co', 'nada@example.com', 'ada@example.com.evil.example', 'a.da@example.com']) await add(other);
  expect(await found('aDa@example.com')).toEqual(same.toSorted());
  expect(till.stripeCalls.filter((call) => call === `GET ${search}`)).toHaveLength(1);
});

it('takes no letter for one that it only looks like', async () => {
  await add('kim@example.com');
  const request = (await till.stripe()).customers.search({ query: 'email:"kim@example.com"' });
  const { data } = await request;
  const lookalike = withSearch(() =>
    Response.json({ object: 'search_result', data: [{ ...data[0], email: '\u212Aim@example.com' }], has_more: false }),
  );
  await add('\u212Aim@example.com');
  expect(await found('kim@example.com', lookalike)).toEqual([data[0]!.id]);
});

it('does not reach whoever has another address by now, whatever the search remembers', async () => {
  const id = await add('Ada@Example.com');
  const stripe = await till.stripe();
  const remembered = await stripe.customers.search({ query: 'email:"ada@example.com"' });
  await stripe.customers.update(id, { email: 'bob@example.com' });
  expect(
    await found(
      'ada@example.com',
      withSearch(() => Response.json(remembered)),
    ),
  ).toEqual([]);
});

it.each([
  ['in some countries', 400],
  ['to a key without that permission', 403],
])('asks for what was typed where Stripe refuses to search: %s', async (_, status) => {
  const ids = [await add('ada@example.com'), await add('Ada@Example.com')];
  const refusal = { error: { type: 'invalid_request_error', message: 'Search is not available.' } };
  const refused = withSearch(() => Response.json(refusal, { status }));
  expect(await found('Ada@Example.com', refused)).toEqual(ids.toSorted());
});

it('says that Stripe fails rather than miss somebody', async () => {
  await add('Ada@Example.com');
  const failing = withSearch(() =>
    Response.json({ error: { type: 'api_error', message: 'later' } }, { status: 503, headers: { 'stripe-should-retry': 'false' } }),
  );
  await expect(found('ada@example.com', failing)).rejects.toMatchObject({ statusCode: 503 });
});
