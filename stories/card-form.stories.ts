import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { paths } from '@tillkit/core/contract/paths';
import { html } from 'lit';
import { http, HttpResponse } from 'msw';
import '@tillkit/widgets';
import { fails, hebrewSuite, serves, stalls, suite } from './fixtures/catalogs.ts';
import { fakeStripe } from './fixtures/stripe.ts';

const sells = (catalog: typeof suite) => [
  ...serves({ ...catalog, publishableKey: 'pk_test_story' }),
  http.post(`*${paths.checkoutSessions}`, () =>
    HttpResponse.json({ checkoutSessionId: 'cs_1', clientSecret: 'cs_1_secret_1', expiresAt: 0 }),
  ),
];

const meta: Meta = {
  title: '4 Checkout/Card form',
  component: 'till-card-form',
  render: () => {
    fakeStripe();
    return html`<till-provider plan="starter"><till-card-form></till-card-form></till-provider>`;
  },
  parameters: { msw: sells(suite) },
};
export default meta;

export const Complete: StoryObj = {};
export const Trial: StoryObj = {
  render: () => {
    fakeStripe();
    return html`<till-provider plan="team"><till-card-form></till-card-form></till-provider>`;
  },
};
export const Dark: StoryObj = { parameters: { theme: 'dark' } };
export const Hebrew: StoryObj = { parameters: { lang: 'he', msw: sells(hebrewSuite) } };
export const Narrow: StoryObj = {
  render: () => {
    fakeStripe();
    return html`<div style="inline-size: 320px">
      <till-provider plan="starter"><till-card-form></till-card-form></till-provider>
    </div>`;
  },
};
export const NotSetUp: StoryObj = { parameters: { msw: serves(suite) } };
export const Pending: StoryObj = { parameters: { msw: stalls } };
export const Failed: StoryObj = { parameters: { msw: fails } };
export const Refused: StoryObj = {
  parameters: {
    msw: [
      ...serves({ ...suite, publishableKey: 'pk_test_story' }),
      http.post(`*${paths.checkoutSessions}`, () =>
        HttpResponse.json({ type: 'about:blank', title: '', status: 502, code: 'stripe_unavailable', instance: '1' }, { status: 502 }),
      ),
    ],
  },
};
