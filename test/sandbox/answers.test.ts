import { expect, it } from 'vitest';
import { Stripe } from 'stripe';
import { createSandbox } from '@tillkit/sandbox';
import { observe } from '../contract/observer.ts';

const now = 1_809_172_800;

function start() {
  const sandbox = createSandbox({ now, observe });
  const fetch: typeof globalThis.fetch = (input, init) => sandbox.fetch(new Request(input, init));
  const stripe = new Stripe('rk_test_1', { httpClient: Stripe.createFetchHttpClient(fetch), maxNetworkRetries: 0 });
  return { sandbox, stripe };
}

it('refuses a key without the permission when asked to, as Stripe does', async () => {
  const { sandbox, stripe } = start();
  sandbox.faults.add({ kind: 'forbidden', route: 'GET /v1/customers' });
  await expect(stripe.customers.list()).rejects.toMatchObject({ type: 'StripePermissionError', statusCode: 403 });
  expect((await stripe.customers.list()).data).toEqual([]);
});

it('says in every answer what time it is', async () => {
  const { sandbox } = start();
  const headers = { authorization: 'Bearer sk_test_1' };
  const date = async () => (await sandbox.fetch(new Request('http://sandbox.localhost/v1/customers', { headers }))).headers.get('date');
  expect(await date()).toBe('Sat, 01 May 2027 12:00:00 GMT');
  await sandbox.clock.advance(60);
  expect(await date()).toBe('Sat, 01 May 2027 12:01:00 GMT');
});
