import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { http, HttpResponse } from 'msw';
import { expect, userEvent, waitFor } from 'storybook/test';
import '@tillkit/widgets';
import '../packages/widgets/src/extended/extended.ts';
import type { TillTotal } from '@tillkit/widgets';
import { paths } from '@tillkit/core/contract/paths';
import { he } from '../packages/widgets/src/text/he.ts';
import { hebrewModels, models, selection } from './fixtures/catalogs.ts';

type Args = Partial<Pick<TillTotal, 'catalog' | 'selection' | 'texts'>>;
const chosen = { messages: 1500, storage: 60, backup: 1, requests: 1 };
const all = ({ catalog, selection: selected, texts }: Args) => html`
  <div style="display: grid; gap: 2rem">
    <till-plan-picker .catalog=${catalog} .selection=${selected} .texts=${texts}></till-plan-picker>
    <till-add-on-selector .catalog=${catalog} .selection=${selected} .texts=${texts}></till-add-on-selector>
    <till-total style="max-inline-size: 24rem" .catalog=${catalog} .selection=${selected} .texts=${texts}></till-total>
  </div>
`;

const meta: Meta<Args> = {
  title: '3 Quote/Price models',
  component: 'till-total',
  render: all,
  args: { catalog: models, selection: selection(models, { planId: 'team' }, chosen) },
};
export default meta;
type Story = StoryObj<Args>;

export const Complete: Story = {
  play: async ({ canvasElement }) => {
    const total = canvasElement.querySelector<TillTotal>('till-total');
    await total?.updateComplete;
    // 5 × 12 + 3 × 10, 2 × 5, 10 × 0.125, 7, and 99 once
    await expect(total?.shadowRoot?.querySelector('.sum dd')?.textContent).toBe('$207.25');
  },
};
export const Yearly: Story = { args: { selection: selection(models, { planId: 'team', interval: 'year' }, { messages: 1500 }) } };
export const Dark: Story = { parameters: { theme: 'dark' } };
export const Hebrew: Story = {
  args: { catalog: hebrewModels, selection: selection(hebrewModels, { planId: 'team' }, chosen), texts: he },
  parameters: { lang: 'he' },
};

const spring = { id: 'c', name: 'Spring', percentOff: '20', duration: 'repeating', months: 3 };
const withCode = html`<till-provider>
  <div style="display: grid; gap: 2rem; max-inline-size: 24rem">
    <till-promotion-code></till-promotion-code>
    <till-total></till-total>
  </div>
</till-provider>`;
const catalogAnswer = http.get(`*${paths.catalog}`, () => HttpResponse.json(models));
const enter = async (canvasElement: HTMLElement, code: string): Promise<ShadowRoot> => {
  const field = canvasElement.querySelector('till-promotion-code');
  await waitFor(() => expect(field?.shadowRoot?.querySelector('input')).toBeTruthy());
  await userEvent.type(field!.shadowRoot!.querySelector('input')!, code);
  await userEvent.click(field!.shadowRoot!.querySelector('button')!);
  return field!.shadowRoot!;
};
export const Code: Story = { render: () => withCode, parameters: { msw: [catalogAnswer] } };
export const CodeApplied: Story = {
  render: () => withCode,
  parameters: { msw: [catalogAnswer, http.post(`*${paths.discounts}`, () => HttpResponse.json({ discount: spring }))] },
  play: async ({ canvasElement }) => {
    const root = await enter(canvasElement, 'SPRING');
    await waitFor(() => expect(root.querySelector('.good')?.textContent).toContain('Spring'));
    await waitFor(() => expect(canvasElement.querySelector('till-total')?.shadowRoot?.textContent).toContain('Spring'));
  },
};
export const CodeRefused: Story = {
  render: () => withCode,
  parameters: {
    msw: [
      catalogAnswer,
      http.post(`*${paths.discounts}`, () => HttpResponse.json({ code: 'promotion_code_unknown', instance: '1' }, { status: 422 })),
    ],
  },
  play: async ({ canvasElement }) => {
    const root = await enter(canvasElement, 'NOBODY');
    await waitFor(() => expect(root.querySelector('[role=alert]')?.textContent).toContain('There is no such code'));
  },
};
