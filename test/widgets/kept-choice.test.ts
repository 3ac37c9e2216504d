/** What the buyer chose is there again after a reload of the tab, for them and for nobody else. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import { nothing } from 'lit';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { serves, suite } from '../../stories/fixtures/catalogs.ts';
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
