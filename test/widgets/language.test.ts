/** Whatever the server names on a Hebrew page it names in Hebrew: every call says which language that is. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import { paymentMethodPaths } from '@tillkit/core/contract/payment-method-paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, beforeEach, it } from 'vitest';
import '@tillkit/widgets';
import { hebrewSuite } from '../../stories/fixtures/catalogs.ts';
import { owns, paysWith, signIn, subscription } from '../../stories/fixtures/subscriptions.ts';
import { connect } from '../../packages/widgets/src/provider/client.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Method and path of every call with the language that it named. */
let calls: { readonly call: string; readonly locale: string | null }[] = [];
const worker = setupWorker();
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
beforeEach(() => {
  calls = [];
  worker.use(
    http.all('*/v1/*', ({ request }) => {
      const { pathname, searchParams } = new URL(request.url);
      calls.push({ call: `${request.method} ${pathname}`, locale: searchParams.get('locale') });
    }),
    http.post(`*${paths.sessions}`, () => HttpResponse.json({ token: 'till_1', expiresAt: 2e9, subject: 's' }, { status: 201 })),
    ...paysWith(),
    ...owns([subscription()], hebrewSuite),
  );
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
  document.documentElement.lang = 'en';
});

it.each(['he', 'en', 'fr-CA'])('on a page in %s every call names it, once', async (language) => {
  document.documentElement.lang = language;
  signIn();
  const page = await fixture(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
  const { store } = page as HTMLElement & { store: Parameters<typeof connect>[0] };
  await waitUntil(
    () => calls.some(({ call }) => call === `GET ${paths.invoices}`) && calls.some(({ call }) => call.includes(paymentMethodPaths.all)),
  );
  const client = connect(store);
  await client.exchange({ token: 'jwt' });
  await client.request('GET', `${paths.invoices}?limit=6`);
  await client.request('POST', paths.previews, {});
  const named = new Set(calls.map(({ call }) => call));
  for (const call of [`GET ${paths.subscriptions}`, `GET ${paths.invoices}`, `POST ${paths.sessions}`, `POST ${paths.previews}`])
    expect([...named]).to.include(call);
  expect(calls.filter(({ locale }) => locale !== language)).to.deep.equal([]);
});
