/** A change on a phone: what a trial becomes, and a refusal that is in sight with everything around it as it stands. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { cardReturnParameter } from '@tillkit/core/contract/card-return-parameter';
import type { InvoicePreview } from '@tillkit/core/contract/contract';
import { paymentMethodPaths } from '@tillkit/core/contract/payment-method-paths';
import { paths } from '@tillkit/core/contract/paths';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import { hebrewSuite } from '../../stories/fixtures/catalogs.ts';
import { cards, owns, problem, signIn, subscription } from '../../stories/fixtures/subscriptions.ts';
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
  history.replaceState(null, '', location.pathname);
});

async function show(...handlers: Parameters<typeof worker.use>): Promise<HTMLElement> {
  signIn();
  worker.use(...handlers);
  const page = await fixture<HTMLElement>(
    html`<div style="inline-size: 390px">
      <div style="block-size: 2000px"></div>
      <till-provider><till-subscription-panel></till-subscription-panel></till-provider>
      <div style="block-size: 2000px"></div>
    </div>`,
  );
  return page.querySelector('till-subscription-panel')!;
}
const words = (panel: HTMLElement): string => panel.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');
const says = (panel: HTMLElement, text: string): Promise<void> =>
  waitUntil(() => words(panel).includes(text), `${text} in ${words(panel)}`);
async function press(panel: HTMLElement, name: string): Promise<void> {
  const button = () => [...panel.shadowRoot!.querySelectorAll('button')].find(({ textContent }) => textContent!.trim() === name);
  await waitUntil(() => button()?.disabled === false, `${name} in ${words(panel)}`);
  button()!.click();
}
const preview = (more: Partial<InvoicePreview>, token = 'signed') =>
  http.post(`*${paths.previews}`, () =>
    HttpResponse.json({
      preview: token,
      expiresAt: now + 900,
      invoice: {
        currency: 'usd',
        lines: [],
        dueNow: 0,
        credit: 0,
        recurring: { amount: 24_900, interval: 'month' },
        tax: 0,
        effective: 'now',
        effectiveAt: now,
        ...more,
      },
    }),
  );
const trialing = subscription({ status: 'trialing', trialEnd: now + 11 * day });
async function toReview(panel: HTMLElement): Promise<void> {
  await press(panel, 'Change plan or add-ons');
  const company = () => panel.shadowRoot!.querySelector('till-plan-picker')?.shadowRoot!.querySelector<HTMLInputElement>('#company');
  await waitUntil(() => company());
  company()!.click();
  await press(panel, 'See what it costs');
}

describe('a change in a trial', () => {
  it('that leaves it running says until when it is free, and what is paid then', async () => {
    const at = now + 11 * day;
    const panel = await show(preview({ trialEnd: at, nextPayment: { at, amount: 24_900 } }), ...owns([trialing]));
    await toReview(panel);
    await says(panel, 'Your free days go on until May 12, 2027.');
    await says(panel, 'Next payment: $249.00 on May 12, 2027.');
    expect(words(panel)).not.to.contain('Your free days end');
  });

  it('that ends it says so, with the payment after this one', async () => {
    const next = { renewsAt: now + 31 * day, nextPayment: { at: now + 31 * day, amount: 24_900 } };
    const panel = await show(preview({ dueNow: 24_900, trialEnd: now, ...next }), ...owns([trialing]));
    await toReview(panel);
    await says(panel, 'Your free days end with this change.');
    await says(panel, 'Next payment: $249.00 on June 1, 2027.');
  });

  it('that ends it with a discount, whose next amount nobody knows yet, says the day', async () => {
    const panel = await show(preview({ dueNow: 12_450, trialEnd: now, renewsAt: now + 31 * day }), ...owns([trialing]));
    await toReview(panel);
    await says(panel, 'It renews on June 1, 2027.');
  });
});

describe('the price of a change', () => {
  it('is not announced as done, and nothing has changed for the page', async () => {
    const panel = await show(preview({ dueNow: 15_000 }), ...owns([subscription()]));
    let changes = 0;
    panel.addEventListener('till-subscription-change', () => (changes += 1));
    await toReview(panel);
    await says(panel, 'Change and pay $150.00');
    await waitUntil(() => panel.shadowRoot!.querySelector<HTMLButtonElement>('button.primary')?.disabled === false);
    const spoken = [...panel.shadowRoot!.querySelectorAll('[role="status"]')].map(({ textContent }) => textContent!.trim());
    expect(spoken.join('')).to.equal('');
    expect(changes).to.equal(0);
  });
});

/** A server that declines the change, and has its open invoice from then on. */
function declining(code = 'payment_failed', status = 402) {
  const open = { id: 'in_9', created: now, amountDue: 15_000, hostedInvoiceUrl: 'https://invoice.example/in_9' };
  const state = { refused: false, paid: false };
  const owned = (): Subscription =>
    state.paid
      ? subscription({ planId: 'company', items: [{ ...subscription().items[0]!, productId: 'company', name: 'Company', amount: 24_900 }] })
      : subscription(state.refused ? { openInvoices: [open], changePendingUntil: now + day } : {});
  const handlers = [
    http.post(`*${paths.changes('sub_1')}`, () => {
      state.refused = true;
      return problem(status, code);
    }),
    http.get(`*${paths.subscriptions}`, () => HttpResponse.json({ subscriptions: [owned()], trialUsed: [] })),
    http.get(`*${paths.invoices}`, () =>
      HttpResponse.json({
        hasMore: false,
        invoices: [
          ...(state.refused
            ? [
                {
                  id: 'in_9',
                  number: 'TILL-9',
                  status: state.paid ? 'paid' : 'open',
                  created: now,
                  currency: 'usd',
                  total: 15_000,
                  amountDue: 15_000,
                },
              ]
            : []),
          { id: 'in_1', number: 'TILL-1', status: 'paid', created: now - 10 * day, currency: 'usd', total: 9900, amountDue: 0 },
        ],
      }),
    ),
    ...owns([subscription()]),
  ];
  return { state, handlers };
}
const alert = (panel: HTMLElement): HTMLElement | null => panel.shadowRoot!.querySelector('[role=alert]');
const isInSight = (element: Element): boolean => {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
};

describe('a declined change', () => {
  it('is in sight, has the focus and stands before its button; the list has the open invoice', async () => {
    const { handlers } = declining();
    const panel = await show(...handlers);
    await toReview(panel);
    await press(panel, 'Change and pay $100.00');
    await says(panel, 'The payment did not go through.');
    await waitUntil(() => panel.shadowRoot!.activeElement === alert(panel));
    const button = () =>
      [...panel.shadowRoot!.querySelectorAll('button')].find(({ textContent }) => textContent!.includes('Change and pay'));
    await waitUntil(() => button());
    expect(isInSight(alert(panel)!)).to.equal(true);
    expect(button()!.getBoundingClientRect().top - alert(panel)!.getBoundingClientRect().bottom).to.be.within(0, 60);
    await says(panel, 'Open');
    await says(panel, '$150.00');
    await expect(panel).to.be.accessible();
  });

  it('takes an older word about a card away', async () => {
    const { handlers } = declining();
    history.replaceState(null, '', `?${cardReturnParameter}=cs_1`);
    const panel = await show(
      http.post(`*${paymentMethodPaths.added}`, () => HttpResponse.json({ paymentMethods: [cards.visa] })),
      ...handlers,
    );
    await says(panel, 'saved');
    await toReview(panel);
    await press(panel, 'Change and pay $100.00');
    await says(panel, 'The payment did not go through.');
    expect(words(panel)).not.to.match(/card is saved|is saved/iu);
  });
});

describe('a cancellation whose answer is lost', () => {
  async function cancel(before: Subscription, after: Subscription): Promise<HTMLElement> {
    let owned = before;
    const panel = await show(
      http.get(`*${paths.subscriptions}`, () => HttpResponse.json({ subscriptions: [owned], trialUsed: [] })),
      http.post(`*${paths.cancel('sub_1')}`, () => {
        owned = after;
        return problem(502, 'stripe_unavailable');
      }),
      ...owns([before]),
    );
    await press(panel, 'Cancel');
    await press(panel, 'Cancel subscription');
    return panel;
  }

  it.each([
    ['that ends with its period', subscription({ cancelAt: now + day })],
    ['that has ended', { ...subscription(), status: 'canceled', endedAt: now } as const],
  ])('is said to be done of what is read to be a subscription %s', async (_, after) => {
    const panel = await cancel(subscription(), after);
    await says(panel, 'Done. This is how it stands now.');
    expect(words(panel)).not.to.contain('Cancel subscription');
    expect(alert(panel)).to.equal(null);
  });

  it('is still offered where it stands as before, with what is not known', async () => {
    const panel = await cancel(subscription(), subscription());
    await says(panel, 'Whether it was done is not known.');
    await press(panel, 'Cancel subscription');
  });
});

describe('a change whose answer is lost', () => {
  it('is shown as done where it is, and not offered to be paid for again', async () => {
    const { state, handlers } = declining('stripe_unavailable', 502);
    const panel = await show(...handlers);
    await toReview(panel);
    state.paid = true;
    await press(panel, 'Change and pay $100.00');
    await waitUntil(() => panel.shadowRoot!.querySelector('h2')?.textContent === 'Company', words(panel));
    await says(panel, 'Done. This is how it stands now.');
    expect(words(panel)).not.to.contain('Change and pay');
    expect(alert(panel)).to.equal(null);
  });

  it('is shown as planned where it is', async () => {
    const { handlers } = declining('stripe_unavailable', 502);
    const panel = await show(...handlers);
    await toReview(panel);
    const { interval, seats, addOns } = subscription();
    const planned = subscription({ scheduledChange: { planId: 'company', interval, seats, addOns, at: now + 9 * day } });
    worker.use(http.get(`*${paths.subscriptions}`, () => HttpResponse.json({ subscriptions: [planned], trialUsed: [] })));
    await press(panel, 'Change and pay $100.00');
    await says(panel, 'Done. This is how it stands now.');
    expect(words(panel)).to.contain('Changes to Company on');
    expect(words(panel)).not.to.contain('Change and pay');
  });

  it('is still offered where it stands as before, with what is not known', async () => {
    const { handlers } = declining('stripe_unavailable', 502);
    const panel = await show(...handlers);
    await toReview(panel);
    await press(panel, 'Change and pay $100.00');
    await says(panel, 'Whether it was done is not known.');
    await press(panel, 'Change and pay $100.00');
  });
});

describe('a change that waits for the bank', () => {
  it('is shown as done when the tab is seen again', async () => {
    const { state, handlers } = declining('authentication_required');
    const panel = await show(...handlers);
    await toReview(panel);
    await press(panel, 'Change and pay $100.00');
    await says(panel, 'Your bank wants you to confirm this payment.');
    await waitUntil(() => [...panel.shadowRoot!.querySelectorAll('a')].some(({ href }) => href === 'https://invoice.example/in_9'));
    state.paid = true;
    document.dispatchEvent(new Event('visibilitychange'));
    await waitUntil(() => !alert(panel) && panel.shadowRoot!.querySelector('h2')?.textContent === 'Company', words(panel));
    await waitUntil(() => words(panel).includes('Paid') && !words(panel).includes('Open'), words(panel));
  });

  it('is shown as done also when the tab is seen again while how it stood before is still on its way', async () => {
    const { state, handlers } = declining('authentication_required');
    const panel = await show(...handlers);
    await toReview(panel);
    const before = subscription({ changePendingUntil: now + day });
    const answers: (() => void)[] = [];
    worker.use(
      http.get(`*${paths.subscriptions}`, async () => {
        if (state.paid) return; // as it stands by then
        await new Promise<void>((resolve) => answers.push(resolve));
        return HttpResponse.json({ subscriptions: [before], trialUsed: [] });
      }),
    );
    await press(panel, 'Change and pay $100.00');
    await waitUntil(() => answers.length > 0);
    state.paid = true;
    document.dispatchEvent(new Event('visibilitychange'));
    for (const answer of answers) answer();
    await waitUntil(() => panel.shadowRoot!.querySelector('h2')?.textContent === 'Company', 'how it stands since');
    expect(alert(panel)).to.equal(null);
  });

  it('is still waited for when nothing has happened there', async () => {
    const { handlers } = declining('authentication_required');
    const panel = await show(...handlers);
    await toReview(panel);
    await press(panel, 'Change and pay $100.00');
    await says(panel, 'Your bank wants you to confirm this payment.');
    await waitUntil(() => [...panel.shadowRoot!.querySelectorAll('a')].some(({ href }) => href === 'https://invoice.example/in_9'));
    let asked = 0;
    worker.use(
      http.get(`*${paths.subscriptions}`, () => {
        asked += 1;
      }),
    );
    document.dispatchEvent(new Event('visibilitychange'));
    await waitUntil(() => asked > 0);
    await says(panel, 'Your bank wants you to confirm this payment.');
  });

  it('is not asked about where nothing waits', async () => {
    const panel = await show(...owns([subscription()]));
    await says(panel, 'Next payment');
    let asked = 0;
    worker.use(
      http.get(`*${paths.subscriptions}`, () => {
        asked += 1;
      }),
    );
    document.dispatchEvent(new Event('visibilitychange'));
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(asked).to.equal(0);
  });
});

describe('in Hebrew', () => {
  it('canceling the subscription and giving up a change have names that nobody confuses', async () => {
    document.documentElement.lang = 'he';
    const scheduledChange = { at: now + 20 * day, planId: 'starter', interval: 'month', seats: 1, addOns: {} };
    const panel = await show(...owns([subscription({ scheduledChange })], hebrewSuite));
    await says(panel, 'לוותר על השינוי');
    const names = [...panel.shadowRoot!.querySelectorAll('article button')].map(({ textContent }) => textContent!.trim());
    expect(names).to.deep.equal(['לוותר על השינוי', 'ביטול המינוי']);
  });
});

describe('a price that holds no more when it is confirmed', () => {
  const name = (amount: string): string => `Change and pay ${amount}`;
  const sentences = {
    preview_changed: 'The amount has changed meanwhile. Look at it again, then confirm.',
    preview_expired: 'That took a while. Look at the amount again, then confirm.',
    preview_invalid: 'What you confirmed is not valid any more. Look at the amount again, then confirm.',
  } as const;
  const buttons = (panel: HTMLElement): string[] =>
    [...panel.shadowRoot!.querySelectorAll('button')].map(({ textContent }) => textContent!.trim());
  /** A server that refuses the first confirmation; what it then wants to see confirmed is `signed-2`. */
  function moving(code: keyof typeof sentences, second = () => preview({ dueNow: 16_500 }, 'signed-2')) {
    const confirmed: string[] = [];
    const handlers = [
      http.post(`*${paths.changes('sub_1')}`, async ({ request }) => {
        confirmed.push(((await request.json()) as { preview: string }).preview);
        if (confirmed.length > 1) return HttpResponse.json({ subscription: subscription() });
        worker.use(second());
        return problem(409, code);
      }),
      preview({ dueNow: 15_000 }),
      ...owns([subscription()]),
    ];
    return { confirmed, handlers };
  }

  it.each(Object.keys(sentences) as (keyof typeof sentences)[])('is shown anew, and that is what is confirmed: %s', async (code) => {
    const { confirmed, handlers } = moving(code);
    const panel = await show(...handlers);
    await toReview(panel);
    await press(panel, name('$150.00'));
    await says(panel, sentences[code]);
    await waitUntil(() => buttons(panel).includes(name('$165.00')));
    expect(buttons(panel)).not.to.include(name('$150.00'));
    expect(confirmed).to.deep.equal(['signed']);
    await waitUntil(() => panel.shadowRoot!.activeElement === alert(panel));
    await expect(panel).to.be.accessible();
    await press(panel, name('$165.00'));
    await says(panel, 'Done. This is how it stands now.');
    expect(confirmed).to.deep.equal(['signed', 'signed-2']);
  });

  it('says so in Hebrew', async () => {
    document.documentElement.lang = 'he';
    const { handlers } = moving('preview_changed');
    const panel = await show(...handlers, ...owns([subscription()], hebrewSuite));
    await press(panel, 'שינוי מסלול או תוספות');
    const company = () => panel.shadowRoot!.querySelector('till-plan-picker')?.shadowRoot!.querySelector<HTMLInputElement>('#company');
    await waitUntil(() => company());
    company()!.click();
    await press(panel, 'כמה זה עולה');
    await waitUntil(() => panel.shadowRoot!.querySelector<HTMLButtonElement>('button.primary')?.textContent!.includes('150'));
    await waitUntil(() => panel.shadowRoot!.querySelector<HTMLButtonElement>('button.primary')!.disabled === false);
    panel.shadowRoot!.querySelector<HTMLButtonElement>('button.primary')!.click();
    await says(panel, 'הסכום השתנה בינתיים. כדאי לבדוק אותו שוב ולאשר.');
    await waitUntil(() => panel.shadowRoot!.querySelector('button.primary')!.textContent!.includes('165'));
  });

  it('is put away when the new one cannot be had, with what stands in the way', async () => {
    const { confirmed, handlers } = moving('preview_changed', () =>
      http.post(`*${paths.previews}`, () => problem(502, 'stripe_unavailable')),
    );
    const panel = await show(...handlers);
    await toReview(panel);
    await press(panel, name('$150.00'));
    await says(panel, 'The payment service does not answer.');
    expect(words(panel)).not.to.contain('Look at it again, then confirm');
    expect(buttons(panel)).not.to.include(name('$150.00'));
    await press(panel, 'See what it costs');
    await waitUntil(() => confirmed.length === 1);
  });
});

describe('another purchase was a moment faster', () => {
  const other = subscription({ id: 'sub_other', planId: 'company' });
  const refused = 'perhaps bought in another tab a moment ago';
  const alerts = (panel: HTMLElement): string[] =>
    [...panel.shadowRoot!.querySelectorAll('[role="alert"]')].map(({ textContent }) => textContent!.trim()).filter((text) => text !== '');
  /** A server on which something else is owned once it has refused. */
  function overtaken(method: 'post' | 'delete', path: string, before: Subscription, after: readonly Subscription[]) {
    const state = { refused: false };
    return [
      http[method](`*${path}`, () => {
        state.refused = true;
        return problem(409, 'already_subscribed');
      }),
      http.get(`*${paths.subscriptions}`, () => HttpResponse.json({ subscriptions: state.refused ? after : [before], trialUsed: [] })),
      ...owns([before]),
    ];
  }
  const ended = (one: Subscription): Subscription => ({ ...one, status: 'canceled', endedAt: now });

  it.each([
    ['beside what there was', (one: Subscription) => [other, one]],
    ['in the place of what there was', (one: Subscription) => [other, ended(one)]],
  ])('than a change: it says so and shows what there is, %s', async (_, after) => {
    const before = subscription();
    const panel = await show(preview({ dueNow: 15_000 }), ...overtaken('post', paths.changes(before.id), before, after(before)));
    await toReview(panel);
    await press(panel, 'Change and pay $150.00');
    await says(panel, refused);
    expect(alerts(panel)).to.have.length(1);
    expect(words(panel)).not.to.contain('Open your account page');
    expect(words(panel)).not.to.contain('After the change');
    const names = [...panel.shadowRoot!.querySelectorAll('article h2')].map(({ textContent }) => textContent);
    expect(names).to.have.length(after(before).filter(({ status }) => status === 'active').length);
  });

  it('than paying, or than taking a cancellation back', async () => {
    const canceling = subscription({ cancelAt: now + day });
    const panel = await show(...overtaken('post', paths.resume(canceling.id), canceling, [other, ended(canceling)]));
    await press(panel, 'Keep my subscription');
    await says(panel, refused);
    expect(alerts(panel)).to.have.length(1);
  });

  it('than a new card', async () => {
    const paused = subscription({ status: 'past_due' });
    const panel = await show(...overtaken('post', paymentMethodPaths.all, paused, [other, ended(paused)]));
    await press(panel, 'Add a card');
    await says(panel, refused);
    expect(alerts(panel)).to.have.length(1);
    expect(panel.shadowRoot!.querySelectorAll('article')).to.have.length(1);
  });
});

describe('a change while another one waits for its payment', () => {
  const waiting = subscription({
    changePendingUntil: now + day,
    openInvoices: [{ id: 'in_9', created: now, amountDue: 15_000, hostedInvoiceUrl: 'https://invoice.example/in_9' }],
  });
  const dropped = 'Your earlier change still waits for its payment. It is dropped when you confirm another one.';

  it('says before it is confirmed that the other is dropped', async () => {
    const panel = await show(...owns([waiting]));
    await press(panel, 'Change plan or add-ons');
    await says(panel, dropped);
    await press(panel, 'Back');
    await toReview(panel);
    await says(panel, 'Change and pay $100.00');
    await says(panel, dropped);
    await expect(panel).to.be.accessible();
  });

  it('says so in Hebrew', async () => {
    document.documentElement.lang = 'he';
    const panel = await show(...owns([waiting], hebrewSuite));
    await press(panel, 'שינוי מסלול או תוספות');
    await says(panel, 'השינוי הקודם עוד ממתין לתשלום. אישור של שינוי אחר יבטל אותו.');
  });

  it('says so too where it was declined a moment ago, and nothing where nothing waits', async () => {
    const { handlers } = declining();
    const panel = await show(...handlers);
    await toReview(panel);
    await says(panel, 'Change and pay $100.00');
    expect(words(panel)).not.to.contain(dropped);
    await press(panel, 'Change and pay $100.00');
    await says(panel, dropped);
    await press(panel, 'Back');
    await says(panel, 'See what it costs');
    await says(panel, dropped);
  });
});

describe('a change that needs a card first', () => {
  const free = subscription({ hasPaymentMethod: false });

  it.each([
    ['when its price is asked for', paths.previews, 'See what it costs'],
    ['when it is confirmed', paths.changes('sub_1'), 'Change and pay $150.00'],
  ])('leads to the entry of a card: %s', async (_, path, last) => {
    let asked: { subscriptionId?: string } | undefined;
    const panel = await show(
      http.post(`*${path}`, () => problem(409, 'needs_checkout')),
      http.post(`*${paymentMethodPaths.all}`, async ({ request }) => {
        asked = (await request.json()) as typeof asked;
        return problem(429, 'too_many_requests');
      }),
      preview({ dueNow: 15_000 }),
      ...owns([free]),
    );
    await toReview(panel);
    if (last !== 'See what it costs') await press(panel, last);
    await says(panel, 'This needs a card first. Nothing was changed or charged.');
    const inAlert = () => [...alert(panel)!.querySelectorAll('button')].find(({ textContent }) => textContent!.trim() === 'Add a card');
    await waitUntil(() => inAlert()?.disabled === false);
    inAlert()!.click();
    await waitUntil(() => asked);
    expect(asked!.subscriptionId).to.equal('sub_1');
  });

  it('is made after the return with one', async () => {
    history.replaceState(null, '', `?${cardReturnParameter}=cs_1`);
    let confirmed = '';
    const panel = await show(
      http.post(`*${paymentMethodPaths.added}`, () => HttpResponse.json({ paymentMethods: [cards.visa] })),
      http.post(`*${paths.changes('sub_1')}`, async ({ request }) => {
        confirmed = ((await request.json()) as { preview: string }).preview;
        return HttpResponse.json({ subscription: subscription({ planId: 'company' }) });
      }),
      preview({ dueNow: 15_000 }),
      ...owns([subscription()]),
    );
    await says(panel, 'saved');
    await toReview(panel);
    await press(panel, 'Change and pay $150.00');
    await says(panel, 'Done. This is how it stands now.');
    expect(confirmed).to.equal('signed');
  });
});
