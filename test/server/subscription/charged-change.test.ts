import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { casesOn, databases } from '../../support/databases.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const hour = 3600;
const price = (amount: number) => [{ interval: 'month', amounts: { usd: amount } }];
const changes = { upgrade: 'difference_now', downgrade: 'difference_now' };
const catalog = {
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: ['usd'],
  plans: [
    { id: 'small', name: 'Small', prices: price(1000), changes },
    { id: 'large', name: 'Large', prices: price(4000), changes },
  ],
};
const small = { planId: 'small', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

describe.each(databases)('a change whose difference is charged on %s', (database, openDatabase) => {
  let till: TestTill;
  let token: string;
  let id: string;
  let payment: ((request: Request) => Promise<Response> | Response) | undefined;
  const stripeFetch: typeof globalThis.fetch = async (input, init) => (payment ?? till.sandbox.fetch)(new Request(input, init));
  beforeEach(async () => {
    payment = undefined;
    till = await startTill({ catalog, database: await openDatabase(), app: { stripeFetch } });
    token = await till.signIn('ada');
    id = (await till.buy(small, { token })).checkout.subscription!.id;
    await till.settle();
  });
  afterEach(() => till.close());

  const preview = async () =>
    (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId: id, target: { planId: 'large' } } })).body
      .preview;
  const confirm = (signed: string) =>
    till.call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview: signed } });
  const begin = async (route: string) => {
    const signed = await preview();
    till.sandbox.faults.add({ kind: 'cut_before', route, times: 3 });
    expect((await confirm(signed)).body.code).toBe('stripe_unavailable');
    till.sandbox.faults.clear();
  };
  const itemPrice = async () => (await (await till.stripe()).subscriptions.retrieve(id)).items.data[0]!.price.unit_amount;
  /** Done while Stripe is slow to answer the call that pays the difference. */
  const duringPayment = (work: () => Promise<unknown>): void => {
    const { fetch } = till.sandbox;
    let isOver = false;
    payment = async (request) => {
      const response = await fetch(request);
      if (isOver || !new URL(request.url).pathname.endsWith('/pay')) return response;
      isOver = true;
      await till.sandbox.clock.advance(45);
      await work();
      return response;
    };
  };
  const charged = async () => {
    const client = await till.stripe();
    return (await client.charges.list({ limit: 10 })).data.map(({ amount }) => amount).toSorted();
  };
  const open = async () => (await (await till.stripe()).invoices.list({ status: 'open' })).data.length;
  const paid = 'POST /v1/subscriptions/*';
  const finalized = 'POST /v1/invoices/*/pay';

  it.each([paid, finalized])('is finished by a job when the way to Stripe broke at %s and nobody came back', async (route) => {
    await begin(route);
    await till.advance(120);
    await till.app.runJobs();
    expect([await itemPrice(), await charged(), await till.store.pendingChanges.find(id)]).toEqual([4000, [1000, 3000], undefined]);
  });

  it.each([paid, finalized])('is finished first when the customer asks for anything else after %s broke', async (route) => {
    await begin(route);
    expect((await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token })).status).toBe(200);
    expect([await itemPrice(), await charged()]).toEqual([4000, [1000, 3000]]);
  });

  it.each(['begins', 'finishes'])(
    'is made by whoever has the turn when Stripe was slow to answer the payment to who %s it',
    async (which) => {
      const signed = await preview();
      if (which === 'finishes') await begin(finalized);
      let other: number | undefined;
      duringPayment(async () => {
        other = (await till.call('POST', '/v1/previews', { token, body: { subscriptionId: id, target: { planId: 'small' } } })).status;
      });
      const late = await confirm(signed);
      expect([other, late.body.code, await itemPrice(), await charged()]).toEqual([201, 'stripe_unavailable', 4000, [1000, 3000]]);
    },
  );

  it('is made when it was paid and Stripe has forgotten the keys by the time somebody looks', async () => {
    await begin(paid);
    await till.advance(25 * hour);
    await till.app.runJobs();
    expect([await itemPrice(), await charged(), await till.store.pendingChanges.find(id)]).toEqual([4000, [1000, 3000], undefined]);
  });

  it('is given up when it was not paid a day ago, and nothing of it can be paid any more', async () => {
    await begin(finalized);
    expect(await open()).toBe(1);
    await till.advance(25 * hour);
    await till.app.runJobs();
    expect([await itemPrice(), await charged(), await open(), await till.store.pendingChanges.find(id)]).toEqual([
      1000,
      [1000],
      0,
      undefined,
    ]);
  });

  it('that is declined is over, and nothing of it can be paid any more', async () => {
    const client = await till.stripe();
    const { customerId } = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!;
    const bad = await client.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customerId! });
    await client.subscriptions.update(id, { default_payment_method: bad.id });
    expect((await confirm(await preview())).body.code).toBe('payment_failed');
    expect([await itemPrice(), await open(), await till.store.pendingChanges.find(id)]).toEqual([1000, 0, undefined]);
  });

  describe('that waits for the bank', () => {
    const saveCard = async (name: string) => {
      const client = await till.stripe();
      const { customerId } = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!;
      const card = await client.paymentMethods.attach(name, { customer: customerId! });
      await client.subscriptions.update(id, { default_payment_method: card.id });
      return card.id;
    };
    const waiting = async () => {
      await saveCard('pm_card_authenticationRequired');
      expect((await confirm(await preview())).body.code).toBe('authentication_required');
      await till.settle();
      const { data } = await (await till.stripe()).invoices.list({ status: 'open' });
      return data[0]!.id;
    };

    it('has a page to confirm it on, and is made when that is done', async () => {
      const invoice = await waiting();
      const list = await till.call<{ subscriptions: { openInvoices: { id: string }[] }[] }>('GET', '/v1/subscriptions', { token });
      expect(list.body.subscriptions[0]!.openInvoices.map((one) => one.id)).toEqual([invoice]);
      // looking, and the job, leave it as it is
      await preview();
      await till.advance(120);
      await till.app.runJobs();
      expect([await itemPrice(), await open()]).toEqual([1000, 1]);
      await (await till.stripe()).invoices.pay(invoice, { payment_method: await saveCard('pm_card_visa') });
      await till.settle();
      expect([await itemPrice(), await charged(), await till.store.pendingChanges.find(id)]).toEqual([4000, [1000, 3000], undefined]);
    });

    it('is over when the customer asks for something else', async () => {
      await waiting();
      await saveCard('pm_card_visa');
      expect((await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token })).status).toBe(200);
      expect([await itemPrice(), await charged(), await open(), await till.store.pendingChanges.find(id)]).toEqual([
        1000,
        [1000],
        0,
        undefined,
      ]);
    });

    const balance = async () => {
      const { customerId } = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!;
      const customer = await (await till.stripe()).customers.retrieve(customerId!);
      return customer.deleted ? undefined : customer.balance;
    };

    it.each(['the customer', 'the owner at Stripe'])('is over when its subscription is ended by %s', async (who) => {
      await waiting();
      if (who === 'the customer') {
        const { status } = await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token, body: { when: 'now' } });
        expect(status).toBe(200);
      } else await (await till.stripe()).subscriptions.cancel(id);
      await till.settle();
      expect([await charged(), await open(), await balance(), await till.store.pendingChanges.find(id)]).toEqual([[1000], 0, 0, undefined]);
    });

    it('is credit when it is paid at the moment at which its subscription ends', async () => {
      const invoice = await waiting();
      const client = await till.stripe();
      till.sandbox.deliveries.hold();
      await client.subscriptions.cancel(id);
      const { customerId } = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!;
      const { id: card } = await client.paymentMethods.attach('pm_card_visa', { customer: customerId! });
      await client.invoices.pay(invoice, { payment_method: card });
      till.sandbox.deliveries.release();
      await till.settle();
      expect([await charged(), await open(), await balance(), await till.store.pendingChanges.find(id)]).toEqual([
        [1000, 3000],
        0,
        -3000,
        undefined,
      ]);
    });

    it.each(['POST /v1/invoices/*/void'])('is over although Stripe answered 500 at %s, which it repeats for a day', async (route) => {
      await waiting();
      await saveCard('pm_card_visa');
      till.sandbox.faults.add({ kind: 'server_error', route, times: 1 });
      await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token });
      till.sandbox.faults.clear();
      await till.advance(120);
      await till.app.runJobs();
      expect([await charged(), await open(), await till.store.pendingChanges.find(id)]).toEqual([[1000], 0, undefined]);
    });

    it('is over after a day, and nothing of it can be paid any more', async () => {
      await waiting();
      await till.advance(25 * hour);
      await till.app.runJobs();
      expect([await itemPrice(), await charged(), await open(), await till.store.pendingChanges.find(id)]).toEqual([
        1000,
        [1000],
        0,
        undefined,
      ]);
    });
  });

  const steps = [paid, finalized, 'POST /v1/invoices/*/finalize', 'POST /v1/invoices', 'POST /v1/invoiceitems'];
  const troubles = (['server_error', 'rate_limit', 'lock_timeout', 'unavailable'] as const).flatMap((kind) =>
    steps.map((step) => [kind, step] as const),
  );
  it.each(casesOn(database, troubles))('is charged once and made, or neither, when Stripe answers %s at %s', async (kind, route) => {
    const signed = await preview();
    till.sandbox.faults.add({ kind, route, times: 3 });
    const first = await confirm(signed);
    till.sandbox.faults.clear();
    for (let round = 0; round < 3; round += 1) {
      await till.advance(120);
      await till.app.runJobs();
    }
    const again = await preview();
    if ((await itemPrice()) !== 4000) expect((await confirm(again)).status).toBe(200);
    expect([first.status >= 200, await itemPrice(), await charged(), await open()]).toEqual([true, 4000, [1000, 3000], 0]);
  });

  it('that was paid for what has ended meanwhile is the customer’s credit', async () => {
    const client = await till.stripe();
    await begin(paid);
    await client.subscriptions.cancel(id);
    await till.advance(120);
    await till.app.runJobs();
    const { customerId } = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!;
    const customer = await client.customers.retrieve(customerId!);
    expect([await charged(), customer.deleted ? 0 : customer.balance, await till.store.pendingChanges.find(id)]).toEqual([
      [1000, 3000],
      -3000,
      undefined,
    ]);
  });

  it('is credited once although Stripe answered 500 to that, which it repeats for a day', async () => {
    const client = await till.stripe();
    await begin(paid);
    await client.subscriptions.cancel(id);
    till.sandbox.faults.add({ kind: 'server_error', route: 'POST /v1/customers/*/balance_transactions', times: 1 });
    for (let round = 0; round < 2; round += 1) {
      await till.advance(120);
      await till.app.runJobs();
    }
    const { customerId } = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!;
    const customer = await client.customers.retrieve(customerId!);
    expect([customer.deleted ? 0 : customer.balance, await till.store.pendingChanges.find(id)]).toEqual([-3000, undefined]);
  });

  it('that is declined is over although Stripe answered 500 when it was to be voided', async () => {
    const client = await till.stripe();
    const { customerId } = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!;
    const bad = await client.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customerId! });
    await client.subscriptions.update(id, { default_payment_method: bad.id });
    till.sandbox.faults.add({ kind: 'server_error', route: 'POST /v1/invoices/*/void', times: 1 });
    await confirm(await preview());
    await till.advance(120);
    await till.app.runJobs();
    expect([await itemPrice(), await open(), await till.store.pendingChanges.find(id)]).toEqual([1000, 0, undefined]);
  });

  it.each(['rate_limit', 'server_error', 'forbidden'] as const)(
    'that is paid is not forgotten when Stripe still answers %s as the customer asks for something else',
    async (kind) => {
      const signed = await preview();
      const items = `POST /v1/subscriptions/${id}`;
      till.sandbox.faults.add({ kind, route: items, times: 100 });
      await confirm(signed);
      const refused = await till.call<Problem>('POST', `/v1/subscriptions/${id}/cancel`, { token });
      expect(refused.body.code).toBe('stripe_unavailable');
      till.sandbox.faults.clear();
      await till.advance(400);
      await till.app.runJobs();
      expect([await itemPrice(), await charged(), await till.store.pendingChanges.find(id)]).toEqual([4000, [1000, 3000], undefined]);
    },
  );

  it.each(['', '/finalize'])('is one invoice when Stripe answered 500 to it (%s) and the way broke after that', async (step) => {
    const signed = await preview();
    till.sandbox.faults.add({ kind: 'server_error', route: `POST /v1/invoices${step === '' ? '' : `/*${step}`}` });
    till.sandbox.faults.add({ kind: 'cut_before', route: finalized, times: 3 });
    expect((await confirm(signed)).body.code).toBe('stripe_unavailable');
    till.sandbox.faults.clear();
    await till.advance(400);
    await till.app.runJobs();
    expect([await itemPrice(), await charged(), await till.store.pendingChanges.find(id)]).toEqual([4000, [1000, 3000], undefined]);
  });

  it('is finished although another customer’s, looked at before, cannot be', async () => {
    const bob = await till.signIn('bob');
    const other = (await till.buy(small, { token: bob })).checkout.subscription!.id;
    const body = { subscriptionId: other, target: { planId: 'large' } };
    const signed = (await till.call<PreviewResponse>('POST', '/v1/previews', { token: bob, body })).body.preview;
    await till.settle();
    till.sandbox.faults.add({ kind: 'cut_before', route: 'POST /v1/invoices', times: 3 });
    await till.call('POST', `/v1/subscriptions/${other}/changes`, { token: bob, body: { preview: signed } });
    await begin('POST /v1/invoices');
    await till.advance(120);
    const [first, second] = await till.store.pendingChanges.begunBefore(till.sandbox.clock.now());
    till.sandbox.faults.add({ kind: 'cut_before', route: `POST /v1/subscriptions/${first!}`, times: 1000 });
    await till.app.runJobs();
    expect([await till.store.pendingChanges.find(second!), [first, second].toSorted()]).toEqual([undefined, [id, other].toSorted()]);
  });

  it('happens once when it is confirmed twice at the same time', async () => {
    const signed = await preview();
    const answers = await Promise.all([confirm(signed), confirm(signed)]);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect([await itemPrice(), await charged()]).toEqual([4000, [1000, 3000]]);
  });
});
