import type { Stripe } from 'stripe';
import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { mailer, type MailerOptions } from '@tillkit/server/modules/mailer/mailer';
import { toCodeMail } from '@tillkit/server/modules/mailer/codes/code-mail';
import { MailError } from '@tillkit/server/modules/mailer/smtp';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import {
  EmailCodeRequestSchema,
  type CheckoutSessionResponse,
  type Entitlements,
  type Problem,
  type SubscriptionList,
} from '@tillkit/core/contract/contract';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { databases } from '../../../support/databases.ts';
import { grantingCatalog } from '../../../support/granting.ts';
import { newFolder } from '../../../support/folder.ts';
import { mailbox } from '../../../support/smtp.ts';
import {
  cards,
  defaultNow,
  newVerifier,
  shop,
  startTill,
  type Purchase,
  type StartTillOptions,
  type TestTill,
} from '../../../support/till.ts';

const from = { name: 'Halyard', address: 'billing@halyard.example' };
const asked = {
  email: 'ada@example.com',
  code: '01234567',
  locale: 'en',
  origin: 'https://shop.example',
  shopName: 'Halyard',
  challengeHash: 'hash',
  attempts: 0,
};
const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 3, addOns: {} };

describe.each(databases)('signing in by e-mail code on %s', (_, openDatabase) => {
  let till: TestTill;
  let box: ReturnType<typeof mailbox>;
  afterEach(() => till.close());

  const start = async (options: Partial<MailerOptions> = {}, more: StartTillOptions = {}): Promise<void> => {
    box = mailbox();
    till = await startTill({ ...more, database: await openDatabase(), modules: [mailer({ transport: box, from, ...options })] });
  };
  const ask = async (email: string, more: object = {}) => {
    const { verifier, verifierHash } = newVerifier();
    const { status, body } = await till.call<{ challengeId: string }>('POST', '/v1/email-codes', {
      body: { email, verifierHash, ...more },
    });
    await till.app.drain();
    return { status, body, proof: { challengeId: body.challengeId, verifier } };
  };
  const enter = (body: object) => till.call<Problem & { token: string }>('POST', '/v1/sessions', { body });
  /** The whole way; answers the session token. */
  const signIn = async (email: string): Promise<string> => {
    const { proof } = await ask(email);
    const { body } = await enter({ ...proof, code: box.codeFor(email) });
    return body.token;
  };
  const owned = async (token: string): Promise<string[]> => {
    const { body } = await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token });
    return body.subscriptions.map(({ id }) => id);
  };

  it('brings a guest who bought with this address to the subscription, in another browser', async () => {
    await start();
    const { checkout } = await till.buy(team);
    await till.settle();
    // Stripe's page was given buyer@example.com
    expect(await owned(await signIn('Buyer@Example.com'))).toEqual([checkout.subscription!.id]);
  });

  it('brings a guest who bought something once with this address to it, in another browser', async () => {
    await start({}, { catalog: grantingCatalog() });
    const { checkout } = await till.buy({ productId: 'guide', quantity: 1, currency: 'usd' });
    await till.settle();
    const stranger = await (await till.stripe()).customers.create({ email: 'buyer@example.com' });
    await till.advance(9 * 3600);
    const token = await signIn('Buyer@Example.com');
    expect((await till.call<Entitlements>('GET', '/v1/entitlements', { token })).body.features).toEqual(['use-guide']);
    const { customerId } = (await till.store.identities.find({ issuer: 'email', subject: 'buyer@example.com' }))!;
    expect([customerId, checkout.customerId]).not.toContain(stranger.id);
    expect(customerId).toBe(checkout.customerId);
  });

  it.each([
    ['beside what was bought with the address and has ended since', false],
    ['beside what they came to before and has ended', true],
  ])('brings to what was paid for once %s', async (_, cameBefore) => {
    await start({}, { catalog: grantingCatalog() });
    const once = { productId: 'guide', quantity: 1, currency: 'usd' };
    if (!cameBefore) await till.buy(once);
    await till.advance(60);
    const { checkout } = await till.buy({ planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} });
    await till.settle();
    if (cameBefore) await signIn('buyer@example.com');
    await (await till.stripe()).subscriptions.cancel(checkout.subscription!.id);
    if (cameBefore) await till.buy(once);
    await till.settle();
    const token = await signIn('buyer@example.com');
    expect((await till.call<Entitlements>('GET', '/v1/entitlements', { token })).body.features).toEqual(['use-guide']);
  });

  it('leaves what was paid for once to who had come to it, whatever somebody buys with their address afterwards', async () => {
    await start({}, { catalog: grantingCatalog() });
    await till.buy({ productId: 'guide', quantity: 1, currency: 'usd' });
    await till.settle();
    const plan = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
    const body = { selection: plan, returnUrl: shop, verifierHash: newVerifier().verifierHash };
    const before = await signIn('buyer@example.com');
    const left = (await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { token: before, body })).body;
    const { checkout } = await till.buy(plan);
    await till.settle();
    const token = await signIn('buyer@example.com');
    // what would be paid there could not be reached
    const { sessions } = (await till.stripe()).checkout;
    expect((await sessions.retrieve(left.checkoutSessionId)).status).toBe('expired');
    expect(await owned(token)).toEqual([checkout.subscription!.id]);
    const { features } = (await till.call<Entitlements>('GET', '/v1/entitlements', { token })).body;
    expect(features).toContain('use-guide');
  });

  it.each([
    ['Ada@BÜCHER.example', 'ada@xn--bcher-kva.example', 'Ada@xn--bcher-kva.example'],
    ['ada@example.com', 'Ada@Example.COM', 'ada@example.com'],
    ['ada@xn--bcher-kva.example', 'ADA@BÜCHER.example', 'ada@xn--bcher-kva.example'],
    ['a&b@example.com', 'a&b@example.com', 'a&b@example.com'],
    ["O'Brien@example.com", "O'Brien@example.com", "O'Brien@example.com"],
  ])('brings whoever types %j to what was bought with %j, by a code to %j', async (typed, bought, mailed) => {
    await start();
    const { verifier, verifierHash } = newVerifier();
    const body = { selection: team, returnUrl: shop, verifierHash };
    const { checkoutSessionId } = (await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { body })).body;
    await till.pay(checkoutSessionId, cards.works, bought);
    const { checkout } = (await till.call<Purchase>('POST', '/v1/sessions', { body: { checkoutSessionId, verifier } })).body;
    await till.settle();
    const { status, proof } = await ask(typed);
    expect(status).toBe(202);
    const session = await enter({ ...proof, code: box.codeFor(mailed) });
    expect(await owned(session.body.token)).toEqual([checkout.subscription!.id]);
  });

  it('tells pages that it is there', async () => {
    await start();
    expect((await till.call<Catalog>('GET', '/v1/catalog')).body.emailCodes).toBe(true);
  });

  it('knows an address that never bought anything as somebody without a subscription', async () => {
    await start();
    expect(await owned(await signIn('new@example.com'))).toEqual([]);
  });

  it('does not reach a customer that Tillkit did not make, unless the owner wants it', async () => {
    for (const linkExistingCustomers of [false, true]) {
      await start({ linkExistingCustomers });
      const stripe = await till.stripe();
      await stripe.customers.create({ email: 'old@example.com' });
      const token = await signIn('old@example.com');
      await till.call('GET', '/v1/payment-methods', { token });
      const { customerId } = (await till.store.identities.find({ issuer: 'email', subject: 'old@example.com' }))!;
      expect(customerId !== undefined).toBe(linkExistingCustomers);
      if (!linkExistingCustomers) await till.close();
    }
  });

  it('prefers the customer with a live subscription to a newer one without, and keeps it when a newer one comes', async () => {
    await start();
    const first = await till.buy(team);
    await till.advance(60);
    const second = await till.buy(team);
    await till.advance(60);
    const stripe = await till.stripe();
    await stripe.subscriptions.cancel(second.checkout.subscription!.id);
    await till.settle();
    expect(await owned(await signIn('buyer@example.com'))).toEqual([first.checkout.subscription!.id]);
    await till.advance(60);
    await till.buy(team);
    await till.settle();
    expect(await owned(await signIn('buyer@example.com'))).toEqual([first.checkout.subscription!.id]);
  });

  describe.each([
    ['a subscription', team],
    ['something once', { productId: 'guide', quantity: 1, currency: 'usd' }],
  ])('where another has bought %s with the address', (__, bought) => {
    it.each([
      [
        'however many newer ones have the address',
        async ({ customers }: Stripe, email: string) => {
          for (let made = 0; made < 100; made += 1) await customers.create({ email });
        },
      ],
      [
        'also when it has another address at Stripe by now',
        async ({ customers }: Stripe, ___: string, customer: string) => {
          await customers.update(customer, { email: 'accounts@example.com' });
        },
      ],
    ])('keeps the customer with a live subscription, %s', async (___, become) => {
      await start({}, { observed: false, catalog: grantingCatalog() });
      const { checkout } = await till.buy(team);
      await till.settle();
      const email = 'buyer@example.com';
      expect(await owned(await signIn(email))).toEqual([checkout.subscription!.id]);
      await till.advance(60);
      await become(await till.stripe(), email, checkout.customerId!);
      await till.buy(bought);
      await till.settle();
      expect(await owned(await signIn(email))).toEqual([checkout.subscription!.id]);
    });
  });

  it('never attaches the checkout of a guest to a customer of the address that was typed', async () => {
    await start();
    await till.buy(team);
    const stripe = await till.stripe();
    const before = (await stripe.customers.list({ email: 'buyer@example.com' })).data.map(({ id }) => id);
    const { checkout } = await till.buy(team);
    expect(before).not.toContain(checkout.customerId);
  });

  it('sends a mail that was not accepted again with another code, and the first code is dead', async () => {
    const sent: string[] = [];
    let refusals = 1;
    await start({
      transport: {
        async send(mail) {
          await box.send(mail);
          sent.push(box.codeFor(mail.to));
          refusals -= 1;
          if (refusals >= 0) throw new MailError('ECONNECTION');
        },
      },
    });
    const { proof } = await ask('ada@example.com');
    expect(sent).toHaveLength(1);
    await till.advance(30);
    await till.app.runJobs();
    await till.app.drain();
    expect(sent).toHaveLength(2);
    expect((await enter({ ...proof, code: sent[0] })).body).toMatchObject({ code: 'email_code_wrong', triesLeft: 4 });
    expect((await enter({ ...proof, code: sent[1] })).status).toBe(201);
  });

  it('says so to whoever asks for readiness when mails are given up', async () => {
    await start({
      transport: {
        send: async () => {
          throw new MailError('EENVELOPE 550');
        },
      },
    });
    await ask('ada@example.com');
    const { body } = await till.call<{ checks: Record<string, string> }>('GET', '/readyz');
    expect(body.checks.mail).toBe('degraded');
  });

  it('keeps neither code nor address longer than an hour, and never a code', async () => {
    await start();
    const { proof } = await ask('ada@example.com');
    const code = box.codeFor('ada@example.com');
    const rows = await till.store.own<{ mailerChallenges: Record<string, unknown> }>().selectFrom('mailerChallenges').selectAll().execute();
    expect(JSON.stringify(rows)).toContain('ada@example.com');
    for (const secret of [code, `${code.slice(0, 4)} ${code.slice(4)}`, proof.challengeId, proof.verifier])
      expect(JSON.stringify(rows)).not.toContain(secret);
    await till.advance(3601);
    await till.app.runJobs();
    const left = await till.store.own<{ mailerChallenges: object }>().selectFrom('mailerChallenges').selectAll().execute();
    expect(left).toEqual([]);
  });
});

describe('the mail with a code', () => {
  it.each([
    ['en-GB', 'Your sign-in code for Halyard'],
    ['he', 'קוד הכניסה שלך אל Halyard'],
    [null, 'Your sign-in code for Halyard'],
  ])('is in the language of the page: %s', (locale, subject) => {
    const mail = toCodeMail({ ...asked, locale });
    expect(mail.subject).toBe(subject);
    expect(mail.text).toContain('    0123 4567');
    expect(mail.html).toMatch(/>0123&nbsp;4567</u);
  });

  it('has no link, nothing to fetch, and no code in its subject', () => {
    const { html, text, subject } = toCodeMail(asked);
    expect(html + text).not.toMatch(/https?:|<a\b|<img|url\(/u);
    expect(subject).not.toMatch(/\d/u);
  });

  it('shows a shop name as it is written', () => {
    expect(toCodeMail({ ...asked, shopName: 'Salt & <b>Pepper</b>' }).html).toContain('Salt &amp; &lt;b&gt;Pepper');
  });
});

describe('POST /v1/email-codes', () => {
  it.each([
    'ada',
    'ada@',
    'ada@localhost',
    'ada@example.com\r\nBcc: eve@example.com',
    'ada@example.com,eve@example.com',
    '<ada@example.com>',
    'ada@\u212Aelvin.example',
  ])('refuses what is no address: %j', (email) => {
    expect(v.is(EmailCodeRequestSchema, { email, verifierHash: newVerifier().verifierHash })).toBe(false);
  });

  it.each(["o'brien+till@mail.example.co.uk", 'ADA@Example.COM', 'a@xn--bcher-kva.example'])('takes an address: %s', (email) => {
    expect(v.is(EmailCodeRequestSchema, { email, verifierHash: newVerifier().verifierHash })).toBe(true);
  });

  it('is not there without the module', async () => {
    const till = await startTill();
    const body = { email: 'ada@example.com', verifierHash: newVerifier().verifierHash };
    expect((await till.call('POST', '/v1/email-codes', { body })).status).toBe(404);
    expect((await till.call<Catalog>('GET', '/v1/catalog')).body.emailCodes).toBeUndefined();
    await till.close();
  });

  it('is mailed by the next process when the first one ended before', async () => {
    const file = newFolder()('till.sqlite');
    const refuses = async (): Promise<void> => {
      throw new MailError('ECONNECTION');
    };
    const first = await startTill({ database: openSqlite(file), modules: [mailer({ transport: { send: refuses }, from })] });
    const { verifier, verifierHash } = newVerifier();
    const asking = { body: { email: 'ada@example.com', verifierHash } };
    const { body } = await first.call<{ challengeId: string }>('POST', '/v1/email-codes', asking);
    await first.close();

    const box = mailbox();
    const second = await startTill({ now: defaultNow + 60, database: openSqlite(file), modules: [mailer({ transport: box, from })] });
    second.app.start();
    await second.app.drain();
    const answer = await second.call('POST', '/v1/sessions', { body: { ...body, verifier, code: box.codeFor('ada@example.com') } });
    expect(answer.status).toBe(201);
    await second.close();
  });
});
