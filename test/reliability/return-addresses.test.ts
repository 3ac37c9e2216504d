/** Threat 18: nobody is led away by way of us, by whichever route an address is given. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { newVerifier, shop, startTill, type TestTill } from '../support/till.ts';
import { hostileAddresses } from './hostile-addresses.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

describe('hostile return addresses', () => {
  let till: TestTill;
  let token: string;
  beforeAll(async () => {
    till = await startTill();
    token = await till.signIn('ada');
    await till.buy(company, { token });
  });
  afterAll(() => till.close());

  const routes: readonly (readonly [path: string, wish: (returnUrl: string) => unknown])[] = [
    [
      '/v1/checkout-sessions',
      (returnUrl) => ({ selection: { ...company, planId: 'team' }, returnUrl, verifierHash: newVerifier().verifierHash }),
    ],
    ['/v1/portal-sessions', (returnUrl) => ({ returnUrl })],
    ['/v1/payment-methods', (returnUrl) => ({ returnUrl })],
  ];

  it('are sixty or more', () => {
    expect(new Set(hostileAddresses).size).toBeGreaterThanOrEqual(60);
  });

  it.each(routes)('are refused by %s, and Stripe hears none of them', async (path, wish) => {
    const from = till.stripeSent.length;
    for (const address of hostileAddresses) {
      const { status, body } = await till.call<Problem>('POST', path, { token, body: wish(address) });
      expect([address, status === 403 ? body.code : status]).toEqual([address, status === 400 ? 400 : 'return_url_not_allowed']);
    }
    const told = till.stripeSent.slice(from).filter((call) => /(?:success_url|cancel_url|return_url)=/u.test(call));
    expect(told).toEqual([]);
  });

  it.each(routes)('are refused and not everything is: %s takes a page of the shop', async (path, wish) => {
    const { status } = await till.call('POST', path, { token, body: wish(`${shop}/account?tab=1`) });
    expect([201, 409]).toContain(status);
  });
});
