/** However somebody is known here, and whatever happens meanwhile: erased is erased, and who comes back is new. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, Problem, SubscriptionList } from '@tillkit/core/contract/contract';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import { privacy } from '@tillkit/server/modules/privacy/privacy';
import { databases } from '../../../support/databases.ts';
import { grantingCatalog } from '../../../support/granting.ts';
import { mailbox } from '../../../support/smtp.ts';
import { everythingIn } from '../../../support/tables.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const guide = { productId: 'guide', quantity: 1, currency: 'usd' };
const sold = grantingCatalog() as { readonly plans: readonly object[] };
const free = { id: 'free', name: { en: 'Free' }, kind: 'free', prices: [{ interval: 'month', amounts: { usd: 0 } }] };
const token = 'the token of the owner, 32 characters';
const from = { name: 'Halyard', address: 'billing@halyard.example' };

interface Erased {
  readonly erased: boolean;
  readonly identities: number;
  readonly customers: number;
  readonly subscriptionsToEnd: number;
  readonly rows: Readonly<Record<string, number>>;
}

interface Exported {
  readonly customerIds: readonly string[];
  readonly tables: readonly { readonly table: string; readonly rows: readonly Record<string, unknown>[] }[];
}

/** Something that happens between an answer of Stripe's and what the server makes of it. */
interface Between {
  readonly route: RegExp;
  run(): Promise<unknown>;
}

describe.each(databases)('erasing on %s', (_, openDatabase) => {
  let till: TestTill;
  const box = mailbox();
  let between: Between | undefined;

  beforeAll(async () => {
    const stripeFetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const line = `${request.method} ${new URL(request.url).pathname}`;
      const answer = await till.sandbox.fetch(request);
      const event = between;
      if (event?.route.test(line)) {
        between = undefined;
        await event.run();
      }
      return answer;
    };
    till = await startTill({
      catalog: { ...sold, plans: [...sold.plans, free] },
      database: await openDatabase(),
      modules: [mailer({ transport: box, from }), privacy(token)],
      app: { stripeFetch },
    });
  });
  afterAll(() => till.close());

  const ask = <Body>(method: string, path: string, body?: unknown) =>
    till.call<Body>(method, `/admin/v1/privacy/${path}`, {
      origin: null,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body }),
    });
  const erase = (person: object, more: object = {}) =>
    ask<Erased & Problem>('POST', 'erase', { person, dryRun: false, cancel: true, ...more });
  const tellAll = async (query: string) => (await ask<Exported>('GET', `export?${query}`)).body;
  const rowsOf = ({ tables }: Exported): Record<string, number> =>
    Object.fromEntries(tables.flatMap(({ table, rows }) => (rows.length > 0 ? [[table, rows.length]] : [])));
  /** Which of these the database still knows. */
  const left = async (...marks: readonly string[]): Promise<string[]> => {
    await till.settle();
    const text = await everythingIn(till.store);
    return marks.filter((mark) => text.includes(mark));
  };

  const open = async (session?: string, selection: object = company) => {
    const { verifier, verifierHash } = newVerifier();
    const body = { selection, returnUrl: shop, verifierHash };
    const answer = await till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', { token: session, body });
    return { ...answer, id: answer.body.checkoutSessionId, verifier };
  };
  /** Buys without signing in and does not come back: only Stripe knows the address. */
  const buyAsGuest = async (email: string, selection: object = company) => {
    const { id } = await open(undefined, selection);
    await till.pay(id, undefined, email);
    await till.settle();
    const client = await till.stripe();
    const { customer, subscription } = await client.checkout.sessions.retrieve(id);
    return { id, customer: customer as string, subscription: subscription as string };
  };
  const member = async (subject: string) => {
    const session = await till.signIn(subject, { email: `${subject}@example.com`, email_verified: true });
    const { token: back, checkout } = await till.buy(company, { token: session });
    await till.settle();
    const marks = [subject, checkout.customerId!, checkout.subscription!.id, checkout.checkoutSessionId];
    return { session, back, marks, customer: checkout.customerId!, subscription: checkout.subscription!.id };
  };
  const signInByCode = async (email: string) => {
    const { verifier, verifierHash } = newVerifier();
    const asked = await till.call<{ challengeId: string }>('POST', '/v1/email-codes', { body: { email, verifierHash } });
    await till.app.drain();
    const body = { challengeId: asked.body.challengeId, verifier, code: box.codeFor(email) };
    return till.call<{ token: string }>('POST', '/v1/sessions', { body });
  };
  const owned = (session: string) => till.call<SubscriptionList & Problem>('GET', '/v1/subscriptions', { token: session });

  it('finds who bought without signing in and never came back, by the address at Stripe', async () => {
    const email = 'guest-canary@example.com';
    const { id, customer, subscription } = await buyAsGuest(email);
    expect((await tellAll(`email=${email.toUpperCase()}`)).customerIds).toEqual([customer]);
    expect((await tellAll(`email=${email}`)).customerIds).toEqual([customer]);
    expect(rowsOf(await tellAll(`email=${email}`))).toMatchObject({ checkoutIntents: 1, checkoutSlots: 1, subscriptions: 1 });
    expect(await tellAll(`customer=${customer}`)).toMatchObject({ customerIds: [customer] });
    expect((await erase({ email })).body).toMatchObject({ erased: true, identities: 0, customers: 1, subscriptionsToEnd: 1 });
    expect(await left(id, customer, subscription, email)).toEqual([]);
  });

  it('finds who bought something once without signing in and never came back, by the address at Stripe', async () => {
    const email = 'guide-canary@example.com';
    const { id, customer } = await buyAsGuest(email, guide);
    expect((await tellAll(`email=${email}`)).customerIds).toEqual([customer]);
    expect(rowsOf(await tellAll(`email=${email}`))).toMatchObject({ checkoutIntents: 1, purchases: 1 });
    expect((await erase({ email })).body).toMatchObject({ erased: true, customers: 1 });
    expect(await left(id, customer, email)).toEqual([]);
  });

  it('finds every identity that shares a customer or a proved address, and ends all their sessions', async () => {
    const ada = await member('ada-canary');
    const { body: byCode } = await signInByCode('Ada-Canary@example.com');
    expect((await owned(byCode.token)).body.subscriptions).toHaveLength(1);
    const guest = await buyAsGuest('ada-canary@example.com');
    const exported = await tellAll('subject=ada-canary');
    expect(rowsOf(exported)).toMatchObject({ identities: 2, sessions: 3, mailerChallenges: 1, subscriptions: 1 });
    const text = JSON.stringify(exported);
    for (const secret of ['tokenHash', 'verifierHash', 'codeHash', 'challengeHash', 'familyId']) expect(text).not.toContain(secret);

    // an address that was typed at Stripe proves nobody, so that it counts only when it is asked for
    expect((await ask<Erased>('POST', 'erase', { person: { subject: 'ada-canary' }, cancel: true })).body.customers).toBe(1);
    expect((await erase({ email: 'ada-canary@example.com' })).body).toMatchObject({ identities: 2, customers: 2, subscriptionsToEnd: 2 });
    expect(await left(...ada.marks, guest.id, guest.customer, guest.subscription)).toEqual([]);
    for (const session of [ada.session, ada.back, byCode.token]) expect((await owned(session)).status).toBe(401);
  });

  it('closes a checkout that is open: it cannot be paid any more', async () => {
    const session = await till.signIn('opener-canary');
    const { id } = await open(session);
    expect((await erase({ subject: 'opener-canary' })).body.erased).toBe(true);
    const client = await till.stripe();
    expect((await client.checkout.sessions.retrieve(id)).status).toBe('expired');
    expect(await left('opener-canary', id)).toEqual([]);
  });

  it('does nothing the second time, and nothing to somebody who was never here', async () => {
    const { marks } = await member('twice-canary');
    expect((await erase({ subject: 'twice-canary' })).body).toMatchObject({ identities: 1, customers: 1 });
    for (const subject of ['twice-canary', 'nobody-canary'])
      expect((await erase({ subject })).body).toMatchObject({ erased: true, identities: 0, customers: 0, subscriptionsToEnd: 0 });
    expect(await left(...marks)).toEqual([]);
  });

  it.each([
    ['server_error', 'DELETE /v1/subscriptions/*'],
    ['cut_after', 'DELETE /v1/customers/*'],
    ['server_error', 'DELETE /v1/customers/*'],
  ] as const)('erases nothing here while Stripe fails (%s of %s), and all when it is asked again', async (kind, route) => {
    const name = `fails-${kind.replace('_', '-')}-${/customers|subscriptions/u.exec(route)![0]}-canary`;
    const email = `${name}@example.com`;
    const { marks } = await member(name);
    const guest = await buyAsGuest(email);
    const before = rowsOf(await tellAll(`email=${email}`));
    till.sandbox.faults.add({ kind, route, times: 20 });
    const failed = await erase({ email }, { deleteCustomer: true });
    expect([502, 503]).toContain(failed.status);
    till.sandbox.faults.clear();
    const kept = rowsOf(await tellAll(`subject=${name}`));
    for (const table of ['identities', 'sessions', 'checkoutIntents', 'subscriptions']) expect(kept[table]).toBeGreaterThanOrEqual(1);
    expect(kept.sessions).toBe(before.sessions);

    expect((await erase({ email }, { deleteCustomer: true })).body).toMatchObject({ erased: true, customers: 2 });
    expect(await left(...marks, guest.id, guest.customer, guest.subscription, email)).toEqual([]);
  });

  it.each(['subject', 'email'] as const)(
    'goes on where it stopped, after the event of the customer deleted at Stripe (by %s)',
    async (by) => {
      const name = `stopped-by-${by}-canary`;
      const email = `${name}@example.com`;
      const person = by === 'email' ? { email } : { subject: name };
      const { marks } = await member(name);
      const guest = by === 'email' ? await buyAsGuest(email) : undefined;
      till.sandbox.faults.add({ kind: 'cut_after', route: 'DELETE /v1/customers/*', times: 20 });
      expect([502, 503]).toContain((await erase(person, { deleteCustomer: true })).status);
      till.sandbox.faults.clear();
      await till.settle();
      expect((await erase(person, { deleteCustomer: true })).body).toMatchObject({ erased: true });
      expect(await left(...marks, ...(guest ? [guest.customer, guest.subscription] : []))).toEqual([]);
    },
  );

  it('finds what was of a customer that the owner deleted at Stripe, also beside the one that they have since', async () => {
    const { marks } = await member('deleted-canary');
    const client = await till.stripe();
    await client.customers.del(marks[1]!);
    await till.settle();
    const { marks: since } = await member('deleted-canary');
    expect(since[1]).not.toBe(marks[1]);
    expect((await tellAll('subject=deleted-canary')).customerIds.toSorted()).toEqual([marks[1], since[1]].toSorted());
    await erase({ subject: 'deleted-canary' });
    expect(await left(...marks, ...since)).toEqual([]);
  });

  it.each([false, true])(
    'lets somebody come back the same day as somebody new (customer deleted at Stripe: %s)',
    async (deleteCustomer) => {
      const name = `returns-${deleteCustomer}-canary`;
      const before = await member(name);
      await erase({ subject: name }, { deleteCustomer });
      expect((await owned(before.session)).status).toBe(401);
      const after = await member(name);
      expect(after.customer).not.toBe(before.customer);
      expect((await owned(after.session)).body.subscriptions.map(({ id }) => id)).toEqual([after.subscription]);
      // a second time too
      await erase({ subject: name }, { deleteCustomer });
      const again = await member(name);
      expect([before.customer, after.customer]).not.toContain(again.customer);
      expect((await owned(again.session)).body.subscriptions).toHaveLength(1);
      expect(await left(before.customer, after.customer)).toEqual([]);
    },
  );

  it('does not bring somebody back to the erased customer by a code for the same address, or by the owner’s word', async () => {
    const { customer } = await member('mail-canary');
    await erase({ subject: 'mail-canary' });
    const { status, body } = await signInByCode('mail-canary@example.com');
    expect([status, (await owned(body.token)).body.subscriptions]).toEqual([201, []]);
    await till.signIn('word-canary', { customer });
    expect(await left(customer)).toEqual([]);
  });

  it('leaves an older customer of the same address to whoever proves it', async () => {
    const guest = await buyAsGuest('older-canary@example.com');
    const client = await till.stripe();
    await client.subscriptions.cancel(guest.subscription);
    await member('older-canary');
    await erase({ subject: 'older-canary' });
    const { body } = await signInByCode('older-canary@example.com');
    expect((await owned(body.token)).body.subscriptions.map(({ id }) => id)).toEqual([guest.subscription]);
  });

  it('is done once by four who ask at the same time', async () => {
    const { marks } = await member('four-canary');
    const answers = await Promise.all(Array.from({ length: 4 }, () => erase({ subject: 'four-canary' }, { deleteCustomer: true })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await left(...marks)).toEqual([]);
  });

  it('does not know a session whose person is gone', async () => {
    const session = await till.signIn('gone-canary');
    await till.store.own<{ identities: { subject: string } }>().deleteFrom('identities').where('subject', '=', 'gone-canary').execute();
    expect((await owned(session)).status).toBe(401);
    expect((await open(session)).status).toBe(401);
  });

  it('is not undone by a stranger who types the same address, nor counted as drift by a sweep', async () => {
    const { customer, subscription } = await member('typed-canary');
    await erase({ subject: 'typed-canary' });
    await buyAsGuest('typed-canary@example.com');
    expect(await left(customer, subscription)).toEqual([]);
    expect((await till.app.sweeps.sweepSubscriptions()).drifted).toBe(0);
    expect(await left(customer, subscription)).toEqual([]);
  });

  describe('while something is under way', () => {
    const without = async (name: string) => ({ session: await till.signIn(name), marks: [name] });
    const works: readonly [what: string, route: RegExp, newcomer: boolean, work: (session: string) => Promise<{ status: number }>][] = [
      ['a checkout is opened', /^POST \/v1\/checkout\/sessions$/u, true, (session) => open(session)],
      ['what is sold once is bought', /^POST \/v1\/checkout\/sessions$/u, true, (session) => open(session, guide)],
      ['a checkout is opened by an old customer', /^GET \/v1\/subscriptions$/u, false, (session) => open(session)],
      ['the first customer is made', /^POST \/v1\/customers$/u, true, (session) => open(session)],
      [
        'a free plan is started',
        /^POST \/v1\/subscriptions$/u,
        true,
        (session) => till.call('POST', '/v1/subscriptions', { token: session, body: { selection: { ...company, planId: 'free' } } }),
      ],
      [
        'a card is to be added',
        /^POST \/v1\/checkout\/sessions$/u,
        false,
        (session) => till.call('POST', '/v1/payment-methods', { token: session, body: { returnUrl: shop } }),
      ],
    ];

    it.each(works)('leaves nothing: %s', async (what, route, newcomer, work) => {
      const name = `${what.replaceAll(' ', '-')}-canary`;
      const { session, marks } = newcomer ? await without(name) : await member(name);
      between = { route, run: () => erase({ subject: name }, { deleteCustomer: !newcomer }) };
      expect([401, 409]).toContain((await work(session)).status);
      expect(between).toBeUndefined();
      expect(await left(...marks)).toEqual([]);
      const client = await till.stripe();
      const stillOpen = (await client.checkout.sessions.list({ status: 'open', limit: 100 })).data.filter(({ mode }) => mode !== 'setup');
      expect(stillOpen).toEqual([]);
      const running = (await client.subscriptions.list({ limit: 100 })).data.filter(({ metadata }) => metadata.till_plan === 'free');
      expect(running).toEqual([]);
    });

    it('leaves nothing: a subscription is read because of an event', async () => {
      const { customer, subscription, marks } = await member('event-canary');
      between = { route: /^GET \/v1\/subscriptions\/sub_/u, run: () => erase({ customer }) };
      const client = await till.stripe();
      await client.subscriptions.update(subscription, { metadata: { note: 'x' } });
      expect(await left(...marks)).toEqual([]);
      expect(between).toBeUndefined();
    });

    it('leaves nothing and charges nothing: a change is made', async () => {
      const { session, customer, subscription, marks } = await member('change-canary');
      const target = { subscriptionId: subscription, target: { planId: 'company', seats: 3 } };
      const shown = await till.call<{ preview: string }>('POST', '/v1/previews', { token: session, body: target });
      expect(shown.status).toBe(201);
      between = { route: /^GET \/v1\/subscriptions\/sub_/u, run: () => erase({ subject: 'change-canary' }) };
      const body = { preview: shown.body.preview };
      expect((await till.call('POST', `/v1/subscriptions/${subscription}/changes`, { token: session, body })).status).toBe(404);
      expect(between).toBeUndefined();
      const client = await till.stripe();
      expect((await client.invoices.list({ customer })).data).toHaveLength(1);
      expect(await left(...marks)).toEqual([]);
    });

    it('leaves nothing: all subscriptions of the customer are read because a page looks', async () => {
      const { session, marks } = await member('page-canary');
      await till.sandbox.clock.advance(120);
      between = { route: /^GET \/v1\/subscriptions$/u, run: () => erase({ subject: 'page-canary' }) };
      expect((await owned(session)).body.subscriptions).toEqual([]);
      expect(await left(...marks)).toEqual([]);
    });

    it('leaves nothing: a buyer comes back from the checkout', async () => {
      const { id, verifier } = await open();
      await till.pay(id, undefined, 'return-canary@example.com');
      await till.settle();
      const client = await till.stripe();
      const customer = (await client.checkout.sessions.retrieve(id)).customer as string;
      between = { route: /^GET \/v1\/checkout\/sessions\//u, run: () => erase({ customer }) };
      const { body } = await till.call<Problem>('POST', '/v1/sessions', { body: { checkoutSessionId: id, verifier } });
      expect(body.code).toBe('checkout_not_yours');
      expect(await left(id, customer)).toEqual([]);
    });

    it('sees that somebody has another customer by now, and leaves neither of the two running', async () => {
      const { customer, subscription } = await member('moved-canary');
      const guest = await buyAsGuest('moved-other-canary@example.com');
      between = {
        route: /^DELETE \/v1\/subscriptions\//u,
        run: () => till.signIn('moved-canary', { customer: guest.customer }),
      };
      expect((await erase({ subject: 'moved-canary' })).body.erased).toBe(true);
      expect(between).toBeUndefined();
      const client = await till.stripe();
      expect((await client.subscriptions.retrieve(guest.subscription)).status).toBe('canceled');
      expect(await left('moved-canary', customer, subscription, guest.id, guest.customer, guest.subscription)).toEqual([]);
    });

    it('sees what came to be known meanwhile, and erases it too', async () => {
      const { marks } = await member('grows-canary');
      const guest = await buyAsGuest('grows-other-canary@example.com');
      between = {
        route: /^DELETE \/v1\/subscriptions\//u,
        run: () => till.signIn('grows-more-canary', { email: 'grows-canary@example.com', email_verified: true, customer: guest.customer }),
      };
      expect((await erase({ subject: 'grows-canary' })).body.erased).toBe(true);
      expect(await left(...marks, 'grows-more-canary', guest.id, guest.customer, guest.subscription)).toEqual([]);
      const client = await till.stripe();
      expect((await client.subscriptions.retrieve(guest.subscription)).status).toBe('canceled');
    });
  });
});
