/**
 * Threat 16: what belongs to somebody else is not there, whoever asks and however.
 *
 * Every route with a session, told by the description of the API, is called by people who may not; a route that is not in
 * the table below makes this file fail, so that no new one is forgotten.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvoiceList, PaymentMethodSetup, PreviewResponse, Problem } from '@tillkit/core/contract/contract';
import { operations } from '@tillkit/server/ops/api-description';
import { databases } from '../support/databases.ts';
import { shop, startTill, type Answer, type TestTill } from '../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const other = 'https://other.example';

/** What belongs to Ada. */
interface Belongings {
  readonly subscription: string;
  readonly customer: string;
  readonly invoice: string;
  readonly preview: string;
  readonly paymentMethod: string;
  readonly checkoutSession: string;
  /** A page on which she has entered a card. */
  readonly cardPage: string;
}

interface Attempt {
  readonly path: string;
  readonly body?: unknown;
}

/** How each route is asked for an id; routes without an id in them answer only what is one's own. */
const attempts: Readonly<Record<string, (id: string, ada: Belongings) => Attempt>> = {
  'get /v1/subscriptions/:id': (id) => ({ path: `/v1/subscriptions/${id}` }),
  'post /v1/subscriptions/:id/changes': (id, { preview }) => ({ path: `/v1/subscriptions/${id}/changes`, body: { preview } }),
  'delete /v1/subscriptions/:id/changes': (id) => ({ path: `/v1/subscriptions/${id}/changes` }),
  'post /v1/subscriptions/:id/cancel': (id) => ({ path: `/v1/subscriptions/${id}/cancel`, body: {} }),
  'post /v1/subscriptions/:id/resume': (id) => ({ path: `/v1/subscriptions/${id}/resume` }),
  'post /v1/subscriptions/:id/pause': (id) => ({ path: `/v1/subscriptions/${id}/pause` }),
  'post /v1/subscriptions/:id/pay': (id) => ({ path: `/v1/subscriptions/${id}/pay` }),
  'post /v1/previews': (id) => ({ path: '/v1/previews', body: { subscriptionId: id, target: { seats: 2 } } }),
  'post /v1/payment-methods': (id) => ({ path: '/v1/payment-methods', body: { returnUrl: shop, subscriptionId: id } }),
  'post /v1/payment-methods/added': (id) => ({ path: '/v1/payment-methods/added', body: { checkoutSessionId: id } }),
  'post /v1/payment-methods/:id/default': (id) => ({ path: `/v1/payment-methods/${id}/default` }),
  'delete /v1/payment-methods/:id': (id) => ({ path: `/v1/payment-methods/${id}` }),
  'get /v1/invoices': (id, { invoice }) => ({ path: `/v1/invoices?after=${id.startsWith('sub_that') ? 'in_thatneverwas' : invoice}` }),
};
/** Routes whose answer names nobody's id but the asker's own, for whom there is nothing to guess. */
const withoutIds = new Set([
  'get /v1/entitlements',
  'post /v1/portal-sessions',
  'post /v1/sessions',
  'delete /v1/sessions',
  'get /v1/subscriptions',
  'post /v1/subscriptions',
  'get /v1/payment-methods',
]);

const keyOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;
const bySession = operations.filter(({ access }) => access === 'session').map(keyOf);

/** Spellings of an id that a careless router or database might take for it. */
const spellings = (id: string): string[] => [
  id,
  id.toUpperCase(),
  encodeURIComponent(`${id} `),
  `${id}%00`,
  `${id}%2F`,
  `${id}%20OR%201=1`,
  encodeURIComponent(`${id}'--`),
  `${id}%0A`,
  `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`,
];

describe.each(databases)('what is somebody else’s, on %s', (_, openDatabase) => {
  let till: TestTill;
  let ada: Belongings;
  let adaToken: string;
  let eveToken: string;

  beforeAll(async () => {
    till = await startTill({ database: await openDatabase(), origins: [shop, other] });
    adaToken = await till.signIn('ada');
    eveToken = await till.signIn('eve');
    const bought = await till.buy(company, { token: adaToken });
    await till.buy({ ...company, seats: 2 }, { token: eveToken });
    await till.settle();
    const subscription = bought.checkout.subscription!.id;
    const preview = await till.call<PreviewResponse>('POST', '/v1/previews', {
      token: adaToken,
      body: { subscriptionId: subscription, target: { interval: 'year' } },
    });
    expect(preview.status).toBe(201);
    const invoices = await till.call<InvoiceList>('GET', '/v1/invoices', { token: adaToken });
    const client = await till.stripe();
    const customer = bought.checkout.customerId!;
    const methods = await client.customers.listPaymentMethods(customer);
    const page = await till.call<PaymentMethodSetup>('POST', '/v1/payment-methods', { token: adaToken, body: { returnUrl: shop } });
    await till.pay(page.body.checkoutSessionId);
    await till.settle();
    ada = {
      cardPage: page.body.checkoutSessionId,
      subscription,
      customer,
      invoice: invoices.body.invoices[0]!.id,
      preview: preview.body.preview,
      paymentMethod: methods.data[0]!.id,
      checkoutSession: bought.checkout.checkoutSessionId,
    };
  });
  afterAll(() => till.close());

  const ask = (key: string, { path, body }: Attempt, token: string | undefined, origin = shop): Promise<Answer<Problem>> =>
    till.call<Problem>(key.split(' ')[0]!.toUpperCase(), path, { token, origin, ...(body !== undefined && { body }) });
  /** What Stripe was asked in the course of some work. */
  const during = async (work: () => Promise<void>): Promise<string[]> => {
    const before = till.stripeSent.length;
    await work();
    return till.stripeSent.slice(before);
  };
  const state = async (): Promise<string> => {
    const client = await till.stripe();
    return JSON.stringify([await client.subscriptions.retrieve(ada.subscription), await client.customers.retrieve(ada.customer)]);
  };

  it('covers every route that takes a session', () => {
    expect(bySession.filter((key) => !(key in attempts) && !withoutIds.has(key))).toEqual([]);
  });

  it.each(Object.keys(attempts))('%s: is not there for another customer, and Stripe never hears the id', async (key) => {
    const before = await state();
    const ids = [...spellings(ada.subscription), ada.customer, ada.invoice, ada.paymentMethod, ada.checkoutSession, ada.cardPage];
    const sent = await during(async () => {
      for (const id of ids) {
        const { status, body } = await ask(key, attempts[key]!(id, ada), eveToken);
        if (key === 'get /v1/invoices') expect(JSON.stringify(body)).not.toContain(ada.invoice);
        else
          expect([id, status, body.code]).toEqual(
            key.endsWith('/changes') && key.startsWith('post') ? [id, 400, 'preview_invalid'] : [id, 404, 'not_found'],
          );
        expect(JSON.stringify(body)).not.toContain(ada.customer);
      }
    });
    for (const call of sent) for (const id of Object.values(ada)) expect(call).not.toContain(id);
    expect(await state()).toBe(before);
  });

  it('answers a foreign id and one that does not exist alike', async () => {
    for (const key of Object.keys(attempts)) {
      const [foreign, missing] = [attempts[key]!(ada.subscription, ada), attempts[key]!('sub_thatneverwas00000000000', ada)];
      const answers = await Promise.all([foreign, missing].map((attempt) => ask(key, attempt, eveToken)));
      const told = answers.map(({ status, body: { instance: _instance, ...body } }) => JSON.stringify([status, body]));
      expect(told[0]).toBe(told[1]);
    }
  });

  it('answers nobody, a stranger’s token, another origin and a signed-out session with 401', async () => {
    const ended = await till.signIn('ada');
    await till.call('DELETE', '/v1/sessions', { token: ended });
    const strangers: readonly (readonly [who: string, token: string | undefined, origin: string])[] = [
      ['nobody', undefined, shop],
      ['a made-up token', `till_${'a'.repeat(43)}`, shop],
      ['no token of ours', 'Basic YWRhOmFkYQ==', shop],
      ['Ada’s token from another page', adaToken, other],
      ['a signed-out session', ended, shop],
    ];
    const sent = await during(async () => {
      for (const [who, token, origin] of strangers) {
        for (const key of Object.keys(attempts)) {
          const { status } = await ask(key, attempts[key]!(ada.subscription, ada), token, origin);
          expect([who, key, status]).toEqual([who, key, 401]);
        }
      }
    });
    expect(sent).toEqual([]);
  });

  it('answers a session that has expired with 401', async () => {
    const old = await till.signIn('ada');
    await till.sandbox.clock.advance(8 * 3600 + 1);
    for (const key of Object.keys(attempts)) {
      const { status } = await ask(key, attempts[key]!(ada.subscription, ada), old);
      expect([key, status]).toEqual([key, 401]);
    }
  });
});
