/** A purchase that does not go on: the sentence has a way from there, where there is one, and no other. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import type { CheckoutSessionRequest, SubscriptionRequest } from '@tillkit/core/contract/contract';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { hebrewSuite, serves, suite } from '../../stories/fixtures/catalogs.ts';
import { problem } from '../../stories/fixtures/subscriptions.ts';
import { waitUntil } from '../support/wait-until.ts';

const worker = setupWorker();
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
  localStorage.clear();
  document.documentElement.lang = 'en';
});

const payment = 'https://checkout.stripe.com/c/pay/cs_1';
const account = 'https://shop.example/account';
const texts = {
  en: { subscribe: 'Subscribe', again: 'Try again', account: 'Open your account', payment: 'Open the payment page' },
  he: { subscribe: 'להרשמה', again: 'ניסיון נוסף', account: 'לעמוד החשבון', payment: 'לעמוד התשלום' },
} as const;
type Language = keyof typeof texts;

/** A page whose button was pressed; `way` is how its window lets it leave. */
async function subscribe(language: Language, { way = 'left', refusal = '' }: { way?: 'left' | 'tab' | 'blocked'; refusal?: string }) {
  document.documentElement.lang = language;
  worker.use(
    ...serves(language === 'he' ? hebrewSuite : suite),
    http.post(`*${paths.checkoutSessions}`, () =>
      refusal ? problem(409, refusal) : HttpResponse.json({ checkoutSessionId: 'cs_1', url: payment, expiresAt: 0 }, { status: 201 }),
    ),
  );
  const page = await fixture<TillProvider>(
    html`<till-provider plan="starter" account-url=${account}><till-total></till-total></till-provider>`,
  );
  Object.assign(page.store.page, { leave: () => way });
  const total = page.querySelector('till-total')!.shadowRoot!;
  const button = () => total.querySelector('button');
  await waitUntil(() => button()?.textContent.trim() && page.store.state.selection);
  const name = button()!.textContent.trim();
  button()!.click();
  await waitUntil(() => total.querySelector('[role=alert]'));
  return { page, total, name };
}
const linksOf = (total: ShadowRoot): (readonly [string, string])[] =>
  [...total.querySelectorAll('[role=alert] a')].map((link) => [link.textContent!.trim(), link.getAttribute('href')!] as const);
const buttonsOf = (total: ShadowRoot): string[] => [...total.querySelectorAll('button')].map(({ textContent }) => textContent!.trim());

describe.each(['en', 'he'] as const)('the total, in %s,', (language) => {
  const say = texts[language];

  it.each([
    ['who has it already is led to their account', { refusal: 'already_subscribed' }, [[say.account, account]]],
    ['who pays in another currency is led to their account', { refusal: 'currency_locked' }, [[say.account, account]]],
    ['whose payment goes on in a tab has its address too', { way: 'tab' }, [[say.payment, payment]]],
    ['whose frame may open nothing has the address of the payment', { way: 'blocked' }, [[say.payment, payment]]],
    ['where only another try helps has no other way', { refusal: 'too_many_requests' }, []],
  ] as const)('%s', async (_, what, links) => {
    const { total, name } = await subscribe(language, what);
    expect(linksOf(total)).to.deep.equal(links);
    // the button is the one that was there, and none beside it says that the same again would help
    expect(buttonsOf(total)).to.deep.equal([name]);
    expect(name).not.to.equal(say.again);
    await expect(total.host).to.be.accessible();
  });
});

describe('why a purchase was refused', () => {
  const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

  it.each([
    ['already_subscribed', false],
    ['quantity_above_max', false],
    ['preview_changed', false],
    ['payment_failed', false],
    // it may have been paid: that is true whatever is chosen since
    ['internal_error', true],
    ['a_code_of_tomorrow', true],
    ['checkout_not_complete', true],
    ['stripe_unavailable', true],
  ])('%s: is still said when something else is chosen: %s', async (refusal, isSaid) => {
    const { page, total } = await subscribe('en', { refusal });
    const said = total.querySelector('[role=alert]')!.textContent!.trim();
    // the same once more is no other choice
    page.store.choose({ ok: true, selection: { ...page.store.state.selection! }, dropped: [] });
    await page.querySelector('till-total')!.updateComplete;
    expect(total.querySelector('[role=alert]')!.textContent!.trim()).to.equal(said);
    page.store.choose({ ok: true, selection: company, dropped: [] });
    await page.querySelector('till-total')!.updateComplete;
    expect(total.querySelector('[role=alert]')?.textContent!.trim()).to.equal(isSaid ? said : undefined);
  });
});

describe.each(['en', 'he'] as const)('a price that was changed while the page stood open, in %s,', (language) => {
  it('is shown, with why nothing was sold yet, and is sold when the buyer presses again', async () => {
    document.documentElement.lang = language;
    const old = language === 'he' ? hebrewSuite : suite;
    const dearer = {
      ...old,
      plans: old.plans.map((plan) => ({
        ...plan,
        prices: plan.prices.map((price) => ({
          ...price,
          amounts: Object.fromEntries(Object.entries(price.amounts).map(([currency, amount]) => [currency, amount + 12_300])),
        })),
      })),
    };
    const asked: unknown[] = [];
    worker.use(
      http.get(`*${paths.catalog}`, ({ request }) => HttpResponse.json(request.cache === 'reload' ? dearer : old)),
      http.post(`*${paths.checkoutSessions}`, async ({ request }) => {
        const { shown } = (await request.json()) as { shown: { recurring: number } };
        asked.push(shown);
        return asked.length === 1
          ? problem(409, 'preview_changed')
          : HttpResponse.json({ checkoutSessionId: 'cs_1', url: payment, expiresAt: 0 }, { status: 201 });
      }),
    );
    const page = await fixture<TillProvider>(html`<till-provider plan="starter"><till-total></till-total></till-provider>`);
    Object.assign(page.store.page, { leave: () => 'left' });
    const total = page.querySelector('till-total')!.shadowRoot!;
    const button = () => total.querySelector('button');
    await waitUntil(() => button()?.textContent.trim() && page.store.state.selection);
    button()!.click();
    await waitUntil(() => total.querySelector('[role=alert]'));
    const before = page.store.state.quote!.recurring!.amount;
    button()!.click();
    await waitUntil(() => asked.length === 2);
    const amounts = asked as { readonly today: number; readonly recurring: number }[];
    expect(amounts[1]!.recurring).to.equal(before);
    expect(amounts[1]!.recurring).to.be.greaterThan(amounts[0]!.recurring);
    await waitUntil(() => !total.querySelector('[role=alert]'));
  });
});

describe('a trial without a card that was used up in another tab', () => {
  it('is not begun: what it costs now is shown, with the sentence, and the same button leads to its payment', async () => {
    const free = {
      ...suite,
      plans: suite.plans.map((plan) => (plan.trial ? { ...plan, trial: { ...plan.trial, cardRequired: false } } : plan)),
    };
    const { id, group } = free.plans.find(({ trial }) => trial)!;
    const asked: unknown[] = [];
    let trialUsed: string[] = [];
    let left = '';
    worker.use(
      ...serves(free),
      http.get('*/who', () => HttpResponse.json({ token: `e30.${btoa(JSON.stringify({ iss: 'shop', sub: 'ada' }))}.x` })),
      http.post(`*${paths.sessions}`, () => HttpResponse.json({ token: 'till_ada', expiresAt: 0 }, { status: 201 })),
      http.delete(`*${paths.sessions}`, () => new HttpResponse(null, { status: 204 })),
      http.get(`*${paths.subscriptions}`, () => HttpResponse.json({ subscriptions: [], trialUsed })),
      http.post(`*${paths.subscriptions}`, async ({ request }) => {
        asked.push(((await request.json()) as SubscriptionRequest).shown);
        trialUsed = [group];
        return problem(409, 'preview_changed');
      }),
      http.post(`*${paths.checkoutSessions}`, async ({ request }) => {
        asked.push(((await request.json()) as CheckoutSessionRequest).shown);
        return HttpResponse.json({ checkoutSessionId: 'cs_1', url: payment, expiresAt: 0 }, { status: 201 });
      }),
    );
    const page = await fixture<TillProvider>(html`<till-provider plan=${id} token-url="/who"><till-total></till-total></till-provider>`);
    Object.assign(page.store.page, { leave: (url: string) => ((left = url), 'left') });
    const total = page.querySelector('till-total')!.shadowRoot!;
    const button = () => total.querySelector('button');
    await waitUntil(() => page.store.state.account.status === 'complete' && button()?.textContent.trim() === 'Start free trial');
    button()!.focus();
    button()!.click();
    await waitUntil(() => total.querySelector('[role=alert]')?.textContent.includes('The amount has changed meanwhile.'));
    expect(left).to.equal('');
    expect(button()!.textContent.trim()).to.equal('Subscribe');
    expect(total.activeElement).to.equal(button());
    const { amount } = page.store.state.quote!.recurring!;
    expect(total.textContent).to.include(`$${amount / 100}.00`);
    button()!.click();
    await waitUntil(() => left === payment);
    expect(asked).to.deep.equal([
      { today: 0, recurring: amount },
      { today: amount, recurring: amount },
    ]);
  });
});
