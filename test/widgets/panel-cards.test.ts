import { expect, fixture, fixtureCleanup, html, oneEvent } from '@open-wc/testing';
import { paymentMethodPaths } from '@tillkit/core/contract/payment-method-paths';
import { paths } from '@tillkit/core/contract/paths';
import type { Trial } from '@tillkit/core/catalog/catalog';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import { suite } from '../../stories/fixtures/catalogs.ts';
import { cards, lifecycle, owns, paysWith, problem, signIn } from '../../stories/fixtures/subscriptions.ts';
import { waitUntil } from '../support/wait-until.ts';

const worker = setupWorker();
const address = location.href;
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
  history.replaceState(null, '', address);
});

async function show(...handlers: Parameters<typeof worker.use>): Promise<HTMLElement> {
  signIn();
  worker.use(...handlers);
  const page = await fixture(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
  return page.querySelector('till-subscription-panel')!;
}
const words = (panel: HTMLElement): string => panel.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');
const says = (panel: HTMLElement, sentence: string): Promise<void> => waitUntil(() => words(panel).includes(sentence), sentence);
/** By its accessible name. */
const button = (panel: HTMLElement, name: string): HTMLButtonElement | undefined =>
  [...panel.shadowRoot!.querySelectorAll('button')].find((one) => (one.ariaLabel ?? one.textContent!.trim()) === name);
async function press(panel: HTMLElement, name: string): Promise<void> {
  await waitUntil(() => button(panel, name)?.disabled === false, name);
  button(panel, name)!.click();
}
const role = (panel: HTMLElement, name: string): string[] =>
  [...panel.shadowRoot!.querySelectorAll(`[role=${name}]`)].map(({ textContent }) => textContent!.trim());
/** The page as it is after the return from Stripe's. */
const comeBack = (): void => history.replaceState(null, '', `${location.pathname}?kept=1&till_card=cs_1`);

describe('a trial without a card', () => {
  const ending = (end: Trial['end']) => ({
    ...suite,
    plans: suite.plans.map((plan) => (plan.kind === 'paid' ? { ...plan, trial: { days: 14, cardRequired: false, end } } : plan)),
  });
  it.each([
    ['choose', 'Without one, you choose then how to go on.'],
    ['free', 'Without one, you go on with'],
    ['cancel', 'Without one, it simply ends.'],
    ['pause', 'Without one, it pauses until you add a card.'],
    ['create_invoice', 'Without one, an invoice for $99.00 is due then.'],
  ] as const)('says when it ends, what a card costs, and what happens without one: %s', async (end, sentence) => {
    const panel = await show(...owns([lifecycle.trialWithoutCard], ending(end)));
    await says(panel, `Your free trial ends on May 4, 2027 Add a card to keep Team for $99.00 a month. ${sentence}`);
    await expect(panel).to.be.accessible();
  });

  it('asks for Stripe’s page with where to come back to, and stays busy on the way', async () => {
    let asked: unknown;
    let answer: ((response: Response) => void) | undefined;
    const panel = await show(
      http.post(`*${paymentMethodPaths.all}`, async ({ request }) => {
        asked = await request.json();
        return new Promise<Response>((resolve) => (answer = resolve));
      }),
      ...owns([lifecycle.trialWithoutCard]),
    );
    await press(panel, 'Add a card');
    await waitUntil(() => answer);
    expect(asked).to.deep.equal({ returnUrl: location.href, locale: 'en' });
    await waitUntil(() => button(panel, 'One moment…')?.disabled);
    answer?.(problem(502, 'stripe_unavailable'));
    await waitUntil(() => button(panel, 'Add a card')?.disabled === false);
  });
});

describe('what stands still for want of a card', () => {
  it.each([
    ['owedAfterTrial', 'Your free trial ended on April 30, 2027. Add a card to go on.', 'Add a card and pay $99.00'],
    ['pastDue', 'Pay now: your access goes on, or comes back.', 'Update card and pay $99.00'],
    ['unpaid', 'Your access has stopped.', 'Update card and pay $99.00'],
    ['owesTwice', 'We could not collect $198.00', 'Update card and pay $198.00'],
    ['pausedAndDeclined', 'Your subscription goes on as soon as this is paid.', 'Update card and pay $99.00'],
    ['incomplete', 'Your subscription begins as soon as this is paid.', 'Add a card and pay $99.00'],
  ] as const)('names what goes on with one: %s', async (state, sentence, name) => {
    let asked: { subscriptionId?: string } | undefined;
    const panel = await show(
      http.post(`*${paymentMethodPaths.all}`, async ({ request }) => {
        asked = (await request.json()) as typeof asked;
        return problem(429, 'too_many_requests');
      }),
      ...owns([lifecycle[state]]),
    );
    await says(panel, sentence);
    await expect(panel).to.be.accessible();
    await press(panel, name);
    await waitUntil(() => role(panel, 'alert').includes('Too many tries in a short time. Wait a minute, then try again.'));
    expect(asked?.subscriptionId).to.equal('sub_1');
    expect(button(panel, name)!.disabled).to.equal(false);
  });
});

describe('what is paused', () => {
  const now = 1_809_172_800;
  const shown = {
    invoice: {
      currency: 'usd',
      lines: [],
      dueNow: 9900,
      credit: 0,
      recurring: { amount: 9900, interval: 'month' },
      tax: 0,
      effective: 'now',
      effectiveAt: now,
      renewsAt: now + 31 * 86_400,
    },
    preview: 'shown',
    expiresAt: now + 900,
  };

  it.each([
    ['paused', 'Resume', 'Resume and pay $99.00', paths.resume('sub_1')],
    ['pausedAfterTrial', 'Add a card and continue', 'Add a card and resume', paymentMethodPaths.all],
  ] as const)('shows what it costs before it goes on: %s', async (state, begin, confirm, path) => {
    let asked: unknown;
    let sent: { preview?: string } | undefined;
    const panel = await show(
      http.post(`*${paths.previews}`, async ({ request }) => {
        asked = await request.json();
        return HttpResponse.json(shown, { status: 201 });
      }),
      http.post(`*${path}`, async ({ request }) => {
        sent = (await request.json()) as typeof sent;
        return problem(429, 'too_many_requests');
      }),
      ...owns([lifecycle[state]]),
    );
    await waitUntil(() => button(panel, begin));
    await press(panel, begin);
    await says(panel, 'Resume Team');
    expect(asked).to.deep.equal({ subscriptionId: 'sub_1', action: 'resume' });
    await says(panel, '$99.00');
    await says(panel, 'It renews on June 1, 2027.');
    expect(sent).to.equal(undefined);
    await expect(panel).to.be.accessible();
    await press(panel, confirm);
    await waitUntil(() => sent);
    expect(sent!.preview).to.equal('shown');
  });

  it.each([
    ['paused', 'Resume', 'Resume and pay $99.00', paths.resume('sub_1'), 'preview_changed'],
    ['paused', 'Resume', 'Resume and pay $99.00', paths.resume('sub_1'), 'preview_expired'],
    ['pausedAfterTrial', 'Add a card and continue', 'Add a card and resume', paymentMethodPaths.all, 'preview_changed'],
    ['pausedAfterTrial', 'Add a card and continue', 'Add a card and resume', paymentMethodPaths.all, 'preview_expired'],
  ] as const)(
    'is shown anew when it costs something else by then, and that is what is confirmed: %s %s',
    async (state, begin, confirm, path, code) => {
      const sent: (string | undefined)[] = [];
      const later = { ...shown, preview: 'shown-2', invoice: { ...shown.invoice, dueNow: 12_300 } };
      const panel = await show(
        http.post(`*${paths.previews}`, () => HttpResponse.json(sent.length === 0 ? shown : later, { status: 201 })),
        http.post(`*${path}`, async ({ request }) => {
          sent.push(((await request.json()) as { preview?: string }).preview);
          return sent.length === 1 ? problem(409, code) : problem(429, 'too_many_requests');
        }),
        ...owns([lifecycle[state]]),
      );
      await press(panel, begin);
      await says(panel, 'Resume Team');
      await press(panel, confirm);
      const sentence = code === 'preview_changed' ? 'The amount has changed meanwhile.' : 'That took a while.';
      await says(panel, sentence);
      await says(panel, '$123.00');
      expect(role(panel, 'alert').filter((text) => text.includes('again, then confirm'))).to.have.length(1);
      expect(words(panel)).not.to.contain('Due now $99.00');
      await expect(panel).to.be.accessible();
      await press(panel, confirm.replace('$99.00', '$123.00'));
      await waitUntil(() => sent.length === 2);
      expect(sent).to.deep.equal(['shown', 'shown-2']);
    },
  );
});

describe('what has ended', () => {
  it('can begin once more, the newest of it, and goes to a checkout', async () => {
    let asked: { selection?: unknown } | undefined;
    const before = { ...lifecycle.canceled, id: 'sub_0' };
    const panel = await show(
      http.post(`*${paths.checkoutSessions}`, async ({ request }) => {
        asked = (await request.json()) as typeof asked;
        return problem(429, 'too_many_requests');
      }),
      ...owns([lifecycle.endedWithTrial, before]),
    );
    await press(panel, 'Subscribe again');
    await waitUntil(() => asked);
    expect(asked!.selection).to.deep.equal({ planId: 'team', interval: 'month', currency: 'usd', seats: 3, addOns: { storage: 2 } });
    expect(panel.shadowRoot!.querySelectorAll('article')).to.have.length(1);
    await waitUntil(() => role(panel, 'alert').length > 0);
    await expect(panel).to.be.accessible();
  });
});

describe('the return from Stripe’s page', () => {
  it('shows nothing as paid before the server has answered, then what it answers', async () => {
    let answer: ((response: Response) => void) | undefined;
    let paid = false;
    comeBack();
    const panel = await show(
      http.post(`*${paymentMethodPaths.added}`, () => new Promise<Response>((resolve) => (answer = resolve))),
      http.get(`*${paths.subscriptions}`, () =>
        HttpResponse.json({ subscriptions: [paid ? lifecycle.active : lifecycle.pastDue], trialUsed: [] }),
      ),
      ...owns([lifecycle.pastDue]),
    );
    await waitUntil(() => answer && role(panel, 'status').includes('One moment, your card is being saved.'));
    expect(words(panel)).to.contain('Payment failed');
    expect(location.search).to.equal('?kept=1');
    paid = true;
    const changed = oneEvent(panel, 'till-subscription-change');
    answer?.(HttpResponse.json({ paymentMethods: [cards.visa] }));
    await changed;
    await waitUntil(() => role(panel, 'status').includes('Your card is saved. Renewals are paid from it.'));
    expect(words(panel)).to.contain('Active');
    await expect(panel).to.be.accessible();
  });

  it.each([
    [402, 'payment_failed', 'Your card is saved, but the payment was declined. Try another card.'],
    [402, 'authentication_required', 'Your card is saved, but your bank wants you to confirm the payment. Open the invoice to do so.'],
    [409, 'checkout_not_complete', 'The payment is not finished yet.'],
  ])('says what is missing: %d %s', async (status, code, sentence) => {
    comeBack();
    const panel = await show(
      http.post(`*${paymentMethodPaths.added}`, () => problem(status, code)),
      ...owns([lifecycle.pastDue]),
    );
    await waitUntil(() => role(panel, 'alert').includes(sentence));
    await says(panel, '•••• 4242');
    expect(button(panel, 'Update card and pay $99.00')!.disabled).to.equal(false);
  });
});

describe('the list of payment methods', () => {
  it('names brand, digits and expiry, and which is the default', async () => {
    const panel = await show(...paysWith(cards.visa, cards.expired, cards.account), ...owns([lifecycle.active]));
    await says(panel, 'Visa •••• 4242 Expires 08/40 Default');
    await says(panel, 'American Express •••• 0005 Expired 01/24');
    await says(panel, 'SEPA direct debit •••• 3000');
    await expect(panel).to.be.accessible();
  });

  it('asks before it removes, moves the focus there and back, and shows what the server answers', async () => {
    let removed = false;
    const panel = await show(
      http.delete(`*${paymentMethodPaths.one('pm_mastercard')}`, () => {
        removed = true;
        return HttpResponse.json({ paymentMethods: [cards.visa] });
      }),
      ...owns([lifecycle.active]),
    );
    await press(panel, 'Remove: Mastercard ending in 4444');
    const focused = (): string => panel.shadowRoot!.activeElement?.textContent?.trim() ?? '';
    await waitUntil(() => focused() === 'Remove Mastercard ending in 4444?');
    await press(panel, 'Keep it');
    await waitUntil(() => focused() === 'Payment methods');
    expect(removed).to.equal(false);
    await press(panel, 'Remove: Mastercard ending in 4444');
    await press(panel, 'Remove');
    await waitUntil(() => role(panel, 'status').includes('It is removed.'));
    expect(words(panel)).not.to.contain('4444');
    await waitUntil(() => focused() === 'Payment methods');
  });

  it('makes another one the default', async () => {
    const after = [
      { ...cards.visa, isDefault: false },
      { ...cards.mastercard, isDefault: true },
    ];
    const panel = await show(
      http.post(`*${paymentMethodPaths.default('pm_mastercard')}`, () => HttpResponse.json({ paymentMethods: after })),
      ...owns([lifecycle.active]),
    );
    await press(panel, 'Make default: Mastercard ending in 4444');
    await waitUntil(() => role(panel, 'status').includes('Renewals are paid from it now.'));
    await waitUntil(() => button(panel, 'Make default: Visa ending in 4242'));
  });

  it('offers no removal of the last one that a subscription is paid from, and says why', async () => {
    const panel = await show(...paysWith(cards.visa), ...owns([lifecycle.active]));
    await says(panel, 'To remove it, add another one first.');
    expect(button(panel, 'Remove: Visa ending in 4242')).to.equal(undefined);
  });

  it('lets the last one go when nothing is paid from it any more', async () => {
    const panel = await show(...paysWith(cards.visa), ...owns([lifecycle.cancelPending]));
    await waitUntil(() => button(panel, 'Remove: Visa ending in 4242'));
  });

  it('keeps what is shown when the server refuses, and says why', async () => {
    const panel = await show(
      http.delete(`*${paymentMethodPaths.one('pm_visa')}`, () => problem(409, 'last_payment_method')),
      ...owns([lifecycle.active]),
    );
    await press(panel, 'Remove: Visa ending in 4242');
    await press(panel, 'Remove');
    await waitUntil(() => role(panel, 'alert').some((text) => text.startsWith('Your subscription is paid from this one.')));
    await says(panel, 'Visa •••• 4242');
  });

  it('can be read again when it could not be', async () => {
    let fails = true;
    const panel = await show(
      http.get(`*${paymentMethodPaths.all}`, () =>
        fails ? problem(502, 'stripe_unavailable') : HttpResponse.json({ paymentMethods: [cards.visa] }),
      ),
      ...owns([lifecycle.active]),
    );
    await says(panel, 'Your payment methods cannot be shown right now.');
    await expect(panel).to.be.accessible();
    fails = false;
    await press(panel, 'Try again');
    await says(panel, 'Visa •••• 4242');
  });
});
