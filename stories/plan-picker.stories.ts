import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import '@tillkit/widgets';
import type { TillPlanPicker } from '@tillkit/widgets';
import { he } from '../packages/widgets/src/text/he.ts';
import { everything, fails, firstPlans, hebrewSuite, longNames, redis, selection, serves, stalls, suite } from './fixtures/catalogs.ts';

type Args = Partial<Pick<TillPlanPicker, 'catalog' | 'selection' | 'texts'>>;
const meta: Meta<Args> = {
  title: '2 Selection/Plan picker',
  component: 'till-plan-picker',
  render: (args) => html`<till-plan-picker .catalog=${args.catalog} .selection=${args.selection} .texts=${args.texts}></till-plan-picker>`,
  args: { catalog: suite, selection: selection(suite) },
};
export default meta;
type Story = StoryObj<Args>;

const picker = (canvas: HTMLElement): TillPlanPicker => {
  const element = canvas.querySelector<TillPlanPicker>('till-plan-picker');
  if (!element) throw new Error('there is no plan picker');
  return element;
};
const fromServer = html`<till-provider><till-plan-picker></till-plan-picker></till-provider>`;

export const Complete: Story = {
  play: async ({ canvasElement }) => {
    const element = picker(canvasElement);
    await element.updateComplete;
    const company = element.shadowRoot?.querySelector<HTMLInputElement>('#company');
    company?.click();
    await element.updateComplete;
    await expect(element.selection).toMatchObject({ planId: 'company' });
    await expect(company?.checked).toBe(true);
  },
};
export const Yearly: Story = { args: { selection: selection(suite, { interval: 'year' }) } };
export const FreePlanAndTrials: Story = { args: { catalog: redis, selection: selection(redis) } };
export const OnePlan: Story = { args: { catalog: firstPlans(suite, 1), selection: selection(firstPlans(suite, 1)) } };
export const TwelvePlans: Story = { args: { catalog: everything, selection: selection(everything) } };
export const LongNames: Story = { args: { catalog: longNames, selection: selection(longNames) } };
export const ContactPlan: Story = {
  args: {
    catalog: {
      ...suite,
      plans: [
        ...suite.plans.slice(0, 2),
        {
          id: 'enterprise',
          group: 'main',
          kind: 'contact',
          name: 'Enterprise',
          description: 'For everybody at once.',
          contactUrl: 'mailto:hello@example.com',
          features: [{ text: 'All of it', included: true }],
          prices: [],
        },
      ],
    },
  },
};
export const NotInThisCurrency: Story = {
  args: {
    catalog: {
      ...suite,
      plans: suite.plans.map((plan, index) =>
        index ? plan : { ...plan, prices: plan.prices.map((price) => ({ ...price, amounts: { eur: 900 } })) },
      ),
    },
  },
};
export const Dark: Story = { parameters: { theme: 'dark' } };
export const Hebrew: Story = {
  args: { catalog: hebrewSuite, selection: selection(hebrewSuite, { currency: 'ils' }), texts: he },
  parameters: { lang: 'he' },
};
export const Narrow: Story = {
  render: ({ catalog, selection: chosen }) =>
    html`<div style="inline-size: 320px"><till-plan-picker .catalog=${catalog} .selection=${chosen}></till-plan-picker></div>`,
};
export const FromTheServer: Story = { render: () => fromServer, parameters: { msw: serves(suite) } };
export const Pending: Story = { render: () => fromServer, parameters: { msw: stalls } };
export const Failed: Story = { render: () => fromServer, parameters: { msw: fails } };
export const Empty: Story = { args: { catalog: { ...suite, plans: [] } } };
