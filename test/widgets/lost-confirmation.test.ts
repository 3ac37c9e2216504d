/** A buyer who has paid is not sold the same again where the code of the confirmation does not come. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { http, HttpResponse, passthrough } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { hebrewSuite, serves, suite } from '../../stories/fixtures/catalogs.ts';
import { waitUntil } from '../support/wait-until.ts';

let isLost = true;
const worker = setupWorker(http.get('*/checkout/confirmation.ts', () => (isLost ? HttpResponse.error() : passthrough())));
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  sessionStorage.clear();
  document.documentElement.lang = 'en';
});

it.each([
  ['he', hebrewSuite, 'ההזמנה התקבלה. לא ניתן להציג כאן את האישור; אין צורך לשלם שוב.'],
  ['en', suite, 'Your order is in. Its confirmation could not be shown here; you need not pay again.'],
] as const)('in %s it says so, and offers no plans and no button to pay', async (language, catalog, sentence) => {
  document.documentElement.lang = language;
  isLost = true;
  worker.use(...serves(catalog));
  const page = await fixture<TillProvider>(html`<till-provider plan="starter"><till-checkout></till-checkout></till-provider>`);
  await waitUntil(() => page.store.state.selection !== undefined);
  const root = page.querySelector('till-checkout')!.shadowRoot!;
  page.store.set({
    purchase: { status: 'complete', value: { checkoutSessionId: 'cs_1', payment: 'paid', currency: 'usd', amountTotal: 900 } },
  });
  await waitUntil(() => root.querySelector('[role=status]')?.textContent.includes(sentence));
  expect(root.querySelector('till-plan-picker, till-total')).to.equal(null);
  expect([...root.querySelectorAll('button')].map(({ textContent }) => textContent.trim())).to.deep.equal([
    page.store.state.texts.tryAgain,
  ]);
  // what the owner has put under a confirmation, such as the way to the account, stands under this too
  expect(root.querySelector('slot[name=complete]')).to.not.equal(null);
  await expect(page).to.be.accessible();
});
