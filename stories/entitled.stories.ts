import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { entitlementsPath } from '@tillkit/core/contract/entitlements-path';
import { html } from 'lit';
import { delay, http, HttpResponse } from 'msw';
import '@tillkit/widgets';
import { serves, suite } from './fixtures/catalogs.ts';
import { signIn } from './fixtures/subscriptions.ts';

const answers = (features: readonly string[]) => [
  ...serves(suite),
  http.get(`*${entitlementsPath}`, () => HttpResponse.json({ features, subscriptions: [], asOf: 0 })),
];

const meta: Meta = {
  title: '6 Subscription/Entitled',
  component: 'till-entitled',
  render: () => html`
    <till-provider>
      <till-entitled feature="exports">
        <p>Download everything as a spreadsheet.</p>
        <p slot="fallback">Exports come with Team. <a href="#prices">See the plans</a></p>
        <p slot="pending">One moment…</p>
      </till-entitled>
    </till-provider>
  `,
};
export default meta;

/** Somebody whose plan has it. */
export const Granted: StoryObj = { beforeEach: signIn, parameters: { msw: { handlers: answers(['exports']) } } };
/** Somebody whose plan has not. */
export const Fallback: StoryObj = { beforeEach: signIn, parameters: { msw: { handlers: answers([]) } } };
/** Before the server has answered. */
export const Pending: StoryObj = {
  beforeEach: signIn,
  parameters: { msw: { handlers: [...serves(suite), http.get(`*${entitlementsPath}`, () => delay('infinite'))] } },
};
