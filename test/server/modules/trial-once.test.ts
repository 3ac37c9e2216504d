import { afterEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, PaymentMethodSetup, SubscriptionList } from '@tillkit/core/contract/contract';
import { readModules } from '@tillkit/server/modules';
import { canonicalAddress } from '@tillkit/server/modules/trial-once/canonical-address';
import { trialOnce, type TrialOnceOptions } from '@tillkit/server/modules/trial-once/trial-once';
import { databases } from '../../support/databases.ts';
import { cards, newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const m = { ...team, planId: 'm' };
const mastercard = '5555 5555 5555 4444';

describe.each(databases)('a second trial on %s', (_, openDatabase) => {
  let till: TestTill;
  afterEach(() => till.close());

  async function start(options: Partial<TrialOnceOptions> | undefined, catalog = 'team-suite'): Promise<void> {
    const modules = options ? [trialOnce({ months: 12, ...options })] : [];
    till = await startTill({ database: await openDatabase(), modules, catalog });
  }
  /** Starts a trial by checkout; what Stripe has of the subscription afterwards. */
  async function tries(subject: string, { number = cards.works, email = `${subject}@example.com` } = {}) {
    const token = await till.signIn(subject);
    const { verifierHash } = newVerifier();
    const { body } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
      token,
      body: { selection: team, returnUrl: shop, verifierHash },
    });
    await till.pay(body.checkoutSessionId, number, email);
    return body.checkoutSessionId;
  }
  const statuses = async () => {
    const client = await till.stripe();
    const { data } = await client.subscriptions.list({ status: 'all', limit: 100 });
    return data.toReversed().map(({ status }) => status);
  };

  it('leaves who lost it free to subscribe without one', async () => {
    await start({});
    await tries('ada');
    await tries('eve');
    await till.settle();
    const token = await till.signIn('eve');
    expect((await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body.subscriptions[0]).toMatchObject({
      status: 'canceled',
    });
    const { checkout } = await till.buy(team, { token });
    expect(checkout).toMatchObject({ payment: 'paid', subscription: { status: 'active' } });
    await till.settle();
    expect(await statuses()).toEqual(['trialing', 'canceled', 'active']);
  });

  it('of two at the same moment is ended for one', async () => {
    await start({});
    await Promise.all([tries('ada'), tries('eve')]);
    await till.settle();
    expect((await statuses()).toSorted()).toEqual(['canceled', 'trialing']);
  });

  it('is found when the card is added during a trial that began without one', async () => {
    await start({}, 'redis-hosting');
    for (const subject of ['ada', 'eve']) {
      const token = await till.signIn(subject);
      await till.call('POST', '/v1/subscriptions', { token, body: { selection: m } });
      const setup = (await till.call<PaymentMethodSetup>('POST', '/v1/payment-methods', { token, body: { returnUrl: shop } })).body;
      await till.pay(setup.checkoutSessionId);
      await till.settle();
    }
    await till.app.runJobs();
    expect((await statuses()).toSorted()).toEqual(['canceled', 'trialing']);
  });

  it('is given again when the months are over, and its own trial is never in its way', async () => {
    await start({ months: 1 });
    await tries('ada');
    await till.settle();
    await till.advance(13 * day);
    await till.app.runJobs();
    expect(await statuses()).toEqual(['trialing']);
    await till.advance(20 * day);
    await tries('eve');
    await till.settle();
    expect(await statuses()).toEqual(['active', 'trialing']);
  });

  it.each<[string, TrialOnceOptions['by'], string, string]>([
    ['another card passes where only cards count', ['card'], mastercard, 'trialing'],
    ['the same mailbox under an alias is refused where addresses count', ['card', 'email'], mastercard, 'canceled'],
    ['the same mailbox with the same card is refused where only addresses count', ['email'], cards.works, 'canceled'],
  ])('%s', async (_name, by, number, status) => {
    await start({ by: by! });
    await tries('ada', { email: 'ada.l@gmail.com' });
    await till.settle();
    await tries('eve', { number, email: 'A.dal+again@googlemail.com' });
    await till.settle();
    expect(await statuses()).toEqual(['trialing', status]);
  });

  it('keeps neither fingerprint, card number nor address', async () => {
    await start({ by: ['card', 'email'] });
    await tries('ada', { email: 'ada@example.com' });
    await till.settle();
    const rows = await till.store
      .own<{ trialOnceMarks: { mark: string; trial: string } }>()
      .selectFrom('trialOnceMarks')
      .selectAll()
      .execute();
    const client = await till.stripe();
    const { data } = await client.subscriptions.list({ expand: ['data.default_payment_method'] });
    const method = data[0]!.default_payment_method;
    const fingerprint = typeof method === 'object' ? method?.card?.fingerprint : undefined;
    expect(fingerprint).toMatch(/\w{8,}/u);
    expect(rows).toHaveLength(2);
    const kept = JSON.stringify(rows);
    for (const secret of [fingerprint!, 'ada', data[0]!.id, '4242']) expect(kept).not.toContain(secret);
  });

  it('is ended in the turn of its subscription', async () => {
    const free: boolean[] = [];
    const stripeFetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const id = new URL(request.url).pathname.split('/').at(-1)!;
      if (request.method === 'DELETE') free.push(await till.store.pendingChanges.hold(id, 'cus_spy', 'spy', till.now()));
      return till.sandbox.fetch(request);
    };
    till = await startTill({ database: await openDatabase(), modules: [trialOnce({ months: 12 })], app: { stripeFetch } });
    await tries('ada');
    await till.settle();
    await tries('eve');
    await till.settle();
    expect([await statuses(), free]).toEqual([['trialing', 'canceled'], [false]]);
  });

  it('is none where the owner made both at Stripe: what was not sold here is in no plan group', async () => {
    await start({ by: ['card', 'email'] });
    const client = await till.stripe();
    const { data } = await client.prices.list({ limit: 100 });
    const { id: price } = data.find(({ recurring }) => recurring?.interval === 'month')!;
    const begin = async () => {
      const { id: customer } = await client.customers.create({ email: 'ada@example.com' });
      const method = await client.paymentMethods.attach('pm_card_visa', { customer });
      await client.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
      await client.subscriptions.create({ customer, items: [{ price }], trial_period_days: 14 });
      await till.settle();
    };
    await begin();
    await begin();
    await till.app.runJobs();
    await till.settle();
    expect(await statuses()).toEqual(['trialing', 'trialing']);
  });

  it('passes while Stripe is out of reach, and is ended when it answers again', async () => {
    await start({});
    await tries('ada');
    await till.settle();
    await tries('eve');
    till.sandbox.faults.add({ kind: 'unavailable', route: 'DELETE /v1/subscriptions/*', times: 4 });
    await till.settle();
    expect(await statuses()).toEqual(['trialing', 'trialing']);
    till.sandbox.faults.clear();
    await till.advance(3600);
    await till.app.runJobs();
    expect(await statuses()).toEqual(['trialing', 'canceled']);
  });
});

describe('the module trial-once', () => {
  it.each([
    ['ada+shop@example.com', 'ada@example.com'],
    ['A.D.A@Gmail.com', 'ada@gmail.com'],
    ['a.da+x+y@googlemail.com', 'ada@gmail.com'],
    ['a.da@example.com', 'a.da@example.com'],
  ])('takes %s for %s', (address, mailbox) => {
    expect(canonicalAddress(address)).toBe(mailbox);
  });

  it.each([
    [{ TILL_TRIAL_ONCE_MONTHS: '12' }, true],
    [{ TILL_TRIAL_ONCE_MONTHS: '12', TILL_TRIAL_ONCE_BY: 'card, email' }, true],
    [{ TILL_TRIAL_ONCE_MONTHS: '0' }, false],
    [{ TILL_TRIAL_ONCE_MONTHS: '61' }, false],
    [{ TILL_TRIAL_ONCE_MONTHS: 'long' }, false],
    [{ TILL_TRIAL_ONCE_MONTHS: '12', TILL_TRIAL_ONCE_BY: 'name' }, false],
  ])('reads %j', async (environment, good) => {
    expect((await readModules(environment)).ok).toBe(good);
  });
});
