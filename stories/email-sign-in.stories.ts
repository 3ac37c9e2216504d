import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, waitFor } from 'storybook/test';
import '@tillkit/widgets';
import { hebrewMails, mails, mailStalls, missesFrom, tooManyRequests } from './fixtures/email-codes.ts';
import { lifecycle } from './fixtures/subscriptions.ts';

const meta: Meta = {
  title: '7 Panel/Sign-in by e-mail',
  component: 'till-email-sign-in',
  parameters: { msw: mails(lifecycle.active) },
  render: () => {
    sessionStorage.clear();
    return html`<till-provider><till-email-sign-in></till-email-sign-in></till-provider>`;
  },
};
export default meta;

const inside = (canvas: HTMLElement): ShadowRoot => canvas.querySelector('till-email-sign-in')!.shadowRoot!;
/** Types into the one field and sends the form. */
async function answer(canvas: HTMLElement, name: string, text: string): Promise<void> {
  const find = (): HTMLInputElement | null => inside(canvas).querySelector(`input[name=${name}]`);
  await waitFor(() => expect(find()).toBeTruthy());
  const field = find()!;
  field.value = text;
  field.dispatchEvent(new Event('input'));
  field.form!.requestSubmit();
}
const askFor: StoryObj['play'] = ({ canvasElement }) => answer(canvasElement, 'email', 'ada@example.com');
const guess: StoryObj['play'] = async ({ canvasElement }) => {
  await answer(canvasElement, 'email', 'ada@example.com');
  await answer(canvasElement, 'code', '12345678');
  await waitFor(() => expect(inside(canvasElement).querySelector('[role=alert]')!.textContent).not.toBe(''));
};

export const Address: StoryObj = {};
export const NoAddress: StoryObj = { play: ({ canvasElement }) => answer(canvasElement, 'email', 'ada') };
export const Sending: StoryObj = { parameters: { msw: mailStalls }, play: askFor };
export const TooManyRequests: StoryObj = { parameters: { msw: tooManyRequests }, play: askFor };
export const Code: StoryObj = { play: askFor };
export const HalfACode: StoryObj = {
  play: async ({ canvasElement }) => {
    await answer(canvasElement, 'email', 'ada@example.com');
    await answer(canvasElement, 'code', '1234');
  },
};
export const WrongCode: StoryObj = { parameters: { msw: missesFrom(4) }, play: guess };
export const LastTry: StoryObj = { parameters: { msw: missesFrom(0) }, play: guess };
export const Dark: StoryObj = { parameters: { theme: 'dark', msw: missesFrom(4) }, play: guess };
export const Hebrew: StoryObj = { parameters: { lang: 'he', msw: hebrewMails }, play: askFor };
export const Narrow: StoryObj = {
  parameters: { msw: missesFrom(4) },
  play: guess,
  render: () => {
    sessionStorage.clear();
    return html`<div style="inline-size: 320px">
      <till-provider><till-email-sign-in></till-email-sign-in></till-provider>
    </div>`;
  },
};
