/** Words and amounts of the panel: what is explained comes to the amount, and what went wrong has a way on. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import type { Receipt } from '@tillkit/core/receipt/receipt';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import { suite } from '../../stories/fixtures/catalogs.ts';
import { owns, problem, signIn, subscription } from '../../stories/fixtures/subscriptions.ts';
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
});

const day = 86_400;
/** 1 May 2027, 12:00 UTC. */
const now = 1_809_172_800;

async function show(...handlers: Parameters<typeof worker.use>): Promise<HTMLElement> {
  signIn();
  worker.use(...handlers);
  const page = await fixture(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
  return page.querySelector('till-subscription-panel')!;
}
const words = (panel: HTMLElement): string => panel.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');
const says = (panel: HTMLElement, text: string): Promise<void> =>
  waitUntil(() => words(panel).includes(text), `${text} in ${words(panel)}`);
const buttons = (panel: HTMLElement, name: string): HTMLButtonElement[] =>
  [...panel.shadowRoot!.querySelectorAll('button')].filter(({ textContent }) => textContent!.trim() === name);
const links = (panel: HTMLElement, name: string): HTMLAnchorElement[] =>
  [...panel.shadowRoot!.querySelectorAll('a')].filter(({ textContent }) => textContent!.trim() === name);
async function press(panel: HTMLElement, name: string, which = 0): Promise<void> {
  await waitUntil(() => buttons(panel, name)[which], name);
  buttons(panel, name)[which]!.click();
}
const item = (more: Partial<Subscription['items'][number]> = {}): Subscription['items'][number] => ({
  id: 'si_1',
  kind: 'plan',
  productId: 'team',
  name: 'Team',
  quantity: 8,
  unitAmount: 1200,
  amount: 9000,
  interval: 'month',
  ...more,
});
const receipt = (more: Partial<Receipt> = {}): Receipt => ({
  currency: 'usd',
  lines: [{ kind: 'plan', name: 'Team', quantity: 8, explanation: [], amount: 9000, interval: 'month' }],
  discounts: [],
  taxes: [],
  credit: 0,
  sum: 9000,
  due: { kind: 'at', at: now + 20 * day },
  ...more,
});

describe('a receipt in the panel', () => {
  it('explains tiers and decimals by what they come to: 5 × 12.00 + 3 × 10.00 = 90.00', async () => {
    const panel = await show(
      ...owns([
        subscription({
          items: [
            item({
              explanation: [
                {
                  kind: 'steps',
                  steps: [
                    { kind: 'tier', tier: 1, units: 5, unitAmount: '1200' },
                    { kind: 'tier', tier: 2, units: 3, unitAmount: '1000' },
                  ],
                },
              ],
            }),
            item({
              id: 'si_2',
              productId: 'gb',
              kind: 'unknown',
              name: 'Storage',
              quantity: 70,
              unitAmount: 4,
              amount: 250,
              explanation: [{ kind: 'units', quantity: 70, unitAmount: '3.5714' }],
            }),
          ],
        }),
      ]),
    );
    await says(panel, 'Team 5 × $12.00 + 3 × $10.00 $90.00');
    await says(panel, 'Storage 70 × $0.035714 $2.50');
    await says(panel, 'Monthly $92.50');
  });

  it('explains nothing rather than something that does not come to the amount', async () => {
    const panel = await show(...owns([subscription({ items: [item()] })]));
    await says(panel, 'Monthly $90.00');
    expect(words(panel)).not.to.contain('×');
  });

  it('lists the next payment where discount, tax or credit make it another one', async () => {
    const next = receipt({
      discounts: [{ name: 'Spring', amount: -4500 }],
      taxes: [{ name: '', amount: 855, inclusive: false }],
      credit: 1000,
      sum: 4355,
    });
    const panel = await show(
      ...owns([subscription({ items: [item()], nextPayment: { at: now + 20 * day, amount: 4355, receipt: next } })]),
    );
    await says(panel, 'Next payment: $43.55 on May 21, 2027.');
    await says(panel, 'Spring -$45.00');
    await says(panel, 'Tax $8.55');
    await says(panel, 'Your credit -$10.00');
    await says(panel, 'Next payment, May 21, 2027 $43.55');
    await expect(panel).to.be.accessible();
  });

  it('writes a currency that the catalog does not sell in as the server says: CHF 19.50', async () => {
    const chf = { digits: 2, positive: ['CHF ', ''], negative: ['-CHF ', ''], decimal: '.', group: ',', sizes: [3, 3], minimumGrouping: 1 };
    const old = subscription({
      currency: 'chf',
      planId: 'gone',
      items: [item({ kind: 'unknown', productId: 'prod_1', name: 'An old plan', quantity: 1, unitAmount: 1950, amount: 1950 })],
    });
    const panel = await show(
      http.get(`*${paths.subscriptions}`, () => HttpResponse.json({ subscriptions: [old], trialUsed: [], money: { chf } })),
      ...owns([old]),
    );
    await says(panel, 'Monthly CHF 19.50');
    expect(words(panel)).to.contain('An old plan');
  });

  it('of a trial with a coupon says what is paid at its end', async () => {
    const panel = await show(
      ...owns([subscription({ status: 'trialing', trialEnd: now + 14 * day, nextPayment: { at: now + 14 * day, amount: 1450 } })]),
    );
    await says(panel, 'Free until May 15, 2027. Then $14.50 a month.');
  });
});

describe('dates', () => {
  it.each([
    [undefined, 'May 21, 2027'],
    ['America/Los_Angeles', 'May 20, 2027'],
  ])('are those of the catalog’s time zone: %s', async (timeZone, shown) => {
    const at = now + 19 * day + 15.5 * 3600; // 03:30 UTC
    const panel = await show(
      ...owns([subscription({ nextPayment: { at, amount: 9900 } })], { ...suite, ...(timeZone !== undefined && { timeZone }) }),
    );
    await says(panel, `Next payment: $99.00 on ${shown}.`);
  });

  it('of a cancellation after a trial is the end of the period', async () => {
    const panel = await show(...owns([subscription({ trialEnd: now - 40 * day })]));
    await press(panel, 'Cancel');
    await says(panel, 'You keep everything until May 21, 2027');
  });
});

describe('a state with its next step', () => {
  it.each([
    [{ resumesAt: now + 9 * day }, 'Paused until May 10, 2027.'],
    [{}, 'Payments are paused.'],
  ])('paused collection says so and can be resumed', async (collectionPaused, sentence) => {
    const { nextPayment: _, ...paused } = subscription({ collectionPaused });
    let resumed = false;
    const panel = await show(
      http.post(`*${paths.resume('sub_1')}`, () => {
        resumed = true;
        return HttpResponse.json({ subscription: subscription() });
      }),
      ...owns([paused]),
    );
    await says(panel, sentence);
    expect(words(panel)).not.to.contain('Active');
    await press(panel, 'Resume');
    await waitUntil(() => resumed);
  });

  it('a scheduled change is named before a cancellation takes it away', async () => {
    const scheduledChange = { at: now + 20 * day, planId: 'starter', interval: 'month', seats: 1, addOns: {} };
    const panel = await show(...owns([subscription({ scheduledChange })]));
    await press(panel, 'Cancel');
    await says(panel, 'Your change to Starter on May 21, 2027 then does not take place.');
  });

  it('a scheduled change says why nothing else can be changed, and by its name only where it has one', async () => {
    const scheduledChange = { at: now + 20 * day, planId: 'starter', interval: 'month', seats: 1, addOns: {} };
    const panel = await show(...owns([subscription({ scheduledChange })]));
    await says(panel, 'Changes to Starter on May 21, 2027. To change something else, undo this change first.');
    fixtureCleanup();
    for (const planId of ['', 'gone']) {
      const unknown = await show(...owns([subscription({ scheduledChange: { ...scheduledChange, planId } })]));
      await says(unknown, 'Changes on May 21, 2027 to something that is not sold here any more.');
      await press(unknown, 'Cancel');
      await says(unknown, 'The change on May 21, 2027 then does not take place.');
      fixtureCleanup();
    }
  });

  it('what the owner planned or ended is shown, and is not the customer’s to take back', async () => {
    const scheduledChange = { at: now + 20 * day, planId: 'starter', interval: 'month', seats: 1, addOns: {}, byOwner: true };
    const planned = await show(...owns([subscription({ scheduledChange })]));
    await says(planned, 'May 21, 2027');
    expect([buttons(planned, 'Cancel').length, buttons(planned, 'Undo this change').length]).to.deep.equal([1, 0]);
    const ending = await show(...owns([subscription({ cancelAt: now + 20 * day, endsByOwner: true })]));
    await says(ending, 'May 21, 2027');
    expect(buttons(ending, 'Keep my subscription')).to.have.length(0);
    const theirs = await show(...owns([subscription({ cancelAt: now + 20 * day })]));
    await waitUntil(() => buttons(theirs, 'Keep my subscription')[0]);
  });

  it('a bank that wants to confirm a change has its page', async () => {
    const openInvoice = { id: 'in_2', created: now, amountDue: 9900, hostedInvoiceUrl: 'https://invoice.example/in_2' };
    let asked = false;
    const panel = await show(
      http.get(`*${paths.subscriptions}`, () => {
        const state = asked ? { openInvoices: [openInvoice], changePendingUntil: now + day } : { collectionPaused: {} };
        return HttpResponse.json({ subscriptions: [subscription(state)], trialUsed: [] });
      }),
      http.post(`*${paths.resume('sub_1')}`, () => {
        asked = true;
        return problem(402, 'authentication_required');
      }),
      ...owns([subscription()]),
    );
    await press(panel, 'Resume');
    await waitUntil(() => links(panel, 'Confirm the payment')[0]);
    expect(links(panel, 'Confirm the payment')[0]!.href).to.equal('https://invoice.example/in_2');
    await says(panel, 'A change waits for your payment.');
  });

  it('what needs a card first leads to its entry', async () => {
    const panel = await show(
      http.post(`*${paths.resume('sub_1')}`, () => problem(409, 'needs_checkout')),
      ...owns([subscription({ collectionPaused: {} })]),
    );
    await press(panel, 'Resume');
    await waitUntil(() => buttons(panel, 'Add a card').length > 0);
  });
});

describe('what went wrong', () => {
  it('stands at the subscription that it is about, and nowhere else', async () => {
    const both = [subscription(), subscription({ id: 'sub_2', group: 'other', collectionPaused: {} })];
    const panel = await show(
      http.post(`*${paths.resume('sub_2')}`, () => problem(409, 'not_possible_now')),
      ...owns(both),
    );
    await press(panel, 'Resume');
    await says(panel, 'That is not possible right now.');
    const alerts = [...panel.shadowRoot!.querySelectorAll('[role="alert"]')];
    expect(alerts.length).to.equal(1);
    expect(alerts[0]!.closest('article')!.textContent).to.contain('Payments are paused.');
  });

  it('with the answer lost, says that nobody knows, and reads how it stands', async () => {
    let reads = 0;
    const panel = await show(
      http.get(`*${paths.subscriptions}`, () => {
        reads += 1;
        return HttpResponse.json({ subscriptions: [subscription({ collectionPaused: {} })], trialUsed: [] });
      }),
      http.post(`*${paths.resume('sub_1')}`, () => HttpResponse.error()),
      ...owns([subscription({ collectionPaused: {} })]),
    );
    await press(panel, 'Resume');
    await says(panel, 'Whether it was done is not known');
    expect(words(panel)).not.to.contain('Nothing was charged.');
    await waitUntil(() => reads > 1);
  });
});
