/** The card fields of the Stripe.js stand-in: a frame on another origin, its errors, its look, its languages. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BrowserStand, browserStand, fieldsOf, typeCard } from './stripe-js-stand.ts';

let shop: BrowserStand;
beforeAll(async () => {
  shop = await browserStand();
});
afterAll(() => shop.close());

async function openCheckout(elementsOptions: object = {}): Promise<Page> {
  const product = await shop.stripe.products.create({ name: 'Pro' });
  const price = await shop.stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 900,
    recurring: { interval: 'month' },
  });
  const session = await shop.stripe.checkout.sessions.create({
    mode: 'subscription',
    ui_mode: 'elements',
    return_url: `${shop.site}/done`,
    customer_email: 'ada@example.com',
    line_items: [{ price: price.id, quantity: 1 }],
  });
  const page = await shop.open();
  await page.evaluate(
    ({ clientSecret, elementsOptions }) => {
      const { Stripe, heard } = Object.assign(window, { heard: [] as unknown[] }) as unknown as {
        Stripe: (key: string) => { initCheckoutElementsSdk(options: object): { createPaymentElement(): FakeElement } };
        heard: unknown[];
      };
      interface FakeElement {
        mount(at: string): void;
        on(name: string, listener: (event: unknown) => void): FakeElement;
      }
      const checkout = Stripe('pk_test_1').initCheckoutElementsSdk({ clientSecret, elementsOptions });
      const element = checkout.createPaymentElement();
      for (const name of ['ready', 'change', 'focus', 'carddetailschange', 'escape'])
        element.on(name, (event) => heard.push({ name, event }));
      element.mount('#a');
      Object.assign(window, { checkout });
    },
    { clientSecret: session.client_secret, elementsOptions },
  );
  return page;
}

const heard = (page: Page): Promise<{ name: string; event: Record<string, unknown> }[]> =>
  page.evaluate(() => (window as unknown as { heard: { name: string; event: Record<string, unknown> }[] }).heard);

it('gives no two browser modules the same name at their top level', () => {
  const folder = new URL('../../packages/sandbox/src/stripe-js/', import.meta.url);
  for (const parts of [['page/'], ['frame/', 'page/']]) {
    const names = parts.flatMap((part) =>
      readdirSync(new URL(part, folder)).flatMap((file) =>
        [
          ...readFileSync(new URL(part + file, folder), 'utf8').matchAll(/^(?:export )?(?:async )?(?:function|class|const|let) (\w+)/gmu),
        ].map(([, name]) => name),
      ),
    );
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  }
});

it('keeps the card number away from the page and says when the fields are complete', async () => {
  const page = await openCheckout();
  await typeCard(page, '4242424242424242');
  await expect.poll(async () => (await heard(page)).at(-1)?.event.complete).toBe(true);
  const events = await heard(page);
  expect(events.find(({ name }) => name === 'ready')?.event).toEqual({ elementType: 'payment' });
  const changes = events.filter(({ name }) => name === 'change').map(({ event }) => event);
  expect(changes[0]).toMatchObject({ elementType: 'payment', complete: false, empty: false, collapsed: false, value: { type: 'card' } });
  expect(changes.at(-1)).toMatchObject({ complete: true });
  expect(events.find(({ name }) => name === 'carddetailschange')?.event).toMatchObject({ details: { brands: ['visa'] } });
  expect(JSON.stringify(events)).not.toContain('4242');
  expect(await fieldsOf(page).getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
  const frame = page.frames().find((one) => one.url().includes('/_elements/frame'));
  expect(new URL(frame?.url() ?? '').origin).not.toBe(new URL(page.url()).origin);
});

it('says under each field what is wrong', async () => {
  const page = await openCheckout();
  const fields = fieldsOf(page);
  await fields.getByLabel('Card number').fill('4242424242424241');
  await fields.getByLabel('Expiration').fill('13 / 34');
  await fields.getByLabel('CVC').fill('1');
  await fields.getByLabel('Card number').focus();
  await fields.getByText("Your card's security code is incomplete.").waitFor();
  await fields.getByText("Your card's expiration date is invalid.").waitFor();
  await fields.getByLabel('CVC').focus();
  await fields.getByText('Your card number is invalid.').waitFor();
  const number = fields.getByLabel('Card number');
  expect(await number.getAttribute('aria-invalid')).toBe('true');
  expect(await number.getAttribute('aria-describedby')).toBe(await fields.getByText('Your card number is invalid.').getAttribute('id'));
});

it('wears the Appearance of the page: theme, variables, rules, and anew when they change', async () => {
  const page = await openCheckout({
    appearance: {
      theme: 'night',
      variables: { colorText: 'rgb(250, 250, 250)', borderRadius: '13px' },
      rules: { '.Input': { borderWidth: '3px' } },
    },
  });
  const number = fieldsOf(page).getByLabel('Card number');
  const look = (): Promise<Record<string, string>> =>
    number.evaluate((input) => {
      const { color, borderTopLeftRadius, borderTopWidth, backgroundColor } = getComputedStyle(input);
      return { color, borderTopLeftRadius, borderTopWidth, backgroundColor };
    });
  await number.fill('42');
  expect(await look()).toEqual({
    color: 'rgb(250, 250, 250)',
    borderTopLeftRadius: '13px',
    borderTopWidth: '3px',
    backgroundColor: 'rgb(34, 37, 45)',
  });
  await page.evaluate(() => {
    const { checkout } = window as unknown as { checkout: { changeAppearance(appearance: object): void } };
    checkout.changeAppearance({ theme: 'stripe', variables: { borderRadius: '1px' } });
  });
  await expect.poll(look).toMatchObject({ borderTopLeftRadius: '1px', borderTopWidth: '1px', backgroundColor: 'rgb(255, 255, 255)' });
  expect(await number.inputValue()).toBe('42');
});

it('shows the labels inside the fields when they float, and fields that share their edges', async () => {
  const page = await openCheckout({ appearance: { inputs: 'condensed' } });
  const number = fieldsOf(page).getByLabel('Card number');
  const seen = await number.evaluate((input) => {
    const label = (input as HTMLInputElement).labels![0]!;
    label.style.pointerEvents = 'auto';
    const { left, top, height } = label.getBoundingClientRect();
    const field = input.getBoundingClientRect();
    return {
      onTop: document.elementFromPoint(left + 4, top + height / 2) === label,
      inside: top > field.top && top + height < field.bottom,
    };
  });
  expect(seen).toEqual({ onTop: true, inside: true });
  const bottom = await number.evaluate((input) => input.getBoundingClientRect().bottom);
  const below = await fieldsOf(page)
    .getByLabel('Expiration')
    .evaluate((input) => input.getBoundingClientRect().top);
  expect(bottom - below).toBe(1);
});

it.each([
  ['de', 'Kartendaten', 'Kartennummer', 'ltr'],
  ['fr', 'Données de la carte', 'Numéro de carte', 'ltr'],
  ['es', 'Datos de la tarjeta', 'Número de tarjeta', 'ltr'],
  ['he', 'שדות הכרטיס', 'מספר כרטיס', 'rtl'],
])('speaks %s', async (locale, title, label, direction) => {
  const page = await openCheckout({ locale });
  const number = fieldsOf(page, title).getByLabel(label);
  await number.waitFor();
  expect(await number.evaluate((input) => getComputedStyle(input.closest('body')!).direction)).toBe(direction);
});
