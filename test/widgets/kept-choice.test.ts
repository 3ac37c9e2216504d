/** What the buyer chose is there again after a reload of the tab, for them and for nobody else. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import { returnParameters } from '@tillkit/core/contract/return-parameters';
import { nothing } from 'lit';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { serves, suite } from '../../stories/fixtures/catalogs.ts';
import { restoreChoice } from '../../packages/widgets/src/checkout/kept-choice.ts';
import { keepVerifier } from '../../packages/widgets/src/checkout/verifier.ts';
import { keptForBrowser } from '../../packages/widgets/src/provider/storage.ts';
import { waitUntil } from '../support/wait-until.ts';

let who = '';
const token = () => `e30.${btoa(JSON.stringify({ sub: who })).replaceAll('=', '')}.sig`;
const worker = setupWorker();
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
});

type Wish = { readonly plan?: string; readonly tokenUrl?: string };
/** A page as it stands after it was loaded, with everything before it gone but what the tab keeps. */
async function load({ plan, tokenUrl }: Wish = {}, catalog = suite): Promise<TillProvider> {
  fixtureCleanup();
  worker.resetHandlers();
  worker.use(
    ...serves(catalog),
    http.get('*/token', () => (who ? HttpResponse.json({ token: token() }) : new HttpResponse(null, { status: 401 }))),
    http.post(`*${paths.sessions}`, () => HttpResponse.json({ token: 'till_1', expiresAt: 2e9, subject: who }, { status: 201 })),
    http.delete(`*${paths.sessions}`, () => new HttpResponse(null, { status: 204 })),
    http.get(`*${paths.subscriptions}`, () => HttpResponse.json({ subscriptions: [], trialUsed: [] })),
  );
  const page = await fixture<TillProvider>(
    html`<till-provider plan=${plan ?? nothing} token-url=${tokenUrl ?? nothing}><till-plan-picker></till-plan-picker></till-provider>`,
  );
  await waitUntil(() => radio(page, 'Starter') && !page.store.state.asking);
  return page;
}
const picker = (page: TillProvider): ShadowRoot => page.querySelector('till-plan-picker')!.shadowRoot!;
const radio = (page: TillProvider, plan: string): HTMLInputElement | undefined =>
  [...picker(page).querySelectorAll<HTMLInputElement>('input[name=plan]')].find((input) => input.labels![0]?.textContent!.includes(plan));
const chosen = (page: TillProvider): unknown => page.store.state.selection;
async function choose(page: TillProvider, plan: string): Promise<void> {
  radio(page, plan)!.click();
  const more = () => picker(page).querySelector<HTMLButtonElement>('button[aria-label="More: Seats"]');
  await waitUntil(() => radio(page, plan)!.checked && more());
  more()!.click();
}
const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 2, addOns: {} };
const isCompany = (page: TillProvider): boolean => JSON.stringify(chosen(page)) === JSON.stringify(company);

it('plan and seats stand there again', async () => {
  await choose(await load(), 'Company');
  const again = await load();
  await waitUntil(() => isCompany(again), JSON.stringify(chosen(again)));
});

it('nothing is kept that nobody chose, and a page that wishes for another plan has a choice of its own', async () => {
  await load();
  expect(Object.keys(sessionStorage).filter((name) => name.startsWith('till:choice'))).to.deep.equal([]);
  await choose(await load(), 'Company');
  const other = await load({ plan: 'starter' });
  await new Promise((resolve) => requestAnimationFrame(resolve));
  expect(chosen(other)).to.include({ planId: 'starter', seats: 1 });
});

it('what is not sold any more is not chosen', async () => {
  await choose(await load(), 'Company');
  const again = await load({}, { ...suite, plans: suite.plans.filter(({ id }) => id !== 'company') });
  await waitUntil(() => (chosen(again) as { planId: string }).planId === 'team');
});

it('is forgotten once it was bought, and puts no confirmation away', async () => {
  await choose(await load(), 'Company');
  const kept = () => Object.entries({ ...sessionStorage }).filter(([name]) => name.startsWith('till:choice'));
  await waitUntil(() => String(kept()).includes('"company"'));
  const [[name, text] = ['', '']] = kept();
  const started = { secret: 'secret', server: location.origin, owner: '' };
  keepVerifier(keptForBrowser(), 'cs_1', started);
  const checkout = { checkoutSessionId: 'cs_1', payment: 'paid', currency: 'usd', amountTotal: 15_800 };
  const session = { token: 'till_1', expiresAt: 2e9, subject: 'buyer', checkout };
  history.replaceState(null, '', `?${returnParameters.checkout}=cs_1`);
  fixtureCleanup();
  worker.resetHandlers();
  worker.use(
    ...serves(suite),
    http.post(`*${paths.sessions}`, () => HttpResponse.json(session, { status: 201 })),
  );
  const back = await fixture<TillProvider>(html`<till-provider><till-checkout></till-checkout></till-provider>`);
  await waitUntil(() => back.store.state.purchase.status === 'complete');
  await waitUntil(() => !location.search && kept().length === 0);
  // another one is read late, when the purchase is confirmed already
  sessionStorage.setItem(name, text.replace('company', 'starter'));
  await restoreChoice(back.store, name);
  expect(back.store.state.purchase.status).to.equal('complete');
  await waitUntil(() => back.querySelector('till-checkout')!.shadowRoot!.querySelector('h2')?.textContent.includes('Thank you'));
});

it('of one visitor is not the next one’s; what was chosen before anybody logged in is', async () => {
  who = 'ada';
  const ada = await load({ tokenUrl: '/token' });
  await waitUntil(() => ada.store.visitor?.owner);
  await choose(ada, 'Company');
  await waitUntil(() => Object.values({ ...sessionStorage }).some((text) => String(text).includes('"company"')));
  const again = await load({ tokenUrl: '/token' });
  await waitUntil(() => isCompany(again), 'ada again');
  who = 'bob';
  const bob = await load({ tokenUrl: '/token' });
  await waitUntil(() => bob.store.visitor?.owner);
  await waitUntil(() => !Object.values({ ...sessionStorage }).some((text) => String(text).includes('"company"')));
  expect(chosen(bob)).to.include({ planId: 'team' });
  who = '';
  const nobody = await load({ tokenUrl: '/token' });
  await choose(nobody, 'Company');
  who = 'bob';
  const login = await load({ tokenUrl: '/token' });
  await waitUntil(() => isCompany(login), 'bob after nobody');
  who = '';
});
