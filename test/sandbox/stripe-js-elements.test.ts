/** `stripe.elements()` of the Stripe.js stand-in: its options, its elements, its events, what it refuses. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserStand, browserStand, fieldsOf, type StripeJs, typeCard } from './stripe-js-stand.ts';

let shop: BrowserStand;
beforeAll(async () => {
  shop = await browserStand();
});
afterAll(() => shop.close());

/** Runs in the page; an error is told as `name: message`. */
async function inPage<T>(page: Page, work: (stripe: StripeJs) => T): Promise<Awaited<T>> {
  return page.evaluate(`(async () => {
    try { return await (${work.toString()})(window.stripe ??= Stripe('pk_test_1')); }
    catch (error) { return error.name + ': ' + error.message; }
  })()`) as Promise<Awaited<T>>;
}

describe('refuses what can never work', () => {
  let page: Page;
  beforeAll(async () => {
    page = await shop.open({ stays: true });
  });
  const cases: readonly [string, (stripe: StripeJs) => unknown, RegExp][] = [
    ['a live key', () => (window as unknown as { Stripe: (key: string) => unknown }).Stripe('pk_live_1'), /test keys/u],
    ['a secret key', () => (window as unknown as { Stripe: (key: string) => unknown }).Stripe('sk_test_1'), /secret key/u],
    ['initCheckout', (stripe) => stripe.initCheckout(), /initCheckoutElementsSdk/u],
    ['initEmbeddedCheckout', (stripe) => stripe.initEmbeddedCheckout(), /createEmbeddedCheckoutPage/u],
    ['paymentMethodTypes', (stripe) => stripe.elements({ mode: 'setup', paymentMethodTypes: ['card'] }), /allowedPaymentMethodTypes/u],
    ['both ways', (stripe) => stripe.elements({ mode: 'setup', clientSecret: 'seti_1_secret_1' }), /not both/u],
    ['no amount', (stripe) => stripe.elements({ mode: 'payment', currency: 'usd' }), /amount/u],
    ['half a cent', (stripe) => stripe.elements({ mode: 'payment', currency: 'usd', amount: 0.5 }), /integer/u],
    ['a foreign mode', (stripe) => stripe.elements({ mode: 'gift' }), /payment, setup, subscription/u],
    ['a false secret', (stripe) => stripe.elements({ clientSecret: 'cs_1' }), /client secret/u],
    ['no intent', (stripe) => stripe.elements().create('payment'), /clientSecret or mode/u],
    ['an unknown element', (stripe) => stripe.elements({ mode: 'setup' }).create('iban2'), /valid Element name/u],
    ['an address without mode', (stripe) => stripe.elements().create('address'), /"billing" or "shipping"/u],
    ['no place', (stripe) => stripe.elements({ mode: 'setup' }).create('payment').mount('#nowhere'), /no DOM elements/u],
    [
      'a place that is not connected',
      (stripe) => stripe.elements({ mode: 'setup' }).create('payment').mount(document.createElement('div')),
      /Elements cannot be mounted in a ShadowRoot\. Please mount in the Light DOM\./u,
    ],
    [
      'two of a kind',
      (stripe) => {
        const elements = stripe.elements({ mode: 'setup' });
        elements.create('payment');
        elements.create('payment');
      },
      /only create one/u,
    ],
    [
      'a confirmation before submit',
      (stripe) =>
        stripe.confirmSetup({ elements: stripe.elements({ mode: 'setup' }), clientSecret: 'seti_1_secret_1', redirect: 'if_required' }),
      /elements\.submit\(\) must be called/u,
    ],
    [
      'a confirmation that leads nowhere',
      (stripe) => stripe.confirmSetup({ elements: stripe.elements({ mode: 'setup' }), clientSecret: 'seti_1_secret_1' }),
      /return_url/u,
    ],
    ['another kind of secret', (stripe) => stripe.retrievePaymentIntent('seti_1_secret_1'), /payment_intent client secret/u],
  ];
  it.each(cases)('%s', async (_, work, message) => {
    const told = await inPage(page, work);
    expect(told).toMatch(/^IntegrationError: /u);
    expect(told).toMatch(message);
  });
});

it('says it is of the release train that the loader expects', async () => {
  const page = await shop.open();
  expect(await page.evaluate('Stripe.version')).toBe('endive');
  expect(await inPage(page, (stripe) => '_registerWrapper' in stripe && 'registerAppInfo' in stripe)).toBe(true);
});

it('checks the fields of every element when it is submitted', async () => {
  const page = await shop.open();
  await inPage(page, (stripe) => {
    const elements = stripe.elements({ mode: 'setup', currency: 'usd', allowedPaymentMethodTypes: ['card'] });
    Object.assign(window, { elements });
    elements.create('payment').mount('#a');
    elements.create('linkAuthentication').mount('#b');
  });
  const submit = () => page.evaluate('elements.submit()');
  expect(await submit()).toMatchObject({ error: { type: 'validation_error', code: 'incomplete_number' } });
  await typeCard(page, '4242424242424242');
  expect(await submit()).toMatchObject({ error: { type: 'validation_error', code: 'email_invalid' } });
  await fieldsOf(page, 'Email').getByLabel('Email').fill('ada@example.com');
  expect(await submit()).toEqual({ selectedPaymentMethod: 'card' });
});

it('shows the other methods as tabs that arrow keys walk', async () => {
  const page = await shop.open();
  await inPage(page, (stripe) => {
    const elements = stripe.elements({ mode: 'payment', amount: 900, currency: 'eur' });
    Object.assign(window, { heard: [], elements });
    const element = elements.create('payment', { paymentMethodOrder: ['card', 'sepa_debit'] });
    element.on('change', (event) => (window as unknown as { heard: unknown[] }).heard.push(event));
    element.mount('#a');
  });
  const fields = fieldsOf(page);
  await fields.getByRole('tab', { name: 'Card' }).focus();
  await page.keyboard.press('ArrowRight');
  expect(await fields.getByRole('tab', { selected: true }).textContent()).toBe('SEPA');
  await fields.getByLabel('IBAN').fill('DE89370400440532013001');
  await fields.getByLabel('Full name').fill('Ada');
  await fields.getByLabel('Email').fill('ada@example.com');
  expect(await page.evaluate('elements.submit()')).toMatchObject({ error: { code: 'iban_invalid' } });
  await fields.getByLabel('IBAN').fill('DE89370400440532013000');
  expect(await page.evaluate('elements.submit()')).toEqual({ selectedPaymentMethod: 'sepa_debit' });
  await expect.poll(() => page.evaluate('heard.at(-1)')).toMatchObject({ complete: true, value: { type: 'sepa_debit' } });
});

it('shows them as an accordion that collapses', async () => {
  const page = await shop.open();
  await inPage(page, (stripe) => {
    const elements = stripe.elements({ mode: 'payment', amount: 900, currency: 'eur' });
    const element = elements.create('payment', { layout: { type: 'accordion', defaultCollapsed: true, spacedAccordionItems: true } });
    Object.assign(window, { elements, element });
    element.mount('#a');
  });
  const fields = fieldsOf(page);
  await fields.getByRole('radio', { name: 'Card' }).check();
  await fields.getByLabel('Card number').waitFor();
  await page.evaluate('element.collapse()');
  await fields.getByLabel('Card number').waitFor({ state: 'hidden' });
  expect(await page.evaluate('elements.submit()')).toMatchObject({ error: { code: 'incomplete_payment_details' } });
});

it('gives the address with its country, and says when it is complete', async () => {
  const page = await shop.open();
  await inPage(page, (stripe) => {
    const element = stripe.elements().create('address', { mode: 'shipping', allowedCountries: ['DE', 'US'], fields: { phone: 'always' } });
    Object.assign(window, { element });
    element.mount('#a');
  });
  const fields = fieldsOf(page, 'Address');
  await fields.getByLabel('Country').selectOption('DE');
  expect(await fields.getByLabel('Country').locator('option').count()).toBe(2);
  await fields.getByLabel('State').waitFor({ state: 'hidden' });
  await fields.getByLabel('Full name').fill('Ada Lovelace');
  await fields.getByLabel('Address line 1').fill('Unter den Linden 1');
  await fields.getByLabel('City').fill('Berlin');
  await fields.getByLabel('Postal code').fill('10117');
  expect(await page.evaluate('element.getValue()')).toMatchObject({ complete: false });
  await fields.getByLabel('Phone').fill('+4930123456');
  expect(await page.evaluate('element.getValue()')).toEqual({
    complete: true,
    isNewAddress: true,
    value: {
      name: 'Ada Lovelace',
      phone: '+4930123456',
      address: { line1: 'Unter den Linden 1', line2: null, city: 'Berlin', state: '', postal_code: '10117', country: 'DE' },
    },
  });
});

it('asks the page before a wallet opens, then lets it confirm or hear of the cancellation', async () => {
  const page = await shop.open();
  await inPage(page, (stripe) => {
    const heard: unknown[] = [];
    const element = stripe.elements({ mode: 'payment', amount: 900, currency: 'usd' }).create('expressCheckout', {
      emailRequired: true,
      paymentMethods: { amazonPay: 'never' },
    });
    for (const name of ['ready', 'click', 'cancel', 'confirm']) {
      element.on(name, (event) => {
        heard.push({ name, ...event });
        if (name === 'click') (event.resolve as () => void)();
      });
    }
    Object.assign(window, { heard });
    element.mount('#a');
  });
  const apple = fieldsOf(page, 'Express checkout').getByRole('button', { name: 'Apple Pay' });
  await apple.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await apple.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pay' }).click();
  await expect.poll(() => page.evaluate('heard.map(({ name }) => name).join()')).toBe('ready,click,cancel,click,confirm');
  expect(await page.evaluate('JSON.parse(JSON.stringify(heard.at(-1)))')).toMatchObject({
    elementType: 'expressCheckout',
    expressPaymentType: 'apple_pay',
    billingDetails: { email: 'ada@example.com' },
  });
  expect(await page.evaluate('heard[0].availablePaymentMethods')).toMatchObject({ applePay: true, amazonPay: false, klarna: false });
});

it('takes a tax ID from businesses only', async () => {
  const page = await shop.open();
  await inPage(page, (stripe) => {
    const elements = stripe.elements({ mode: 'setup' });
    Object.assign(window, { elements, element: elements.create('taxId') });
    elements.getElement('taxId')?.mount('#a');
  });
  const fields = fieldsOf(page, 'Tax ID');
  await fields.getByLabel('I am buying as a business').check();
  await fields.getByLabel('Business name').fill('Engines Ltd');
  await fields.getByLabel('Type of tax ID').selectOption('eu_vat');
  await fields.getByLabel('Tax ID', { exact: true }).fill('12');
  expect(await page.evaluate('elements.submit()')).toMatchObject({ error: { code: 'tax_id_invalid' } });
  await fields.getByLabel('Tax ID', { exact: true }).fill('DE123456789');
  expect(await page.evaluate('element.getValue()')).toMatchObject({
    complete: true,
    value: { businessName: 'Engines Ltd', taxId: 'DE123456789', taxIdType: 'eu_vat' },
  });
});

it('updates amount and appearance, tells of it, and lets an element go', async () => {
  const page = await shop.open();
  const told = await inPage(page, async (stripe) => {
    const elements = stripe.elements({ mode: 'payment', amount: 900, currency: 'usd' });
    const element = elements.create('payment');
    element.mount('#a');
    let ended = 0;
    elements.on('update-end', () => (ended += 1));
    const promise = elements.update({ amount: 1200, appearance: { theme: 'flat' } });
    const isPromise = promise instanceof Promise;
    await promise;
    const known = elements.getElement('payment') === element;
    element.destroy();
    const again = elements.getElement('payment');
    let refusal = '';
    try {
      element.mount('#a');
    } catch (error) {
      refusal = String(error);
    }
    return { ended, isPromise, known, again, refusal, frames: document.querySelectorAll('iframe').length };
  });
  expect(told).toMatchObject({ ended: 1, isPromise: true, known: true, again: null, frames: 0 });
  expect((told as { refusal: string }).refusal).toMatch(/destroyed/u);
});

it('makes a payment method by hand and keeps its number to itself', async () => {
  const page = await shop.open();
  await inPage(page, (stripe) => {
    const elements = stripe.elements({
      mode: 'setup',
      currency: 'usd',
      paymentMethodCreation: 'manual',
      allowedPaymentMethodTypes: ['card'],
    });
    Object.assign(window, { elements });
    elements.create('payment').mount('#a');
  });
  await typeCard(page, '5555555555554444');
  await page.evaluate('elements.submit()');
  const made = await page.evaluate(`stripe.createPaymentMethod({ elements, params: { billing_details: { name: 'Ada' } } })`);
  expect(made).toMatchObject({
    paymentMethod: { object: 'payment_method', card: { brand: 'mastercard', last4: '4444' }, billing_details: { name: 'Ada' } },
  });
  expect(JSON.stringify(made)).not.toContain('5555555555554444');
});

it('warns of options that it does not know', async () => {
  const page = await shop.open();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await inPage(page, (stripe) => {
    stripe.elements({ mode: 'setup', currency: 'usd', colour: 'red' });
  });
  expect(said).toEqual(['Unrecognized elements() parameter: colour is not a recognized parameter.']);
});

it('sees what the server has changed about an intent', async () => {
  const { id, client_secret } = await shop.stripe.paymentIntents.create({
    amount: 900,
    currency: 'usd',
    allowed_payment_method_types: ['card', 'us_bank_account'],
  });
  const page = await shop.open();
  await page.evaluate(`{
    window.elements = Stripe('pk_test_1').elements({ clientSecret: '${client_secret}' });
    elements.create('payment').mount('#a');
  }`);
  const tabs = fieldsOf(page).getByRole('tab');
  await expect.poll(() => tabs.count()).toBe(2);
  await shop.stripe.paymentIntents.update(id, { allowed_payment_method_types: ['card'] });
  expect(await page.evaluate('elements.fetchUpdates()')).toEqual({});
  await expect.poll(() => tabs.count()).toBe(0);
  await shop.stripe.paymentIntents.cancel(id);
  expect(await page.evaluate('elements.fetchUpdates()')).toMatchObject({ error: { message: expect.stringContaining('canceled') } });
});
