/** After a purchase the page sells again: in an application the page is never loaded anew. */
import { expect, fixture, fixtureCleanup, html, waitUntil as waitAtMost } from '@open-wc/testing';
import type { TemplateResult } from 'lit';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { hebrewSuite, serves, suite } from '../../stories/fixtures/catalogs.ts';
import { subscription } from '../../stories/fixtures/subscriptions.ts';

const worker = setupWorker(...serves(suite));
const waitUntil = (holds: () => boolean) => waitAtMost(holds, String(holds), { timeout: 10_000 });
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
});

const shown = (page: TillProvider): ShadowRoot => page.querySelector('till-checkout')!.shadowRoot!;
const isConfirmed = (page: TillProvider): boolean => /Thank you|תודה/u.test(shown(page).querySelector('h2')?.textContent ?? '');
const sells = (page: TillProvider): boolean => shown(page).querySelector('till-plan-picker') !== null;

async function buy(beside: TemplateResult | string = ''): Promise<TillProvider> {
  const page = await fixture<TillProvider>(html`<till-provider plan="starter"><till-checkout></till-checkout>${beside}</till-provider>`);
  await waitUntil(() => page.store.state.selection !== undefined);
  const value = { checkoutSessionId: 'cs_1', payment: 'paid', currency: 'usd', amountTotal: 900 } as const;
  page.store.set({ purchase: { status: 'complete', value } });
  await waitUntil(() => isConfirmed(page));
  return page;
}

/** 12 May 2027, 12:00 UTC. */
const end = 1_810_123_200;
const freeItem = { ...subscription().items[0]!, name: 'Free', productId: 'free', quantity: 1, unitAmount: 0, amount: 0 };

it('the confirmation leads back to what is sold', async () => {
  const page = await buy();
  [...shown(page).querySelectorAll('button')].find(({ textContent }) => textContent.trim() === 'Buy something else')!.click();
  await waitUntil(() => sells(page) && !isConfirmed(page));
  expect(page.store.state.purchase.status).to.equal('initial');
});

it.each([
  ['en', 'Go to your account'],
  ['he', 'לחשבון שלך'],
])('the confirmation leads to the account where the page knows one, in %s', async (language, name) => {
  document.documentElement.lang = language;
  worker.use(...serves(language === 'he' ? hebrewSuite : suite));
  const way = (page: TillProvider) =>
    [...shown(page).querySelectorAll<HTMLElement>('a, button')].filter(({ textContent }) => textContent.trim() === name);
  const none = await buy();
  expect(way(none)).to.have.length(0);
  none.setAttribute('account-url', 'https://shop.example/account');
  none.store.set({});
  await waitUntil(() => way(none)[0]?.getAttribute('href') === 'https://shop.example/account');
  fixtureCleanup();
  const page = await buy(html`<till-subscription-panel></till-subscription-panel>`);
  await waitUntil(() => way(page).length === 1);
  way(page)[0]!.click();
  expect(document.activeElement?.localName).to.equal('till-subscription-panel');
  document.documentElement.lang = 'en';
});

it('the room that the page keeps for the catalog is given back', async () => {
  const page = await buy();
  const checkout = page.querySelector('till-checkout')!;
  checkout.style.minHeight = '3000px';
  expect(checkout.offsetHeight).to.be.lessThan(1500);
  page.store.buyMore();
  await waitUntil(() => sells(page));
  expect(checkout.offsetHeight).to.be.at.least(3000);
});

it('choosing something else does so too, and the same again does not', async () => {
  const page = await buy();
  const selection = page.store.state.selection!;
  page.store.choose({ ok: true, dropped: [], selection: { ...selection } });
  expect(page.store.state.purchase.status).to.equal('complete');
  page.setAttribute('plan', 'company');
  await waitUntil(() => sells(page) && !isConfirmed(page));
});

it.each([340, 1100])('a refusal is in sight where the button is, in a page %i px wide', async (width) => {
  const frame = await fixture<HTMLElement>(
    html`<div style="inline-size: ${width}px">
      <till-provider plan="starter"><till-checkout></till-checkout></till-provider>
    </div>`,
  );
  const page = frame.querySelector('till-provider')!;
  await waitUntil(() => page.store.state.selection !== undefined && shown(page).querySelector('till-total') !== null);
  page.store.set({ purchase: { status: 'error', code: 'already_subscribed', message: 'You already have this subscription.' } });
  const seen = (): number =>
    [...shown(page).querySelector('till-total')!.shadowRoot!.querySelectorAll<HTMLElement>('[role="alert"]')].filter(
      (alert) => alert.offsetHeight > 0 && alert.textContent!.includes('You already have this subscription.'),
    ).length;
  await waitUntil(() => seen() === 1);
});

it.each([
  [
    'a trial without a card',
    { status: 'trialing', trialEnd: end, hasPaymentMethod: false },
    ['Team free until May 12, 2027 Free', 'Storage free until May 12, 2027 Free'],
    ['Free until May 12, 2027. You can cancel before then and pay nothing.'],
  ],
  [
    'a trial with the card of before',
    { status: 'trialing', trialEnd: end, nextPayment: { at: end, amount: 9900 } },
    ['Team free until May 12, 2027 Free', 'Storage free until May 12, 2027 Free'],
    ['Free until May 12, 2027. You can cancel before then and pay nothing.', 'Next payment: $99.00 on May 12, 2027.'],
  ],
  ['a free plan', { items: [freeItem], hasPaymentMethod: false, nextPayment: undefined }, ['Free Free'], []],
] as const)('what began at once is confirmed line by line: %s', async (_, what, lines, sentences) => {
  const page = await fixture<TillProvider>(html`<till-provider plan="starter"><till-checkout></till-checkout></till-provider>`);
  await waitUntil(() => page.store.state.selection !== undefined);
  const { nextPayment: _next, ...began } = subscription(what as Partial<Subscription>);
  const next = (what as Partial<Subscription>).nextPayment;
  page.store.set({ purchase: { status: 'complete', value: undefined }, started: { ...began, ...(next && { nextPayment: next }) } });
  await waitUntil(() => isConfirmed(page));
  const rows = [...shown(page).querySelectorAll('dt')].map((term) =>
    `${term.textContent} ${term.nextElementSibling?.textContent}`.replaceAll(/\s+/gu, ' ').trim(),
  );
  expect(rows.slice(0, -1)).to.deep.equal(lines);
  expect(rows.at(-1)).to.equal('Paid today $0.00');
  const said = [...shown(page).querySelectorAll('footer p')].map(({ textContent }) => textContent.trim());
  expect(said.filter((text) => text.startsWith('Free until') || text.startsWith('Next payment'))).to.deep.equal(sentences);
  await expect(page).to.be.accessible();
});
