/** Whatever the server or something before it answers, every widget says a sentence with a way on. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { emailCodePath } from '@tillkit/core/contract/email-code-path';
import { entitlementsPath } from '@tillkit/core/contract/entitlements-path';
import { paymentMethodPaths } from '@tillkit/core/contract/payment-method-paths';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import { serves, suite } from '../../stories/fixtures/catalogs.ts';
import { lifecycle, owns, problem, sessionEnded, signIn, subscription } from '../../stories/fixtures/subscriptions.ts';
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
});

/** Answers that no contract has. */
const odd: readonly (readonly [string, () => Response])[] = [
  ['{}', () => HttpResponse.json({})],
  ['null', () => HttpResponse.json(null)],
  ['a list', () => HttpResponse.json([])],
  ['no JSON', () => new HttpResponse('<h1>Welcome to the Wi-Fi of the station</h1>')],
  ['an unknown code', () => problem(418, 'a_code_of_next_year')],
  ['a code that is no text', () => HttpResponse.json({ code: { a: 1 }, title: {} }, { status: 400 })],
];

const roots = (element: Element): ShadowRoot[] => {
  const root = element.shadowRoot;
  return root ? [root, ...[...root.querySelectorAll('*')].flatMap(roots)] : [];
};
const all = (page: Element, selector: string): HTMLElement[] =>
  [page, ...page.querySelectorAll('*')].flatMap(roots).flatMap((root) => [...root.querySelectorAll<HTMLElement>(selector)]);
const said = (page: Element): string =>
  all(page, '*')
    .filter(({ childElementCount }) => childElementCount === 0)
    .map(({ textContent }) => textContent)
    .join(' ')
    .replaceAll(/\s+/gu, ' ');
const button = (page: Element, name: string): HTMLButtonElement | undefined =>
  all(page, 'button').find(({ textContent }) => textContent!.trim().startsWith(name)) as HTMLButtonElement | undefined;
async function press(page: Element, name: string): Promise<void> {
  await waitUntil(() => button(page, name)?.disabled === false, `${name} in ${said(page)}`);
  button(page, name)!.click();
}
const alerts = (page: Element): string =>
  all(page, '[role=alert]')
    .map(({ textContent }) => textContent!.trim())
    .join(' ');
/** A sentence stands there, nothing else is promised, and there is something to press. */
async function hasWayOn(page: Element, name: string): Promise<void> {
  await waitUntil(() => alerts(page).length > 10, said(page));
  await waitUntil(() => !/One moment/u.test(said(page)), said(page));
  expect(said(page)).not.to.match(/\[object|undefined|NaN/u);
  await waitUntil(() => button(page, name)?.disabled === false, `${name} in ${said(page)}`);
}

const panel = async (...handlers: Parameters<typeof worker.use>) => {
  signIn();
  worker.use(...handlers);
  return fixture<HTMLElement>(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
};
const chooseCompany = async (page: Element): Promise<void> => {
  await press(page, 'Change plan or add-ons');
  await waitUntil(() => all(page, '#company')[0]);
  all(page, '#company')[0]!.click();
  await press(page, 'See what it costs');
};

describe.each(odd)('where the server answers %s', (_, answer) => {
  it('to the account', async () => {
    await hasWayOn(await panel(http.get(`*${paths.subscriptions}`, answer), ...owns([subscription()])), 'Try again');
  });

  it('to the invoices', async () => {
    await hasWayOn(await panel(http.get(`*${paths.invoices}`, answer), ...owns([subscription()])), 'Try again');
  });

  it('to the cards', async () => {
    await hasWayOn(await panel(http.get(`*${paymentMethodPaths.all}`, answer), ...owns([subscription()])), 'Try again');
  });

  it('to a card that is to be added', async () => {
    const page = await panel(http.post(`*${paymentMethodPaths.all}`, answer), ...owns([subscription()]));
    await press(page, 'Add a card');
    await hasWayOn(page, 'Add a card');
  });

  it('to a preview', async () => {
    const page = await panel(http.post(`*${paths.previews}`, answer), ...owns([subscription()]));
    await chooseCompany(page);
    await hasWayOn(page, 'See what it costs');
  });

  it('to a change', async () => {
    const page = await panel(http.post(`*${paths.changes('sub_1')}`, answer), ...owns([subscription()]));
    await chooseCompany(page);
    await press(page, 'Change and pay');
    await hasWayOn(page, 'Change and pay');
  });

  it('to a change that is undone', async () => {
    const page = await panel(http.delete(`*${paths.changes('sub_1')}`, answer), ...owns([lifecycle.scheduledChange]));
    await press(page, 'Undo this change');
    await hasWayOn(page, 'Undo this change');
  });

  it('to a cancellation, and to what takes it back', async () => {
    const page = await panel(http.post(`*${paths.cancel('sub_1')}`, answer), ...owns([subscription()]));
    await press(page, 'Cancel');
    await press(page, 'Cancel subscription');
    await hasWayOn(page, 'Cancel subscription');
    fixtureCleanup();
    const kept = await panel(http.post(`*${paths.resume('sub_1')}`, answer), ...owns([lifecycle.cancelPending]));
    await press(kept, 'Keep my subscription');
    await hasWayOn(kept, 'Keep my subscription');
  });

  it('to the price of resuming', async () => {
    const page = await panel(http.post(`*${paths.previews}`, answer), ...owns([lifecycle.paused]));
    await press(page, 'Resume');
    await hasWayOn(page, 'Resume');
  });

  it('to a payment of what is owed', async () => {
    const page = await panel(http.post(`*${paths.pay('sub_1')}`, answer), ...owns([lifecycle.pastDue]));
    await press(page, 'Try the same card again');
    await hasWayOn(page, 'Try the same card again');
  });

  it('to a checkout', async () => {
    worker.use(http.post(`*${paths.checkoutSessions}`, answer), ...serves(suite));
    const page = await fixture(html`<till-provider><till-checkout></till-checkout></till-provider>`);
    await press(page, 'Start free trial');
    await hasWayOn(page, 'Start free trial');
  });

  it('to a promotion code', async () => {
    worker.use(http.post(`*${paths.discounts}`, answer), ...serves(suite));
    const page = await fixture(html`<till-provider><till-total></till-total><till-promotion-code></till-promotion-code></till-provider>`);
    await waitUntil(() => all(page, 'input[name=code]')[0]);
    (all(page, 'input[name=code]')[0] as HTMLInputElement).value = 'SPRING';
    await press(page, 'Apply');
    await hasWayOn(page, 'Apply');
  });

  it('to the catalog', async () => {
    worker.use(http.get(`*${paths.catalog}`, answer));
    await hasWayOn(await fixture(html`<till-provider><till-checkout></till-checkout></till-provider>`), 'Try again');
  });

  it('to an address that wants a code, and to the code', async () => {
    const catalog = { ...suite, emailCodes: true as const };
    worker.use(http.post(`*${emailCodePath}`, answer), ...serves(catalog), ...sessionEnded);
    const page = await fixture(html`<till-provider><till-email-sign-in></till-email-sign-in></till-provider>`);
    await waitUntil(() => all(page, 'input[name=email]')[0]);
    (all(page, 'input[name=email]')[0] as HTMLInputElement).value = 'ada@example.com';
    await press(page, 'Send');
    await hasWayOn(page, 'Send');
    worker.use(
      http.post(`*${emailCodePath}`, () => HttpResponse.json({ challengeId: 'c'.repeat(22) }, { status: 202 })),
      http.post(`*${paths.sessions}`, answer),
    );
    await press(page, 'Send');
    await waitUntil(() => all(page, 'input[name=code]')[0]);
    (all(page, 'input[name=code]')[0] as HTMLInputElement).value = '12345678';
    await press(page, 'Sign in');
    await hasWayOn(page, 'Sign in');
  });

  it('to what somebody may use: nothing more than before, and not for ever "pending"', async () => {
    signIn();
    worker.use(http.get(`*${entitlementsPath}`, answer), ...owns([subscription()]));
    const page = await fixture(
      html`<till-provider>
        <till-entitled feature="room"><b>Room</b><i slot="fallback">No</i><i slot="pending">Wait</i></till-entitled>
      </till-provider>`,
    );
    await waitUntil(() => all(page, 'slot').some((slot) => slot.getAttribute('name') === 'fallback'));
  });
});
