/** Mails to customers: every sentence in every language, the right address and moment, and nothing left behind. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import { toHtml } from '@tillkit/server/modules/mailer/notices/letter-html';
import { toText } from '@tillkit/server/modules/mailer/notices/letter-text';
import { noticeTypes, offByDefault, readOff, type NoticeType } from '@tillkit/server/modules/mailer/notices/notice-types';
import { wordsFor, type Said } from '@tillkit/server/modules/mailer/notices/notice-words';
import type { NoticeOptions } from '@tillkit/server/modules/mailer/notices/notices';
import { readNoticeOptions } from '@tillkit/server/modules/mailer/notices/read-notice-options';
import { createSmtpTransport, MailError } from '@tillkit/server/modules/mailer/smtp';
import type { Mail } from '@tillkit/server/modules/mailer/transport';
import { day as dayOnPage } from '@tillkit/widgets/text/day';
import { catalogJson } from '../../../support/catalogs.ts';
import { catchMails } from '../../../support/smtp.ts';
import { newVerifier, shop, startTill, type StartTillOptions, type TestTill } from '../../../support/till.ts';

const languages = ['en', 'he'] as const;
const said: Said = {
  shop: 'Halyard',
  plan: 'Team',
  previousPlan: 'Starter',
  nextPlan: 'Company',
  amount: '$29.00',
  on: '15 May 2027',
  next: '16 May 2027',
  free: false,
  trial: false,
  hasCard: true,
};
/** Each way in which a sentence can differ. */
const variants: readonly Partial<Said>[] = [
  {},
  { trial: true },
  { trial: true, hasCard: false, policy: 'choose' },
  { free: true },
  ...['cancel', 'choose', 'free', 'pause', 'create_invoice'].map((policy) => ({ hasCard: false, policy })),
  ...['canceled', 'paused', 'invoiced', 'open', 'paid', 'payment_failed', 'requested'].map((reason) => ({ reason })),
];

describe.each(languages)('in %s', (language) => {
  const { words } = wordsFor([language]);
  const head = { shop: 'Halyard', language: words.language, direction: words.direction, why: words.why('Halyard') };

  it.each(noticeTypes)('%s is said in whole sentences', (type) => {
    for (const variant of variants) {
      const letter = words.of[type]({ ...said, ...variant });
      const all = [letter.subject, letter.title, ...letter.paragraphs, letter.action ?? 'Go'];
      expect(letter.paragraphs.length).toBeGreaterThan(0);
      for (const text of all) expect(text).toMatch(/^\S(?:.*\S)?$/u);
      for (const text of all) expect(text).not.toMatch(/undefined|null|\[object|!| {2}/u);
      for (const text of letter.paragraphs) expect(text).toMatch(/[.:?]$/u);
      if (language === 'he') expect(letter.title).toMatch(/\p{Script=Hebrew}/u);
    }
  });

  it('the text has everything that the HTML says', () => {
    const letter = {
      subject: 'A subject',
      title: 'A title',
      paragraphs: ['One.', 'Two.'],
      rows: [{ label: 'A row', value: '$1.00', detail: 'each month' }],
      total: { label: 'A total', value: '$2.00' },
      action: { label: 'A button', url: 'https://halyard.example/pay?a=1&b=2' },
    };
    const manage = { label: words.manage, url: 'https://halyard.example/account' };
    const [text, html] = [toText(letter, { ...head, manage }), toHtml(letter, { ...head, manage })];
    const parts = ['A title', 'One.', 'Two.', 'A row', '$1.00', 'each month', 'A total', '$2.00', 'A button', head.why, manage.url];
    for (const part of parts) expect([text.includes(part), html.includes(part)]).toEqual([true, true]);
    expect(text).toContain(letter.action.url);
    expect(html).toContain('https://halyard.example/pay?a=1&amp;b=2');
    expect(html).toContain(`lang="${language}" dir="${words.direction}"`);
  });

  it('the HTML fetches nothing, runs nothing, and keeps hostile names as text', () => {
    const hostile = `"><img src=x onerror=alert(1)><script>alert(1)</script><a href="https://evil.example">`;
    const row = { label: hostile, value: hostile, detail: hostile };
    const letter = {
      subject: hostile,
      title: hostile,
      paragraphs: [hostile],
      rows: [row],
      total: row,
      action: { label: hostile, url: 'https://a.example/"><img>' },
    };
    const html = toHtml(letter, { ...head, shop: hostile, why: hostile });
    const tags = new Set([...html.matchAll(/<([a-z]+)/gu)].map(([, tag]) => tag));
    expect([...tags].toSorted()).toEqual(['a', 'bdi', 'body', 'div', 'head', 'html', 'meta', 'style', 'table', 'td', 'title', 'tr']);
    expect([...html.matchAll(/<a [^>]*href="([^"]*)"/gu)].map(([, url]) => url)).toEqual(['https://a.example/&quot;&gt;&lt;img&gt;']);
    expect(html).not.toMatch(/url\(|@import|https?:\/\/(?!a\.example)[^"]*"[^>]*src/u);
  });
});

it.each([
  [['he-IL'], 'he', 'he-IL'],
  [['iw'], 'he', 'he'],
  [['fr-FR', 'en-GB'], 'en', 'en-GB'],
  [['fr'], 'en', 'en'],
  [['not a tag', 'he'], 'he', 'he'],
  [[], 'en', 'en'],
])('of the locales %j the words are %s', (locales, language, locale) => {
  const found = wordsFor(locales);
  expect([found.words.language, found.locale]).toEqual([language, locale]);
});

describe('the environment', () => {
  const faultsOf = (environment: Record<string, string>): string[] => {
    const faults: string[] = [];
    readNoticeOptions(environment, faults);
    return faults;
  };
  it('switches off what it names, nothing by "none", and what Stripe writes itself where it says nothing', () => {
    expect(readOff(undefined, [])).toEqual(offByDefault);
    expect(readOff('none', [])).toEqual([]);
    expect(readOff(' invoice.ready, payment.failed', [])).toEqual(['invoice.ready', 'payment.failed']);
  });
  it.each([
    [{ TILL_MAIL_OFF: 'invoice.redy' }, 'invoice.redy'],
    [{ TILL_MAIL_OFF: 'dispute.created' }, 'dispute.created'],
    [{ TILL_MANAGE_URL: 'javascript:alert(1)' }, 'TILL_MANAGE_URL'],
  ])('%j is a fault', (environment, named) => {
    expect(faultsOf(environment)).toEqual([expect.stringContaining(named)]);
  });
});

describe('a customer', () => {
  const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
  const day = 86_400;
  let till: TestTill;
  afterEach(() => till.close());

  async function start(notices: NoticeOptions = { off: [] }, send?: (mail: Mail) => Promise<void>, more: StartTillOptions = {}) {
    const mails: Mail[] = [];
    const transport = {
      async send(mail: Mail) {
        mails.push(mail);
        await send?.(mail);
      },
    };
    const from = { name: 'Halyard', address: 'billing@halyard.example' };
    till = await startTill({ ...more, modules: [mailer({ transport, from, notices })] });
    return mails;
  }
  const buy = async () => {
    const { checkout } = await till.buy(company, { token: await till.signIn('ada') });
    await till.settle();
    return checkout.subscription!;
  };
  const subjects = (mails: readonly Mail[]): string[] => mails.map(({ subject }) => subject);
  const tell = async (type: NoticeType, payload: object) => {
    await till.store.outbox.add({ type, dedupeKey: `${type}:test:${till.now()}`, payload: { ...payload } }, till.now());
    await till.app.drain();
  };

  it('is written to at the address and in the language that Stripe has at that moment', async () => {
    const mails = await start();
    const { id, customerId } = await buy();
    const stripe = await till.stripe();
    await stripe.customers.update(customerId, { email: 'new@example.com', preferred_locales: ['he'] });
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await till.settle();
    expect(mails.map(({ to, language }) => [to, language])).toEqual([
      ['buyer@example.com', 'en'],
      ['buyer@example.com', 'en'],
      ['new@example.com', 'he'],
    ]);
    expect(mails[2]!.subject).toMatch(/\p{Script=Hebrew}/u);
  });

  it.each([
    ['America/Los_Angeles', 'May 31, 2027'],
    ['UTC', 'June 1, 2027'],
    [undefined, 'June 1, 2027'],
  ])('reads the day that the page names, in the catalog’s time zone: %s', async (timeZone, named) => {
    const halfPastThree = Date.parse('2027-05-01T03:30:00Z') / 1000;
    const catalog = { ...catalogJson['team-suite'], ...(timeZone !== undefined && { timeZone }) };
    const mails = await start({ off: [] }, undefined, { catalog, now: halfPastThree });
    const { id, currentPeriodEnd } = await buy();
    const page = (await till.call<Catalog>('GET', '/v1/catalog')).body;
    expect(dayOnPage('en', currentPeriodEnd!, page.timeZone)).toBe(named);
    await (await till.stripe()).subscriptions.update(id, { cancel_at_period_end: true });
    await till.settle();
    const ending = mails.at(-1)!;
    for (const part of [ending.text, ending.html]) expect(part.replaceAll('\u00A0', ' ')).toContain(named);
  });

  it('whose address is nowhere in what the outbox keeps', async () => {
    await start();
    await buy();
    expect(JSON.stringify(await till.store.outbox.list())).not.toMatch(/@|buyer/u);
  });

  it('without an address, or who is deleted, gets nothing, and nothing is tried again', async () => {
    const mails = await start();
    const stripe = await till.stripe();
    const { id: silent } = await stripe.customers.create({});
    const { id: gone } = await stripe.customers.create({ email: 'gone@example.com' });
    await stripe.customers.del(gone);
    for (const customerId of [silent, gone, 'cus_nobody']) await tell('subscription.resumed', { customerId, subscriptionId: 'sub_1' });
    expect(mails).toEqual([]);
    expect(await till.store.outboxDeliveries.count('pending')).toBe(0);
  });

  it('of something else that the same Stripe account sells gets nothing', async () => {
    const mails = await start();
    const stripe = await till.stripe();
    const product = await stripe.products.create({ name: 'A newspaper' });
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 500, recurring: { interval: 'month' } });
    const payment_method = 'pm_card_visa';
    const customer = await stripe.customers.create({
      email: 'reader@example.com',
      payment_method,
      invoice_settings: { default_payment_method: payment_method },
    });
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    await till.settle();
    expect((await till.store.outbox.list()).map(({ type }) => type)).toEqual(['subscription.started', 'invoice.ready']);
    expect(mails).toEqual([]);
  });

  it('gets no mail that is off, and by default none that Stripe writes itself', async () => {
    const mails = await start({});
    await buy();
    expect(subjects(mails)).toEqual(['Your subscription at Halyard: Company']);
  });

  it('finds the way to the page that the owner named, and to Stripe to pay', async () => {
    const mails = await start({ manageUrl: 'https://shop.example/account' });
    const { customerId, id } = await buy();
    const stripe = await till.stripe();
    const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customerId });
    await stripe.subscriptions.update(id, { default_payment_method: method.id });
    await till.advance(31 * day + 7200);
    const failed = mails.find(({ subject }) => subject.includes('did not go through'))!;
    expect(failed.text).toMatch(/^Pay \$79\.00:\nhttps?:\/\/\S+\/i\/\S+$/mu);
    expect(failed.text).toContain('https://shop.example/account');
    expect(failed.text).toContain('It is tried again on June 2, 2027');
  });

  it('gets the same mail under the same id when a delivery is repeated', async () => {
    let fails = 1;
    const mails = await start({ off: [] }, async () => {
      fails -= 1;
      if (fails >= 0) throw new MailError('ECONNECTION');
    });
    const { customerId, id } = await buy();
    await till.advance(400);
    const first = mails.filter(({ subject }) => subject.includes('Company'));
    expect(first.length).toBe(2);
    expect(first[0]).toEqual(first[1]);
    expect(first[0]!.id).toMatch(/^[\da-f-]{36}$/u);
    expect([customerId, id].every(Boolean)).toBe(true);
  });

  it('gets text and HTML over SMTP, in Hebrew too, under an id made of the fact', async () => {
    const catcher = await catchMails();
    const from = { name: 'Halyard', address: 'billing@halyard.example' };
    const transport = createSmtpTransport(new URL(catcher.url), from);
    till = await startTill({ modules: [mailer({ transport, from, notices: { off: ['invoice.ready'] } })] });
    const { id, customerId } = await buy();
    const stripe = await till.stripe();
    await stripe.customers.update(customerId, { preferred_locales: ['he-IL'] });
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await till.settle();
    await catcher.close();
    const [english, hebrew] = catcher.mails;
    expect(english?.headers.get('subject')).toBe('Your subscription at Halyard: Company');
    expect(hebrew?.headers.get('subject')).toMatch(/^המינוי מסתיים/u);
    expect(hebrew?.headers.get('content-language')).toBe('he');
    expect(hebrew?.headers.get('message-id')).toMatch(/^<[\da-f-]{36}@halyard\.example>$/u);
    expect(hebrew?.to).toEqual(['buyer@example.com']);
    expect([hebrew?.text, hebrew?.html].every((part) => part?.includes('עד אז הכול פועל כרגיל'))).toBe(true);
    expect(hebrew?.html).toContain('dir="rtl"');
  });

  it('reads on a receipt by mail what it was for, line by line, as on the page', async () => {
    const mails = await start({ off: [] });
    await till.buy({ ...company, seats: 3, addOns: { storage: 2 } }, { token: await till.signIn('ada') });
    await till.settle();
    const { text, html: page } = mails.find(({ subject }) => subject.includes('receipt'))!;
    for (const part of [text, page])
      for (const line of ['3 × $79.00', '$237.00', 'Storage', '$12.00', '$249.00']) expect(part).toContain(line);
    expect(text.indexOf('Company')).toBeLessThan(text.indexOf('Storage'));
  });

  it('is written to in the language of the page on which they bought', async () => {
    const mails = await start({ off: [] });
    const token = await till.signIn('ada');
    const { verifier, verifierHash } = newVerifier();
    const body = { selection: company, returnUrl: shop, verifierHash };
    const opened = await till.call<{ checkoutSessionId: string }>('POST', '/v1/checkout-sessions?locale=he', { token, body });
    const { checkoutSessionId } = opened.body;
    await till.pay(checkoutSessionId);
    await till.call('POST', '/v1/sessions?locale=he', { body: { checkoutSessionId, verifier } });
    await till.settle();
    expect(mails.length).toBeGreaterThan(0);
    expect(mails.map(({ language }) => language)).toEqual(mails.map(() => 'he'));
  });

  it('whose mailbox does not exist is not tried again', async () => {
    const mails = await start({ off: ['invoice.ready'] }, async () => {
      throw new MailError('EENVELOPE 550');
    });
    await buy();
    await till.advance(day);
    expect(mails).toHaveLength(1);
    expect(await till.store.outboxDeliveries.count('dead')).toBe(1);
  });

  it('does not hear what is no longer so when the mail server is back', async () => {
    let down = true;
    const mails = await start({ off: [] }, async () => {
      if (down) throw new MailError('ECONNECTION');
    });
    const { id } = await buy();
    const stripe = await till.stripe();
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await till.settle();
    await stripe.subscriptions.update(id, { cancel_at_period_end: false });
    await till.settle();
    down = false;
    mails.length = 0;
    await till.advance(600);
    expect(subjects(mails).toSorted()).toEqual(['You keep Company', 'Your receipt from Halyard', 'Your subscription at Halyard: Company']);
  });

  it('who goes from the free plan to a paid one is not told that something ended', async () => {
    const mails: Mail[] = [];
    const transport = { send: async (mail: Mail) => void mails.push(mail) };
    till = await startTill({
      catalog: 'redis-hosting',
      modules: [mailer({ transport, from: { name: 'Halyard', address: 'billing@halyard.example' }, notices: { off: [] } })],
    });
    const token = await till.signIn('ada', { email: 'ada@example.com', email_verified: true });
    const free = till.file.plans.find((plan) => plan.kind === 'free')!;
    const selection = { planId: free.id, interval: 'month', currency: 'usd', seats: 1, addOns: {} };
    const made = await till.call('POST', '/v1/subscriptions', { token, body: { selection } });
    expect(made.status).toBe(201);
    await till.settle();
    await till.buy({ planId: 's', interval: 'month', currency: 'usd', seats: 1, addOns: {} }, { token });
    await till.settle();
    expect((await till.store.outbox.list()).map(({ type }) => type)).toContain('subscription.canceled');
    expect(subjects(mails).filter((subject) => subject.includes('ended'))).toEqual([]);
    expect(subjects(mails).length).toBeGreaterThanOrEqual(2);
  });
});
