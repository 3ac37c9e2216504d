import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import '@tillkit/widgets';
import type { TillAddOnSelector } from '@tillkit/widgets';
import { he } from '../packages/widgets/src/text/he.ts';
import { everything, hebrewSuite, longNames, selection, stalls, suite } from './fixtures/catalogs.ts';

type Args = Partial<Pick<TillAddOnSelector, 'catalog' | 'selection' | 'texts'>>;
const meta: Meta<Args> = {
  title: '2 Selection/Add-on selector',
  component: 'till-add-on-selector',
  render: (args) =>
    html`<till-add-on-selector .catalog=${args.catalog} .selection=${args.selection} .texts=${args.texts}></till-add-on-selector>`,
  args: { catalog: suite, selection: selection(suite, {}, { 'extra-seats': 10, storage: 2 }) },
};
export default meta;
type Story = StoryObj<Args>;

export const Complete: Story = {
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector<TillAddOnSelector>('till-add-on-selector');
    await element?.updateComplete;
    element?.shadowRoot?.querySelector<HTMLButtonElement>('button[aria-label="More: Guest seats"]')?.click();
    await expect(element?.selection).toMatchObject({ addOns: { 'extra-seats': 15, storage: 2 } });
  },
};
export const NothingChosen: Story = { args: { selection: selection(suite) } };
export const NotOnThisPlan: Story = { args: { selection: selection(suite, { planId: 'starter' }) } };
export const TwentyFour: Story = { args: { catalog: everything, selection: selection(everything) } };
export const LongNames: Story = { args: { catalog: longNames, selection: selection(longNames) } };
export const Dark: Story = { parameters: { theme: 'dark' } };
export const Hebrew: Story = {
  args: { catalog: hebrewSuite, selection: selection(hebrewSuite, { currency: 'ils' }, { storage: 3 }), texts: he },
  parameters: { lang: 'he' },
};
export const Narrow: Story = {
  render: (args) =>
    html`<div style="inline-size: 320px">
      <till-add-on-selector .catalog=${args.catalog} .selection=${args.selection}></till-add-on-selector>
    </div>`,
};
export const Pending: Story = {
  render: () => html`<till-provider><till-add-on-selector></till-add-on-selector></till-provider>`,
  parameters: { msw: stalls },
};
export const Empty: Story = { args: { catalog: { ...suite, addOns: [] }, selection: selection(suite) } };
