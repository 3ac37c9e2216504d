/** The panel in states that few think of: paid by use, a discount that ends, a price that was replaced, another tab, an answer that comes late. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { errorCodes } from '@tillkit/core/contract/error-codes';
import { paths } from '@tillkit/core/contract/paths';
import type { Subscription, SubscriptionItem } from '@tillkit/core/subscription/subscription';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { errorText } from '../../packages/widgets/src/text/errors.ts';
import { lifecycle, owns, problem, signIn, subscription } from '../../stories/fixtures/subscriptions.ts';
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
  document.documentElement.removeAttribute('lang');
});

async function show(...handlers: Parameters<typeof worker.use>): Promise<HTMLElement> {
  signIn();
  worker.use(...handlers);
  const page = await fixture(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
  return page.querySelector('till-subscription-panel')!;
}
const words = (panel: HTMLElement): string => panel.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');
const says = (panel: HTMLElement, sentence: string): Promise<void> => waitUntil(() => words(panel).includes(sentence), sentence);
const buttons = (panel: HTMLElement, name: string): HTMLButtonElement[] =>
  [...panel.shadowRoot!.querySelectorAll('button')].filter(({ textContent }) => textContent!.trim() === name);
async function press(panel: HTMLElement, name: string, at = 0): Promise<void> {
  await waitUntil(() => buttons(panel, name)[at]?.disabled === false, name);
  buttons(panel, name)[at]!.click();
}
async function pick(panel: HTMLElement, planId: string): Promise<void> {
  const input = () => panel.shadowRoot!.querySelector('till-plan-picker')?.shadowRoot!.querySelector<HTMLInputElement>(`#${planId}`);
  await waitUntil(() => input());
  input()!.click();
}

describe('what is paid by use', () => {
  const item: SubscriptionItem = {
    id: 'si_1',
    kind: 'plan',
    productId: 'team',
    name: 'Team',
    quantity: 1,
    unitAmount: 1,
    amount: 0,
    interval: 'month',
    explanation: [{ kind: 'steps', steps: [{ kind: 'metered' }] }],
  };
  const byUse = (more: Partial<Subscription>): Subscription =>
    subscription({
      items: [item],
      seats: 1,
      addOns: {},
      nextPayment: { at: now + 20 * day, amount: 0 },
      needsPaymentMethod: true,
      ...more,
    });

  it.each([
    ['active', {}, 'What you use is paid at the end of each period.'],
    ['in a trial', { status: 'trialing', trialEnd: now + 11 * day }, 'Free until May 12, 2027. Then what you use each month.'],
    [
      'in a trial without a card',
      { status: 'trialing', trialEnd: now + 11 * day, hasPaymentMethod: false },
      'Add a card to keep Team for what you use each month.',
    ],
    [
      'paused',
      { status: 'paused', trialEnd: now - day, hasPaymentMethod: false },
      'It goes on at once, for what you use each month from that day.',
    ],
  ] as const)('is not said to be free: %s', async (_, more, sentence) => {
    const panel = await show(...owns([byUse(more)]));
    await says(panel, sentence);
    expect(words(panel)).not.to.contain('Free, for as long as you like.');
    expect(words(panel)).not.to.contain('for $0.00');
  });

  it('is not said to cost nothing after a change', async () => {
    const line = { kind: 'plan', name: 'Company', quantity: 1, amount: 0, interval: 'month', explanation: item.explanation } as const;
    const panel = await show(
      http.post(`*${paths.previews}`, () =>
        HttpResponse.json({
          preview: 'signed',
          expiresAt: now + 900,
          invoice: {
            currency: 'usd',
            lines: [],
            dueNow: 0,
            credit: 0,
            recurring: { amount: 0, interval: 'month' },
            renewal: {
              currency: 'usd',
              lines: [line],
              discounts: [],
              taxes: [],
              credit: 0,
              sum: 0,
              due: { kind: 'every', interval: 'month' },
            },
            tax: 0,
            effective: 'now',
            effectiveAt: now,
          },
        }),
      ),
      ...owns([subscription()]),
    );
    await press(panel, 'Change plan or add-ons');
    await pick(panel, 'company');
    await press(panel, 'See what it costs');
    await says(panel, 'Then what you use each month.');
  });
});

it.each([
  ['en', undefined, 'Then $19.00 a month.'],
  ['en', true, 'Then $19.00 a month, before discounts.'],
  ['he', true, ', לפני הנחות.'],
])('in %s a change says of renewals what is taken off them: %s', async (language, isDiscounted, sentence) => {
  document.documentElement.lang = language;
  const invoice = { currency: 'usd', lines: [], dueNow: 0, credit: 0, recurring: { amount: 1900, interval: 'month' }, tax: 0 };
  const answer = { ...invoice, effective: 'now', effectiveAt: now, ...(isDiscounted && { isDiscounted }) };
  const panel = await show(
    http.post(`*${paths.previews}`, () => HttpResponse.json({ preview: 'signed', expiresAt: now + 900, invoice: answer })),
    ...owns([subscription()]),
  );
  await press(panel, language === 'he' ? 'שינוי מסלול או תוספות' : 'Change plan or add-ons');
  await pick(panel, 'company');
  await press(panel, language === 'he' ? 'כמה זה עולה' : 'See what it costs');
  await says(panel, sentence);
});

it('a discount or a credit in the first payment after a trial is not said to come every month', async () => {
  const at = now + 11 * day;
  const discounts = [{ name: 'Welcome', amount: -4950 }];
  const trial: Partial<Subscription> = {
    status: 'trialing',
    trialEnd: at,
    nextPayment: {
      at,
      amount: 4950,
      receipt: { currency: 'usd', lines: [], discounts, taxes: [], credit: 0, sum: 4950, due: { kind: 'at', at } },
    },
  };
  const panel = await show(...owns([subscription(trial)]));
  await says(panel, 'Free until May 12, 2027. Next payment: $49.50 on May 12, 2027.');
  expect(words(panel)).not.to.contain('$49.50 a month');
  fixtureCleanup();
  const bare = await show(...owns([subscription({ ...trial, hasPaymentMethod: false })]));
  await says(bare, 'Add a card to keep Team. Next payment: $49.50 on May 12, 2027.');
});

it('a trial whose end nobody knows is not said to end simply', async () => {
  const panel = await show(
    ...owns([subscription({ status: 'trialing', trialEnd: now + 3 * day, hasPaymentMethod: false, planId: 'gone' })]),
  );
  await says(panel, 'Your free trial ends on May 4, 2027');
  expect(words(panel)).not.to.contain('Without one');
});

describe('the choice after a trial', () => {
  it('names what is paid when it is bought today, not what the price was when the trial began', async () => {
    const items = lifecycle.choiceDue.items.map((one) => ({ ...one, unitAmount: 100, amount: 100 * one.quantity }));
    const panel = await show(...owns([subscription({ ...lifecycle.choiceDue, items })]));
    await says(panel, '$99.00 a month, from today');
  });

  it('buys what is still sold of it', async () => {
    let asked: unknown;
    const panel = await show(
      http.post(`*${paths.checkoutSessions}`, async ({ request }) => {
        ({ selection: asked } = (await request.json()) as { selection: unknown });
        return problem(409, 'already_subscribed');
      }),
      ...owns([subscription({ ...lifecycle.choiceDue, addOns: { storage: 2, gone: 1 } })]),
    );
    await press(panel, 'Add a card and continue');
    await waitUntil(() => asked);
    expect(asked).to.deep.equal({ planId: 'team', interval: 'month', currency: 'usd', seats: 3, addOns: { storage: 2 } });
  });
});

describe('an answer that comes late', () => {
  async function pricing(): Promise<{ panel: HTMLElement; answer: () => void }> {
    let answer: (() => void) | undefined;
    const [panel] = [
      await show(
        http.post(`*${paths.previews}`, async () => {
          await new Promise<void>((resolve) => (answer = resolve));
          return HttpResponse.json({
            preview: 'signed',
            expiresAt: now + 900,
            invoice: {
              currency: 'usd',
              lines: [],
              dueNow: 100,
              credit: 0,
              recurring: { amount: 24_900, interval: 'month' },
              tax: 0,
              effective: 'now',
              effectiveAt: now,
            },
          });
        }),
        ...owns([subscription()]),
      ),
    ];
    await press(panel, 'Change plan or add-ons');
    await pick(panel, 'company');
    await press(panel, 'See what it costs');
    await waitUntil(() => answer);
    return { panel, answer: () => answer!() };
  }
  const isBusy = (panel: HTMLElement): boolean =>
    words(panel).includes('One moment') || buttons(panel, 'Cancel').some(({ disabled }) => disabled);

  it('does not open again what was left', async () => {
    const { panel, answer } = await pricing();
    await press(panel, 'Back');
    answer();
    await waitUntil(() => !isBusy(panel));
    expect(words(panel)).not.to.contain('After the change');
  });

  it('does not stand in for what was chosen meanwhile', async () => {
    const { panel, answer } = await pricing();
    await pick(panel, 'starter');
    answer();
    await waitUntil(() => !isBusy(panel));
    expect(words(panel)).not.to.contain('After the change');
    const picker = panel.shadowRoot!.querySelector('till-plan-picker')!;
    expect(picker.shadowRoot!.querySelector<HTMLInputElement>('#starter')!.checked).to.equal(true);
  });

  it('leaves alone what was opened of another subscription meanwhile', async () => {
    let answer: (() => void) | undefined;
    const other = subscription({ id: 'sub_2', group: 'other', planId: 'team' });
    const panel = await show(
      http.post(`*${paths.cancel('sub_1')}`, async () => {
        await new Promise<void>((resolve) => (answer = resolve));
        return HttpResponse.json({ subscription: lifecycle.cancelPending });
      }),
      ...owns([subscription(), other]),
    );
    await press(panel, 'Cancel');
    await press(panel, 'Cancel subscription');
    await waitUntil(() => answer);
    await press(panel, 'Cancel');
    await says(panel, 'Cancel Team?');
    answer!();
    await says(panel, 'Ends on May 21, 2027.');
    expect(words(panel)).to.contain('Cancel Team?');
  });
});

it('what another tab has done already stands there after the refusal, with a sentence that is true', async () => {
  let undone = false;
  const panel = await show(
    http.delete(`*${paths.changes('sub_1')}`, () => {
      undone = true;
      return problem(409, 'nothing_to_undo');
    }),
    http.get(`*${paths.subscriptions}`, () =>
      HttpResponse.json({ subscriptions: [undone ? lifecycle.active : lifecycle.scheduledChange], trialUsed: [] }),
    ),
    ...owns([lifecycle.scheduledChange]),
  );
  await press(panel, 'Undo this change');
  await says(panel, 'Next payment: $99.00 on May 21, 2027.');
  await waitUntil(() => !words(panel).includes('Changes to Starter'));
  expect(words(panel)).not.to.contain('Whether it was done is not known');
});

it('two that have ended and that the catalog does not know are both shown', async () => {
  const gone = (id: string, name: string): Subscription => {
    const { group: _, planId: __, ...rest } = subscription({ id, status: 'canceled', endedAt: now - day });
    return { ...rest, items: [{ ...rest.items[0]!, kind: 'unknown', productId: name, name }] };
  };
  const panel = await show(...owns([gone('sub_1', 'Old one'), gone('sub_2', 'Old two')]));
  await says(panel, 'Old one');
  expect(words(panel)).to.contain('Old two');
});

it('no refusal is said to be something that may have been done', () => {
  // the page never sends these
  const foreign = new Set(['signature_invalid']);
  for (const language of ['en', 'he']) {
    const unsure = errorText(language, 'internal_error');
    const vague = Object.entries(errorCodes)
      .filter(([code, { status }]) => status < 500 && !foreign.has(code) && errorText(language, code) === unsure)
      .map(([code]) => code);
    expect(vague).to.deep.equal([]);
  }
});

it.each(['unpaid', 'pastDue'] as const)(
  'ending what is %s is not said to keep everything until then, nor to leave nothing to pay',
  async (state) => {
    const panel = await show(...owns([lifecycle[state]]));
    await press(panel, 'Cancel');
    await says(panel, 'What is open now stays open.');
    expect(words(panel)).not.to.contain('You keep everything');
    expect(words(panel)).not.to.contain('What you use is paid');
  },
);

it.each([
  ['active', true],
  ['trialWithoutCard', true],
  ['pastDue', false],
  ['unpaid', false],
  ['cancelPending', false],
] as const)('what is %s is offered to be changed exactly where the server changes it: %s', async (state, isOffered) => {
  const panel = await show(...owns([lifecycle[state]]));
  await waitUntil(() => panel.shadowRoot!.querySelectorAll('article button').length > 0);
  expect(buttons(panel, 'Change plan or add-ons').length > 0).to.equal(isOffered);
});

it('ending what is late and paid by use is said to bill that use', async () => {
  const [plan] = lifecycle.pastDue.items;
  const items: SubscriptionItem[] = [{ ...plan!, explanation: [{ kind: 'steps', steps: [{ kind: 'metered' }] }] }];
  const panel = await show(...owns([{ ...lifecycle.pastDue, items }]));
  await press(panel, 'Cancel');
  await says(panel, 'What is open now stays open. Until then you can change your mind. What you use is paid at the end of each period.');
});

it('what is late and ends is not said to stay as it is until then', async () => {
  const panel = await show(...owns([{ ...lifecycle.pastDue, cancelAt: lifecycle.cancelPending.cancelAt! }]));
  await says(panel, 'and does not renew.');
  expect(words(panel)).not.to.contain('everything stays as it is');
});

describe('why something was refused', () => {
  const tooMany = 'That is more than you can have here, or during a trial. Choose less.';
  const alerts = (panel: HTMLElement): string[] =>
    [...panel.shadowRoot!.querySelectorAll('[role=alert]')].map(({ textContent }) => textContent!.trim());

  it('is not said of what is chosen after it', async () => {
    const panel = await show(
      http.post(`*${paths.previews}`, () => problem(422, 'quantity_above_max')),
      ...owns([lifecycle.active]),
    );
    await press(panel, 'Change plan or add-ons');
    await pick(panel, 'company');
    await press(panel, 'See what it costs');
    await says(panel, tooMany);
    await pick(panel, 'starter');
    await waitUntil(() => !words(panel).includes(tooMany));
    expect(buttons(panel, 'See what it costs')).to.have.length(1);
  });

  it('is not said any more of a cancellation that was left', async () => {
    const panel = await show(
      ...owns([lifecycle.active]),
      http.post(`*${paths.cancel('sub_1')}`, () => problem(429, 'too_many_requests')),
    );
    await press(panel, 'Cancel');
    await press(panel, 'Cancel subscription');
    await says(panel, 'Too many tries');
    await press(panel, 'Back');
    await waitUntil(() => buttons(panel, 'Change plan or add-ons')[0]);
    expect(alerts(panel)).to.deep.equal([]);
  });

  it('is said on where it may have been done', async () => {
    const panel = await show(
      ...owns([lifecycle.active]),
      http.post(`*${paths.cancel('sub_1')}`, () => problem(502, 'stripe_unavailable')),
    );
    await press(panel, 'Cancel');
    await press(panel, 'Cancel subscription');
    await says(panel, 'Whether it was done is not known.');
    await press(panel, 'Back');
    await waitUntil(() => buttons(panel, 'Change plan or add-ons')[0]);
    expect(words(panel)).to.contain('Whether it was done is not known.');
  });

  it('is said of a resumption whose answer got lost, with how it stands and not with what it would cost', async () => {
    const invoice = { currency: 'usd', dueNow: 9900, recurring: { amount: 9900, interval: 'month' }, effective: 'now', effectiveAt: now };
    const panel = await show(
      http.post(`*${paths.previews}`, () => HttpResponse.json({ preview: 'p', invoice })),
      http.post(`*${paths.resume('sub_1')}`, () => {
        worker.use(...owns([lifecycle.active]));
        return problem(502, 'stripe_unavailable');
      }),
      ...owns([lifecycle.paused]),
    );
    await press(panel, 'Resume');
    await press(panel, 'Resume and pay $99.00');
    await says(panel, 'Whether it was done is not known.');
    await waitUntil(() => buttons(panel, 'Change plan or add-ons')[0], words(panel));
    expect(buttons(panel, 'Resume and pay $99.00')).to.deep.equal([]);
  });

  it('is not said of a resumption that was left', async () => {
    const invoice = { currency: 'usd', dueNow: 9900, recurring: { amount: 9900, interval: 'month' }, effective: 'now', effectiveAt: now };
    const panel = await show(
      http.post(`*${paths.previews}`, () => HttpResponse.json({ preview: 'p', invoice })),
      http.post(`*${paths.resume('sub_1')}`, () => problem(429, 'too_many_requests')),
      ...owns([lifecycle.paused]),
    );
    await press(panel, 'Resume');
    await waitUntil(() => panel.shadowRoot!.querySelector('button.primary')?.textContent?.includes('$99.00'));
    panel.shadowRoot!.querySelector<HTMLButtonElement>('button.primary')!.click();
    await says(panel, 'Too many tries');
    await press(panel, 'Back');
    await waitUntil(() => buttons(panel, 'Resume')[0]);
    expect(alerts(panel)).to.deep.equal([]);
  });

  it('of a purchase begun elsewhere on the page is not said of the subscription from which another was begun before', async () => {
    const panel = await show(
      ...owns([lifecycle.canceled]),
      http.post(`*${paths.checkoutSessions}`, () => problem(429, 'too_many_requests')),
      http.post(`*${paths.subscriptions}`, () => problem(429, 'too_many_requests')),
    );
    await press(panel, 'Subscribe again');
    await says(panel, 'Too many tries');
    const { store } = panel.parentElement as TillProvider;
    await store.checkout(store.state.selection!);
    expect(store.state.purchase.status).to.equal('error');
    await waitUntil(() => alerts(panel).length === 0);
  });
});
