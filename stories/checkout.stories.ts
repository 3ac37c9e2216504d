import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { paths } from '@tillkit/core/contract/paths';
import { html } from 'lit';
import { http, HttpResponse } from 'msw';
import { expect, waitFor } from 'storybook/test';
import '@tillkit/widgets';
import { everything, fails, hebrewSuite, products, redis, serves, stalls, suite } from './fixtures/catalogs.ts';

const meta: Meta = {
  title: '4 Checkout/Checkout',
  component: 'till-checkout',
  render: () => html`<till-provider><till-checkout></till-checkout></till-provider>`,
  parameters: { msw: serves(suite) },
};
export default meta;

const deep = (element: Element | null | undefined, selector: string): Element | null | undefined =>
  element?.shadowRoot?.querySelector(selector);

export const Complete: StoryObj = {
  play: async ({ canvasElement }) => {
    const checkout = canvasElement.querySelector('till-checkout');
    const sum = (): string | null | undefined => deep(deep(checkout, 'till-total'), '.sum dd')?.textContent;
    await waitFor(() => expect(sum()).toBe('$29.00'));
    (deep(deep(checkout, 'till-plan-picker'), '#company') as HTMLElement | null)?.click();
    await waitFor(() => expect(sum()).toBe('$79.00'));
  },
};
export const FreePlanAndTrials: StoryObj = { parameters: { msw: serves(redis) } };
export const TwelvePlans: StoryObj = { parameters: { msw: serves(everything) } };
export const ProductsAlone: StoryObj = { parameters: { msw: serves(products) } };
export const InEuro: StoryObj = {
  render: () => html`<till-provider><till-checkout currency="EUR" plan="company" interval="year"></till-checkout></till-provider>`,
};
export const Dark: StoryObj = { parameters: { theme: 'dark' } };
export const Hebrew: StoryObj = {
  render: () => html`<till-provider currency="ils"><till-checkout></till-checkout></till-provider>`,
  parameters: { lang: 'he', msw: serves(hebrewSuite) },
};
export const Narrow: StoryObj = {
  render: () =>
    html`<div style="inline-size: 320px">
      <till-provider><till-checkout></till-checkout></till-provider>
    </div>`,
};
export const Pending: StoryObj = { parameters: { msw: stalls } };
export const Failed: StoryObj = { parameters: { msw: fails } };
export const Refused: StoryObj = {
  parameters: {
    msw: [
      ...serves(suite),
      http.post(`*${paths.checkoutSessions}`, () =>
        HttpResponse.json({ type: 'about:blank', title: '', status: 429, code: 'too_many_requests', instance: '1' }, { status: 429 }),
      ),
    ],
  },
  play: async ({ canvasElement }) => {
    const total = (): Element | null | undefined => deep(canvasElement.querySelector('till-checkout'), 'till-total');
    await waitFor(() => expect(deep(total(), '.primary')).toBeTruthy());
    (deep(total(), '.primary') as HTMLElement | null)?.click();
    await waitFor(() => expect(deep(total(), '[role=alert]')?.textContent).toContain('Too many tries'));
  },
};
