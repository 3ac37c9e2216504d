import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import '@tillkit/widgets';
import type { TillTotal } from '@tillkit/widgets';
import { he } from '../packages/widgets/src/text/he.ts';
import { everything, fails, hebrewSuite, longNames, redis, selection, stalls, suite } from './fixtures/catalogs.ts';

type Args = Partial<Pick<TillTotal, 'catalog' | 'selection' | 'texts'>>;
const meta: Meta<Args> = {
  title: '3 Quote/Total',
  component: 'till-total',
  render: (args) =>
    html`<div style="max-inline-size: 22rem">
      <till-total .catalog=${args.catalog} .selection=${args.selection} .texts=${args.texts}></till-total>
    </div>`,
  args: {
    catalog: suite,
    selection: selection(suite, { planId: 'company', interval: 'year' }, { 'extra-seats': 10, storage: 2, onboarding: 1 }),
  },
};
export default meta;
type Story = StoryObj<Args>;

export const Complete: Story = {
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector<TillTotal>('till-total');
    await element?.updateComplete;
    // 790.00 + 10 × 40.00 + 2 × 60.00 + 190.00 once
    await expect(element?.shadowRoot?.querySelector('.sum dd')?.textContent).toBe('$1,500.00');
  },
};
export const TrialWithCard: Story = { args: { selection: selection(suite) } };
export const TrialWithoutCard: Story = { args: { catalog: redis, selection: selection(redis) } };
export const FreePlan: Story = { args: { catalog: redis, selection: selection(redis, { planId: 'free' }) } };
export const PlusTax: Story = { args: { catalog: everything, selection: selection(everything, {}, { storage: 2 }) } };
export const LongNames: Story = { args: { catalog: longNames, selection: selection(longNames, {}, { storage: 2 }) } };
export const Dark: Story = { parameters: { theme: 'dark' } };
export const Hebrew: Story = {
  args: {
    catalog: hebrewSuite,
    selection: selection(hebrewSuite, { planId: 'company', currency: 'ils' }, { storage: 3, onboarding: 1 }),
    texts: he,
  },
  parameters: { lang: 'he' },
};
const fromServer = html`<till-provider><till-total></till-total></till-provider>`;
export const Pending: Story = { render: () => fromServer, parameters: { msw: stalls } };
/** The plan picker tells what is wrong; the receipt stays away. */
export const Failed: Story = { render: () => fromServer, parameters: { msw: fails } };
