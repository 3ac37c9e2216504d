import { expect, fixture, fixtureCleanup, html, oneEvent } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { hebrewSuite, redis, suite } from '../../stories/fixtures/catalogs.ts';
import { waitUntil } from '../support/wait-until.ts';

let asked: string[] = [];
let catalogAnswer = (): Response => HttpResponse.json(suite);
const worker = setupWorker(
  http.get(`*${paths.catalog}`, ({ request }) => {
    asked.push(new URL(request.url).search);
    return catalogAnswer();
  }),
  http.post(`*${paths.checkoutSessions}`, () =>
    HttpResponse.json({ type: 'about:blank', title: '', status: 429, code: 'too_many_requests', instance: 'r1' }, { status: 429 }),
  ),
);
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  sessionStorage.clear();
  for (const implicit of document.querySelectorAll('till-provider')) implicit.remove();
  document.documentElement.lang = 'en';
  asked = [];
  catalogAnswer = () => HttpResponse.json(suite);
});

const inside = (element: Element, ...way: string[]): Element | null =>
  way.reduce<Element | null>((at, selector) => at?.shadowRoot?.querySelector(selector) ?? null, element);
const sum = (element: Element): string | null | undefined => inside(element, 'till-total', '.sum dd')?.textContent;

describe('<till-provider>', () => {
  it('lets the widgets inside it share one selection', async () => {
    const page = await fixture(html`<till-provider><till-plan-picker></till-plan-picker><till-total></till-total></till-provider>`);
    const total = page.querySelector('till-total')!;
    await waitUntil(() => inside(total, '.sum dd')?.textContent === '$29.00');
    (inside(page.querySelector('till-plan-picker')!, '#company') as HTMLElement).click();
    await waitUntil(() => inside(total, '.sum dd')?.textContent === '$79.00');
  });

  it('is made by the first widget of a page without one, once', async () => {
    const page = await fixture(html`<div><till-plan-picker></till-plan-picker><till-total></till-total></div>`);
    await waitUntil(() => inside(page.querySelector('till-total')!, '.sum dd'));
    expect(document.querySelectorAll('till-provider')).to.have.length(1);
    expect(asked).to.have.length(1);
  });

  it('is found through shadow roots', async () => {
    const page = await fixture(html`<till-provider currency="EUR"><div id="foreign"></div></till-provider>`);
    const root = page.querySelector('#foreign')!.attachShadow({ mode: 'open' });
    root.innerHTML = '<till-total></till-total>';
    await waitUntil(() => inside(root.querySelector('till-total')!, '.sum dd')?.textContent === '€29.00');
  });

  it('never mixes with another one', async () => {
    const page = await fixture(
      html`<div>
        <till-provider plan="starter"><till-total></till-total></till-provider
        ><till-provider plan="company"><till-total></till-total></till-provider>
      </div>`,
    );
    const [one, other] = page.querySelectorAll('till-total');
    await waitUntil(() => inside(one!, '.sum dd')?.textContent === '$9.00' && inside(other!, '.sum dd')?.textContent === '$79.00');
  });

  it('shows prices in the currency, plan and interval that the page wishes', async () => {
    const checkout = await fixture(html`<till-checkout currency="jpy" plan="company" interval="year"></till-checkout>`);
    await waitUntil(() => sum(checkout) === '¥118,000');
  });

  it('speaks the language of the page', async () => {
    document.documentElement.lang = 'he';
    catalogAnswer = () => HttpResponse.json(hebrewSuite);
    const checkout = await fixture(html`<till-checkout></till-checkout>`);
    await waitUntil(() => inside(checkout, 'till-total', 'h2')?.textContent === 'ההזמנה שלך');
    expect(asked).to.deep.equal(['?locale=he']);
    expect(inside(checkout, '[dir]')?.getAttribute('dir')).to.equal('rtl');
  });

  it('says what to do when the catalog cannot be had, and tries again', async () => {
    catalogAnswer = () => HttpResponse.error();
    const picker = await fixture(html`<till-plan-picker></till-plan-picker>`);
    await waitUntil(() => inside(picker, '[role=alert]'));
    expect(inside(picker, '[role=alert]')?.textContent).to.contain('No connection.');
    catalogAnswer = () => HttpResponse.json(suite);
    (inside(picker, '[role=alert] button') as HTMLElement).click();
    await waitUntil(() => inside(picker, '#team'));
  });

  it('loses nothing when a purchase is refused', async () => {
    const checkout = await fixture(html`<till-checkout plan="starter"></till-checkout>`);
    await waitUntil(() => sum(checkout) === '$9.00');
    const refused = oneEvent(checkout, 'till-error');
    (inside(checkout, 'till-total', '.primary') as HTMLElement).click();
    expect(((await refused) as unknown as { code: string }).code).to.equal('too_many_requests');
    expect(sum(checkout)).to.equal('$9.00');
    expect(inside(checkout, 'till-total', '[role=alert]')?.textContent).to.contain('Wait a minute');
  });

  it('does nothing when the page takes the purchase into its own hands', async () => {
    const checkout = await fixture<HTMLElement>(html`<till-checkout plan="starter"></till-checkout>`);
    await waitUntil(() => sum(checkout) === '$9.00');
    checkout.addEventListener('till-checkout-request', (event) => event.preventDefault(), { once: true });
    (inside(checkout, 'till-total', '.primary') as HTMLElement).click();
    const provider = document.querySelector('till-provider') as TillProvider;
    expect(provider.store.state.purchase.status).to.equal('initial');
  });

  it('takes out add-ons that the new plan does not offer, and says so', async () => {
    const checkout = await fixture(html`<till-checkout></till-checkout>`);
    await waitUntil(() => sum(checkout));
    (inside(checkout, 'till-add-on-selector', '[aria-label="Add Priority support"]') as HTMLElement).click();
    await waitUntil(() => sum(checkout) === '$78.00');
    (inside(checkout, 'till-plan-picker', '#starter') as HTMLElement).click();
    await waitUntil(() => inside(checkout, 'till-add-on-selector', '[role=status]')?.textContent?.includes('Priority support'));
  });

  it('offers a trial and a free plan in their own words', async () => {
    catalogAnswer = () => HttpResponse.json(redis);
    const checkout = await fixture(html`<till-checkout></till-checkout>`);
    await waitUntil(() => inside(checkout, 'till-total', '.primary')?.textContent?.includes('Start free trial'));
    expect(inside(checkout, 'till-total', '.note')?.textContent).to.contain('No card needed.');
    (inside(checkout, 'till-plan-picker', '#free') as HTMLElement).click();
    await waitUntil(() => inside(checkout, 'till-total', '.primary')?.textContent?.includes('Start for free'));
  });
});
