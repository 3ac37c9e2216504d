import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { paths } from '@tillkit/core/contract/paths';
import { html } from 'lit';
import { HttpResponse } from 'msw';
import { expect, waitFor } from 'storybook/test';
import '@tillkit/widgets';
import { mails, wantsStepUp } from './fixtures/email-codes.ts';
import { hebrewSuite, redis } from './fixtures/catalogs.ts';
import { accountFails, accountStalls, lifecycle, owns, sessionEnded, signIn, subscription } from './fixtures/subscriptions.ts';

const meta: Meta = {
  title: '7 Panel/Subscription panel',
  component: 'till-subscription-panel',
  render: () => {
    signIn();
    return html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`;
  },
};
export default meta;

const shows = (...subscriptions: Parameters<typeof owns>[0]): StoryObj => ({ parameters: { msw: owns(subscriptions) } });
const inside = (canvas: HTMLElement): ShadowRoot => {
  const root = canvas.querySelector('till-subscription-panel')?.shadowRoot;
  if (!root) throw new Error('there is no panel');
  return root;
};
const press = async (canvas: HTMLElement, words: string): Promise<void> => {
  const find = (): HTMLElement | undefined =>
    [...inside(canvas).querySelectorAll('button')].find(({ textContent }) => textContent?.includes(words));
  await waitFor(() => expect(find()).toBeTruthy());
  find()?.click();
};

export const Active = shows(lifecycle.active);
export const TrialWithCard = shows(lifecycle.trialWithCard);
export const TrialWithoutCard = shows(lifecycle.trialWithoutCard);
export const LastDayOfTrial = shows(lifecycle.lastDayOfTrial);
export const ChoiceAfterTrial: StoryObj = {
  parameters: {
    msw: owns(
      [
        subscription({
          ...lifecycle.choiceDue,
          planId: 'm',
          seats: 1,
          addOns: {},
          items: [{ id: 'si_1', kind: 'plan', productId: 'm', name: 'M', quantity: 1, unitAmount: 2900, amount: 2900, interval: 'month' }],
        }),
      ],
      redis,
    ),
  },
};
export const PastDue = shows(lifecycle.pastDue);
export const Unpaid = shows(lifecycle.unpaid);
export const Incomplete = shows(lifecycle.incomplete);
export const Paused = shows(lifecycle.paused);
export const CancelPending = shows(lifecycle.cancelPending);
export const Canceled = shows(lifecycle.canceled);
export const ScheduledChange = shows(lifecycle.scheduledChange);
export const UnknownToTheCatalog = shows(lifecycle.unknownToCatalog);
export const SeveralSubscriptions = shows(lifecycle.active, subscription({ ...lifecycle.trialWithCard, id: 'sub_2' }));
export const Nothing = shows();
export const Changing: StoryObj = { ...shows(lifecycle.active), play: ({ canvasElement }) => press(canvasElement, 'Change plan') };
export const ReviewingAChange: StoryObj = {
  ...shows(lifecycle.active),
  play: async ({ canvasElement }) => {
    await press(canvasElement, 'Change plan');
    await waitFor(() =>
      expect(inside(canvasElement).querySelector('till-plan-picker')?.shadowRoot?.querySelector('#company')).toBeTruthy(),
    );
    inside(canvasElement).querySelector('till-plan-picker')?.shadowRoot?.querySelector<HTMLElement>('#company')?.click();
    await press(canvasElement, 'See what it costs');
    await waitFor(() => expect(inside(canvasElement).textContent).toContain('Change and pay $100.00'));
  },
};
export const Canceling: StoryObj = { ...shows(lifecycle.active), play: ({ canvasElement }) => press(canvasElement, 'Cancel') };
export const SignedOut: StoryObj = { parameters: { msw: sessionEnded } };
export const SignedOutWithCodes: StoryObj = {
  parameters: { msw: mails(lifecycle.active) },
  render: () => {
    sessionStorage.clear();
    return html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`;
  },
};
export const SigningInAgain: StoryObj = {
  parameters: { msw: wantsStepUp(paths.cancel('sub_1'), [lifecycle.active], () => HttpResponse.json({})) },
  play: async ({ canvasElement }) => {
    await press(canvasElement, 'Cancel');
    await press(canvasElement, 'Cancel subscription');
    await waitFor(() => expect(inside(canvasElement).querySelector('till-email-sign-in')).toBeTruthy());
  },
};
export const Pending: StoryObj = { parameters: { msw: accountStalls } };
export const Failed: StoryObj = { parameters: { msw: accountFails } };
export const Dark: StoryObj = { parameters: { theme: 'dark', msw: owns([lifecycle.pastDue]) } };
export const Hebrew: StoryObj = { parameters: { lang: 'he', msw: owns([lifecycle.active], hebrewSuite) } };
export const Narrow: StoryObj = {
  ...shows(lifecycle.scheduledChange),
  render: () => {
    signIn();
    return html`<div style="inline-size: 320px">
      <till-provider><till-subscription-panel></till-subscription-panel></till-provider>
    </div>`;
  },
};
