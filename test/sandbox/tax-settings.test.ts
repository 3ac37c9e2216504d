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

it('is pending until the account says where it is, and keeps what was said before', async () => {
  const { sandbox, stripe } = start();
  expect(await stripe.tax.settings.retrieve()).toMatchObject({
    status: 'pending',
    status_details: { pending: { missing_fields: ['head_office'] } },
  });
  await stripe.tax.settings.update({ defaults: { tax_behavior: 'exclusive', tax_code: 'txcd_10103001' } });
  const settings = await stripe.tax.settings.update({ head_office: { address: { country: 'DE', city: 'Berlin' } } });
  expect(settings).toMatchObject({
    status: 'active',
    defaults: { tax_behavior: 'exclusive', tax_code: 'txcd_10103001' },
    head_office: { address: { country: 'DE', city: 'Berlin', line1: null } },
  });
  sandbox.reset();
  expect((await stripe.tax.settings.retrieve()).status).toBe('pending');
});
