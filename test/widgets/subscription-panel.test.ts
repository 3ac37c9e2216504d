import { expect, fixture, fixtureCleanup, html, oneEvent } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import { lifecycle, owns, sessionEnded, signIn, subscription } from '../../stories/fixtures/subscriptions.ts';
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

async function show(handlers: Parameters<typeof worker.use>): Promise<HTMLElement> {
  signIn();
  worker.use(...handlers);
  const page = await fixture(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
  return page.querySelector('till-subscription-panel')!;
}
const words = (panel: HTMLElement): string => panel.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');
const button = (panel: HTMLElement, name: string): HTMLButtonElement | undefined =>
  [...panel.shadowRoot!.querySelectorAll('button')].find(({ textContent }) => textContent!.trim() === name);
async function press(panel: HTMLElement, name: string): Promise<void> {
  await waitUntil(() => button(panel, name));
  button(panel, name)!.click();
}

describe('<till-subscription-panel>', () => {
  it.each([
    ['active', 'Next payment: $99.00 on May 21, 2027.'],
    ['trialWithoutCard', 'Your free trial ends on May 4, 2027'],
    ['pastDue', 'We could not collect $99.00 Pay now: your access goes on, or comes back.'],
    ['cancelPending', 'Ends on May 21, 2027.'],
    ['scheduledChange', 'Changes to Starter on May 21, 2027.'],
    ['paused', 'Nothing is charged while it rests.'],
    ['canceled', 'Ended on'],
  ] as const)('says how it stands: %s', async (state, sentence) => {
    const panel = await show(owns([lifecycle[state]]));
    await waitUntil(() => words(panel).includes(sentence));
    await expect(panel).to.be.accessible();
  });

  it('shows what the server answers, and nothing before', async () => {
    let answer: ((response: Response) => void) | undefined;
    const panel = await show([
      ...owns([lifecycle.active]),
      http.post(`*${paths.cancel('sub_1')}`, () => new Promise<Response>((resolve) => (answer = resolve))),
    ]);
    await press(panel, 'Cancel');
    await press(panel, 'Cancel subscription');
    await waitUntil(() => answer && words(panel).includes('One moment'));
    expect(words(panel)).not.to.contain('Ends soon');
    const changed = oneEvent(panel, 'till-subscription-change');
    answer?.(HttpResponse.json({ subscription: lifecycle.cancelPending }));
    await changed;
    await waitUntil(() => words(panel).includes('Ends soon'));
  });

  it('does nothing when the page takes the wish into its own hands', async () => {
    const panel = await show(owns([lifecycle.active]));
    panel.addEventListener('till-cancel-request', (event) => event.preventDefault());
    await press(panel, 'Cancel');
    await press(panel, 'Cancel subscription');
    expect(words(panel)).to.contain('Cancel Team?');
    expect(words(panel)).not.to.contain('One moment');
  });

  it('keeps the change in the making when the server refuses it', async () => {
    const panel = await show([
      http.post(`*${paths.previews}`, () =>
        HttpResponse.json({ type: 'about:blank', title: '', status: 502, code: 'stripe_unavailable', instance: '1' }, { status: 502 }),
      ),
      ...owns([lifecycle.active]),
      ...owns([lifecycle.active]),
    ]);
    await press(panel, 'Change plan or add-ons');
    const picker = (): ShadowRoot | null | undefined => panel.shadowRoot!.querySelector('till-plan-picker')?.shadowRoot;
    await waitUntil(() => picker()?.querySelector('#company'));
    picker()!.querySelector<HTMLInputElement>('#company')!.click();
    await press(panel, 'See what it costs');
    await waitUntil(() => words(panel).includes('The payment service does not answer.'));
    expect(picker()!.querySelector<HTMLInputElement>('#company')!.checked).to.equal(true);
  });

  it('says how to get in when nobody is signed in', async () => {
    const panel = await show(sessionEnded);
    await waitUntil(() => words(panel).includes('You are not signed in here'));
    await waitUntil(() => panel.shadowRoot!.querySelector('a')?.href === 'https://billing.example/login');
  });

  it('offers the choice after a trial without a card, and moves the focus into what opens', async () => {
    const panel = await show(owns([subscription({ ...lifecycle.choiceDue })]));
    await waitUntil(() => words(panel).includes('Your free time with Team is over.'));
    expect(words(panel)).to.contain('$99.00 a month, from today');
    expect(button(panel, 'Add a card and continue')).to.not.equal(undefined);
  });

  describe('a change', () => {
    const invoice = {
      currency: 'usd',
      lines: [],
      dueNow: 0,
      credit: 0,
      recurring: { amount: 4000, interval: 'month' },
      tax: 0,
      effective: 'now',
      effectiveAt: 1_809_172_800,
    };
    const line = {
      kind: 'proration',
      name: 'Company',
      description: '',
      quantity: 1,
      amount: 1935,
      proration: true,
      periodStart: 1,
      periodEnd: 1_811_764_800,
    };
    it.each([
      ['that costs nothing yet', {}, 'Nothing is due now. The change takes place at once.', 'Change now'],
      ['that waits for the next invoice', { lines: [line], onNextInvoice: 1935 }, 'On your next invoice $19.35', 'Change now'],
      ['that is paid now', { lines: [line], dueNow: 1935 }, 'Due now $19.35', 'Change and pay $19.35'],
      ['that becomes credit', { lines: [line], credit: 500 }, '$5.00 are credited to your next invoices.', 'Change now'],
    ])('%s says so before it is confirmed', async (_, more, sentence, confirm) => {
      const panel = await show([
        http.post(`*${paths.previews}`, () =>
          HttpResponse.json({ invoice: { ...invoice, ...more }, preview: 'p', expiresAt: 1 }, { status: 201 }),
        ),
        ...owns([lifecycle.active]),
      ]);
      await press(panel, 'Change plan or add-ons');
      const other = (): HTMLInputElement | null | undefined =>
        panel.shadowRoot!.querySelector('till-plan-picker')?.shadowRoot?.querySelector<HTMLInputElement>('[name=plan]:not(:checked)');
      await waitUntil(other);
      other()!.click();
      await press(panel, 'See what it costs');
      await waitUntil(() => words(panel).includes(sentence));
      expect(button(panel, confirm)?.disabled).to.equal(false);
      await expect(panel).to.be.accessible();
    });
  });
});
