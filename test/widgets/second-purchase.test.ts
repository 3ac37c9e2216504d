/** After a purchase the page sells again: in an application the page is never loaded anew. */
import { expect, fixture, fixtureCleanup, html, waitUntil as waitAtMost } from '@open-wc/testing';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { serves, suite } from '../../stories/fixtures/catalogs.ts';

const worker = setupWorker(...serves(suite));
const waitUntil = (holds: () => boolean) => waitAtMost(holds, String(holds), { timeout: 10_000 });
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => fixtureCleanup());

const shown = (page: TillProvider): ShadowRoot => page.querySelector('till-checkout')!.shadowRoot!;
const isConfirmed = (page: TillProvider): boolean => /Thank you/u.test(shown(page).querySelector('h2')?.textContent ?? '');
const sells = (page: TillProvider): boolean => shown(page).querySelector('till-plan-picker') !== null;

async function buy(): Promise<TillProvider> {
  const page = await fixture<TillProvider>(html`<till-provider plan="starter"><till-checkout></till-checkout></till-provider>`);
  await waitUntil(() => page.store.state.selection !== undefined);
  const value = { checkoutSessionId: 'cs_1', payment: 'paid', currency: 'usd', amountTotal: 900 } as const;
  page.store.set({ purchase: { status: 'complete', value } });
  await waitUntil(() => isConfirmed(page));
  return page;
}

it('the confirmation leads back to what is sold', async () => {
  const page = await buy();
  [...shown(page).querySelectorAll('button')].find(({ textContent }) => textContent.trim() === 'Buy something else')!.click();
  await waitUntil(() => sells(page) && !isConfirmed(page));
  expect(page.store.state.purchase.status).to.equal('initial');
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
