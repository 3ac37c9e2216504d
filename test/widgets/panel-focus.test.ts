/** Whoever uses the keyboard goes on where they were: after something was done the focus is on what it was done to. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import '@tillkit/widgets';
import { paymentMethodPaths } from '@tillkit/core/contract/payment-method-paths';
import { hebrewSuite, suite } from '../../stories/fixtures/catalogs.ts';
import { cards, lifecycle, owns, problem, signIn, subscription } from '../../stories/fixtures/subscriptions.ts';
import { waitUntil } from '../support/wait-until.ts';

const day = 86_400;
/** 1 May 2027, 12:00 UTC. */
const now = 1_809_172_800;

const worker = setupWorker();
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
  document.documentElement.lang = 'en';
});

async function show(...handlers: Parameters<typeof worker.use>): Promise<HTMLElement> {
  signIn();
  worker.use(...handlers);
  const page = await fixture<HTMLElement>(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
  return page.querySelector('till-subscription-panel')!;
}
const words = (panel: HTMLElement): string => panel.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');
const buttons = (panel: HTMLElement, name: string): HTMLButtonElement[] =>
  [...panel.shadowRoot!.querySelectorAll('button')].filter((one) => (one.ariaLabel ?? one.textContent!).trim() === name);
/** Presses the last button of a name by the keyboard. */
async function enter(panel: HTMLElement, name: string): Promise<void> {
  await waitUntil(() => buttons(panel, name).at(-1)?.disabled === false, `${name} in ${words(panel)}`);
  buttons(panel, name).at(-1)!.focus();
  await userEvent.keyboard('{Enter}');
}
function focused(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}
/** Settles with the focus on a heading of a name, and with nothing under way. */
const lands = (panel: HTMLElement, name: string): Promise<void> =>
  waitUntil(
    () => focused()?.matches('h2') && focused()!.textContent!.trim() === name && !panel.shadowRoot!.querySelector('button:disabled'),
    `${name}, not ${focused()?.localName} ${focused()?.textContent}`,
  );

const other = subscription({
  id: 'sub_0',
  group: 'other',
  planId: 'starter',
  items: [{ ...subscription().items[0]!, productId: 'starter' }],
});
const changed = subscription({ planId: 'company', items: [{ ...subscription().items[0]!, productId: 'company', amount: 24_900 }] });
/** A server that owns another one too, shown before the one that is acted on. */
const server = (method: 'post' | 'delete', path: string, before: Subscription, after: Subscription, catalog = suite) => [
  http[method](`*${path}`, () => HttpResponse.json({ subscription: after })),
  ...owns([other, before], catalog),
];
const texts = {
  en: {
    change: 'Change plan or add-ons',
    price: 'See what it costs',
    confirm: 'Change and pay',
    cancel: 'Cancel',
    confirmCancel: 'Cancel subscription',
    keep: 'Keep my subscription',
    undo: 'Undo this change',
    back: 'Back',
    team: 'Team',
    company: 'Company',
  },
  he: {
    change: 'שינוי מסלול או תוספות',
    price: 'כמה זה עולה',
    confirm: 'שינוי ותשלום של',
    cancel: 'ביטול המינוי',
    confirmCancel: 'ביטול המינוי',
    keep: 'להשאיר את המינוי',
    undo: 'לוותר על השינוי',
    back: 'חזרה',
    team: hebrewSuite.plans.find(({ id }) => id === 'team')!.name,
    company: hebrewSuite.plans.find(({ id }) => id === 'company')!.name,
  },
};
async function chooseCompany(panel: HTMLElement, say: (typeof texts)['en']): Promise<void> {
  await enter(panel, say.change);
  const company = () => panel.shadowRoot!.querySelector('till-plan-picker')?.shadowRoot!.querySelector<HTMLInputElement>('#company');
  await waitUntil(() => company());
  company()!.click();
  await enter(panel, say.price);
  await waitUntil(() => panel.shadowRoot!.querySelectorAll('h3').length > 1);
}

describe.each([
  ['en', suite],
  ['he', hebrewSuite],
] as const)('after it was done, the focus is on the heading of what it was done to, in %s:', (language, catalog) => {
  const say = texts[language];
  const at = (): void => void (document.documentElement.lang = language);

  it('a change', async () => {
    at();
    const panel = await show(...server('post', paths.changes('sub_1'), subscription(), changed, catalog));
    await chooseCompany(panel, say);
    const confirm = (): string | undefined =>
      [...panel.shadowRoot!.querySelectorAll('button')].map((one) => one.textContent!.trim()).find((name) => name.startsWith(say.confirm));
    await waitUntil(confirm);
    await enter(panel, confirm()!);
    await lands(panel, say.company);
  });

  it('a cancellation', async () => {
    at();
    const panel = await show(...server('post', paths.cancel('sub_1'), subscription(), lifecycle.cancelPending, catalog));
    await enter(panel, say.cancel);
    await waitUntil(() => panel.shadowRoot!.querySelector('select'));
    await waitUntil(() => focused()?.matches('h2'));
    const face = panel.shadowRoot!.querySelector('select')!.closest('article')!;
    const confirm = [...face.querySelectorAll('button')].find(({ textContent }) => textContent!.trim() === say.confirmCancel)!;
    confirm.focus();
    await userEvent.keyboard('{Enter}');
    await waitUntil(() => buttons(panel, say.keep)[0]);
    await lands(panel, say.team);
  });

  it('keeping it after all', async () => {
    at();
    const panel = await show(...server('post', paths.resume('sub_1'), lifecycle.cancelPending, subscription(), catalog));
    await enter(panel, say.keep);
    await lands(panel, say.team);
  });

  it('undoing a change', async () => {
    at();
    const panel = await show(...server('delete', paths.changes('sub_1'), lifecycle.scheduledChange, subscription(), catalog));
    await enter(panel, say.undo);
    await lands(panel, say.team);
  });

  it('going back without doing it', async () => {
    at();
    const panel = await show(...owns([other, subscription()], catalog));
    await enter(panel, say.cancel);
    await enter(panel, say.back);
    await lands(panel, say.team);
  });
});

it('going on after a pause, and paying what is open', async () => {
  const resting = subscription({ collectionPaused: {} });
  const panel = await show(...server('post', paths.resume('sub_1'), resting, subscription()));
  await enter(panel, 'Resume');
  await lands(panel, 'Team');
  fixtureCleanup();
  worker.resetHandlers();
  const owing = await show(...server('post', paths.pay('sub_1'), lifecycle.pastDue, subscription()));
  await enter(owing, 'Try the same card again');
  await lands(owing, 'Team');
});

it('a card made the default: the list’s', async () => {
  const after = [
    { ...cards.visa, isDefault: false },
    { ...cards.mastercard, isDefault: true },
  ];
  const panel = await show(
    http.post(`*${paymentMethodPaths.default('pm_mastercard')}`, () => HttpResponse.json({ paymentMethods: after })),
    ...owns([subscription()]),
  );
  await enter(panel, 'Make default: Mastercard ending in 4444');
  await lands(panel, 'Payment methods');
});

describe('back from the bank', () => {
  const open = { id: 'in_9', created: now, amountDue: 10_000, hostedInvoiceUrl: 'https://invoice.example/in_9' };
  async function confirmed(isGone = false): Promise<HTMLElement> {
    const state = { refused: false, paid: false };
    const owned = (): Subscription[] =>
      state.paid ? (isGone ? [] : [changed]) : [subscription(state.refused ? { openInvoices: [open], changePendingUntil: now + day } : {})];
    const panel = await show(
      http.post(`*${paths.changes('sub_1')}`, () => {
        state.refused = true;
        return problem(402, 'authentication_required');
      }),
      http.get(`*${paths.subscriptions}`, () =>
        HttpResponse.json({ subscriptions: [...(isGone ? [] : [other]), ...owned()], trialUsed: [] }),
      ),
      ...owns([]),
    );
    await chooseCompany(panel, texts.en);
    await enter(panel, 'Change and pay $100.00');
    const link = (): HTMLElement | undefined =>
      [...panel.shadowRoot!.querySelectorAll<HTMLElement>('[role="alert"] a')].find(({ textContent }) => textContent!.trim() !== '');
    await waitUntil(() => link() && !panel.shadowRoot!.querySelector('button:disabled'));
    link()!.focus();
    state.paid = true;
    document.dispatchEvent(new Event('visibilitychange'));
    return panel;
  }

  it('where the payment was confirmed, the focus is on the heading of what was changed', async () => {
    await lands(await confirmed(), 'Company');
  });

  it('where it is gone meanwhile, what stands instead has the focus', async () => {
    const panel = await confirmed(true);
    await waitUntil(() => words(panel).includes('No subscription yet'));
    await waitUntil(() => ['alert', 'status'].includes(focused()?.role ?? focused()?.getAttribute('role') ?? ''), focused()?.localName);
  });
});

it('the focus stays where the customer has gone meanwhile', async () => {
  let answer: (() => void) | undefined;
  const waits = new Promise<void>((resolve) => (answer = resolve));
  const panel = await show(
    http.post(`*${paths.resume('sub_1')}`, async () => {
      await waits;
      return HttpResponse.json({ subscription: subscription() });
    }),
    ...owns([lifecycle.cancelPending]),
  );
  await enter(panel, texts.en.keep);
  const elsewhere = await fixture<HTMLElement>(html`<input aria-label="Search" />`);
  elsewhere.focus();
  answer!();
  await waitUntil(() => buttons(panel, texts.en.cancel)[0]?.disabled === false);
  expect(focused()).to.equal(elsewhere);
});
