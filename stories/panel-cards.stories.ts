/** The panel where cards are its subject: trials without one, what stands still for want of one, and the list. */
import { paymentMethodPaths } from '@tillkit/core/contract/payment-method-paths';
import type { Trial } from '@tillkit/core/catalog/catalog';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { delay, http } from 'msw';
import { expect, waitFor } from 'storybook/test';
import '@tillkit/widgets';
import { hebrewSuite, redis, suite } from './fixtures/catalogs.ts';
import { cards, lifecycle, owns, paysWith, problem, signIn, subscription } from './fixtures/subscriptions.ts';

const meta: Meta = {
  title: '7 Panel/Cards',
  component: 'till-subscription-panel',
  render: () => {
    signIn();
    return html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`;
  },
};
export default meta;

const inside = (canvas: HTMLElement): ShadowRoot => {
  const root = canvas.querySelector('till-subscription-panel')?.shadowRoot;
  if (!root) throw new Error('there is no panel');
  return root;
};
const press = async (canvas: HTMLElement, words: string): Promise<void> => {
  const find = (): HTMLButtonElement | undefined =>
    [...inside(canvas).querySelectorAll('button')].find(
      (button) => (button.ariaLabel ?? button.textContent).includes(words) && !button.disabled,
    );
  await waitFor(() => expect(find()).toBeTruthy());
  find()?.click();
};
const narrow = (): ReturnType<typeof html> => {
  signIn();
  return html`<div style="inline-size: 320px">
    <till-provider><till-subscription-panel></till-subscription-panel></till-provider>
  </div>`;
};
/** The page as it is after the return from Stripe's. */
const comingBack = (): ReturnType<typeof html> => {
  history.replaceState(null, '', `${location.pathname}${location.search}${location.search ? '&' : '?'}till_card=cs_1`);
  signIn();
  return html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`;
};

/** The catalog, every trial of which ends in one way, in whichever language. */
const ending = (end: Trial['end'], catalog = suite): typeof suite => ({
  ...catalog,
  plans: catalog.plans.map((plan) => (plan.kind === 'paid' ? { ...plan, trial: { days: 14, cardRequired: false, end } } : plan)),
});
const trial = (end: Trial['end']): StoryObj => ({ parameters: { msw: owns([lifecycle.trialWithoutCard], ending(end)) } });

const ofRedis = (more: Parameters<typeof subscription>[0]) =>
  subscription({
    ...more,
    planId: 'm',
    seats: 1,
    addOns: {},
    items: [{ id: 'si_1', kind: 'plan', productId: 'm', name: 'M', quantity: 1, unitAmount: 2900, amount: 2900, interval: 'month' }],
  });
const choice = owns([ofRedis({ ...lifecycle.choiceDue, hasPaymentMethod: false })], redis);

export const TrialThenChoice: StoryObj = {
  parameters: { msw: owns([ofRedis(lifecycle.trialWithoutCard)], redis) },
};
export const TrialThenFreePlan: StoryObj = {
  parameters: { msw: owns([ofRedis(lifecycle.trialWithoutCard)], ending('free', redis)) },
};
export const TrialThenEnd = trial('cancel');
export const TrialThenPause = trial('pause');
export const TrialThenInvoice = trial('create_invoice');
export const TrialThenChoiceNarrow: StoryObj = { ...TrialThenChoice, render: narrow };
export const TrialThenChoiceDark: StoryObj = { parameters: { ...TrialThenChoice.parameters, theme: 'dark' } };
export const TrialThenPauseHebrew: StoryObj = {
  parameters: { lang: 'he', msw: owns([lifecycle.trialWithoutCard], ending('pause', hebrewSuite)) },
};

export const Choice: StoryObj = { parameters: { msw: choice } };
export const ChoiceNarrow: StoryObj = { parameters: { msw: choice }, render: narrow };
export const ChoiceDark: StoryObj = { parameters: { msw: choice, theme: 'dark' } };

export const PausedUntilACard: StoryObj = { parameters: { msw: owns([lifecycle.pausedAfterTrial]) } };
export const PausedAndDeclined: StoryObj = { parameters: { msw: owns([lifecycle.pausedAndDeclined]) } };
export const OwedAfterTrial: StoryObj = { parameters: { msw: owns([lifecycle.owedAfterTrial]) } };
export const PastDueNarrow: StoryObj = { parameters: { msw: owns([lifecycle.pastDue]) }, render: narrow };
export const UnpaidDark: StoryObj = { parameters: { msw: owns([lifecycle.unpaid]), theme: 'dark' } };
export const PastDueHebrew: StoryObj = { parameters: { lang: 'he', msw: owns([lifecycle.pastDue], hebrewSuite) } };
export const EndedWithTrial: StoryObj = { parameters: { msw: owns([lifecycle.endedWithTrial]) } };

const many = [cards.visa, cards.mastercard, cards.expired, cards.account];
export const Several: StoryObj = { parameters: { msw: [...paysWith(...many), ...owns([lifecycle.active])] } };
export const SeveralNarrow: StoryObj = { ...Several, render: narrow };
export const SeveralHebrew: StoryObj = {
  parameters: { lang: 'he', theme: 'dark', msw: [...paysWith(...many), ...owns([lifecycle.active], hebrewSuite)] },
};
export const OnlyOne: StoryObj = { parameters: { msw: [...paysWith(cards.visa), ...owns([lifecycle.active])] } };
export const Removing: StoryObj = { ...Several, play: ({ canvasElement }) => press(canvasElement, 'Remove: Mastercard') };
export const RemovingNarrow: StoryObj = { ...Removing, render: narrow };
export const ListLoading: StoryObj = {
  parameters: { msw: [http.get(`*${paymentMethodPaths.all}`, async () => delay('infinite')), ...owns([lifecycle.active])] },
};
export const ListFailed: StoryObj = {
  parameters: { msw: [http.get(`*${paymentMethodPaths.all}`, () => problem(502, 'stripe_unavailable')), ...owns([lifecycle.active])] },
};
export const GoingToStripe: StoryObj = {
  parameters: { msw: [http.post(`*${paymentMethodPaths.all}`, async () => delay('infinite')), ...owns([lifecycle.trialWithoutCard])] },
  play: ({ canvasElement }) => press(canvasElement, 'Add a card'),
};
export const Saving: StoryObj = {
  parameters: { msw: [http.post(`*${paymentMethodPaths.added}`, async () => delay('infinite')), ...owns([lifecycle.pastDue])] },
  render: comingBack,
};
export const Saved: StoryObj = {
  parameters: {
    msw: [
      http.post(`*${paymentMethodPaths.added}`, () => Response.json({ paymentMethods: [cards.visa] })),
      ...owns([{ ...lifecycle.trialWithCard }]),
    ],
  },
  render: comingBack,
};
export const SavedButDeclined: StoryObj = {
  parameters: { msw: [http.post(`*${paymentMethodPaths.added}`, () => problem(402, 'payment_failed')), ...owns([lifecycle.pastDue])] },
  render: comingBack,
};
