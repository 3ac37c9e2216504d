import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSandbox, type Listening, type Sandbox } from '@tillkit/sandbox';
import { observe } from '../contract/observer.ts';
import { newContext } from '../support/browser.ts';
import { sdk, start } from './stand.ts';

let sandbox: Sandbox;
let listening: Listening;

beforeAll(async () => {
  sandbox = createSandbox({
    observe,
    now: start,
    seedKey: 'control',
    deliver: async () => new Response(null),
    seed: {
      steps: [
        { post: 'webhook_endpoints', params: { url: 'http://shop.example.com/', enabled_events: ['*'] } },
        { post: 'products', params: { name: 'Pro' }, as: 'pro' },
        {
          post: 'prices',
          params: { product: { $ref: 'pro' }, currency: 'usd', unit_amount: 2900, recurring: { interval: 'month' } },
          as: 'monthly',
        },
        {
          post: 'customers',
          params: {
            email: 'ada@example.com',
            payment_method: 'pm_card_visa',
            invoice_settings: { default_payment_method: 'pm_card_visa' },
          },
          as: 'ada',
        },
        { post: 'subscriptions', params: { customer: { $ref: 'ada' }, items: [{ price: { $ref: 'monthly' } }] } },
      ],
    },
  });
  await sandbox.ready;
  listening = await sandbox.listen({});
});
afterAll(async () => {
  await listening.close();
});

async function open(width: number, colorScheme: 'light' | 'dark'): Promise<Page> {
  const context = await newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  await page.goto(`${listening.url}/_sandbox/`);
  await page.getByText('1 × Pro').waitFor();
  return page;
}

it.each([
  [1280, 'light'],
  [1280, 'dark'],
  [320, 'light'],
] as const)('has no fault that axe finds and never scrolls sideways at %i pixels, %s', async (width, scheme) => {
  const page = await open(width, scheme);
  await page.locator('#events summary').first().click();
  await page.locator('#events pre').waitFor();
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  await page.context().close();
});

it('turns the clock, orders a fault and takes it back by keyboard alone', async () => {
  const page = await open(1280, 'light');
  const before = sandbox.clock.now();
  await page.getByRole('button', { name: '+1 day' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('2026-01-02 00:00:00 UTC').first().waitFor();
  expect(sandbox.clock.now()).toBe(before + 86_400);
  await page.getByRole('textbox', { name: 'Calls' }).focus();
  await page.keyboard.type('GET /v1/prices');
  await page.keyboard.press('Enter');
  const remove = page.getByRole('button', { name: 'Remove rate_limit' });
  await remove.waitFor();
  await expect(sdk(sandbox).prices.list()).rejects.toMatchObject({ code: 'rate_limit' });
  // the fault that is used up is gone from the page before the next is ordered: its button would take back what is gone
  const none = page.getByText('None: the API answers as it should.');
  await none.waitFor();
  await page.getByRole('textbox', { name: 'Calls' }).press('Enter');
  await remove.waitFor();
  // the page may be drawn anew between the two
  await remove.press('Enter');
  await none.waitFor();
  expect(sandbox.faults.list()).toEqual([]);
  await page.context().close();
});

it('leaves the focus where a person has gone on to while an answer is on its way', async () => {
  const page = await open(1280, 'light');
  const answered = Promise.withResolvers<void>();
  await page.route('**/_sandbox/clock', async (route) => {
    await answered.promise;
    await route.continue();
  });
  const before = sandbox.clock.now();
  const advance = page.getByRole('button', { name: '+1 day' });
  await advance.press('Enter');
  const calls = page.getByRole('textbox', { name: 'Calls' });
  await calls.focus();
  answered.resolve();
  await expect.poll(() => sandbox.clock.now()).toBe(before + 86_400);
  await expect.poll(() => advance.isEnabled()).toBe(true);
  expect(await calls.evaluate('document.activeElement.name')).toBe(await calls.getAttribute('name'));
  await page.context().close();
});

it('makes payments fail, shows a refusal, and sends an event again', async () => {
  const page = await open(1280, 'light');
  await page.getByRole('button', { name: 'Make payments fail' }).click();
  await page.getByRole('button', { name: '+31 days' }).click();
  await page.getByText('past due').first().waitFor();
  await page.getByLabel('Probability, 0 to 1').fill('7');
  await page.getByRole('button', { name: 'Set' }).first().click();
  await page.getByRole('alert').getByText('A probability lies between 0 and 1.').waitFor();
  const sent = sandbox.deliveries.list().length;
  await page.locator('#events summary').first().click();
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect.poll(() => sandbox.deliveries.list().length).toBe(sent + 1);
  await page.context().close();
});
