/** Confirming intents through the Stripe.js stand-in: paid, kept, declined, asked by the bank, sent away and back. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type Stripe from 'stripe';
import { type BrowserStand, browserStand, fieldsOf, typeCard } from './stripe-js-stand.ts';

let shop: BrowserStand;
beforeAll(async () => {
  shop = await browserStand();
});
afterAll(() => shop.close());

const pay = (params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.PaymentIntent> =>
  shop.stripe.paymentIntents.create({ amount: 1200, currency: 'usd', ...params });

/** A page with a payment element; its globals are `stripe`, `elements`, `element` and `heard`. */
async function openPage(options: object, elementOptions: object = {}): Promise<Page> {
  const page = await shop.open();
  await page.evaluate(`{
    window.stripe = Stripe('pk_test_1');
    window.elements = stripe.elements(${JSON.stringify(options)});
    window.heard = [];
    window.element = elements.create('payment', ${JSON.stringify(elementOptions)});
    for (const name of ['ready', 'loaderror', 'change', 'savedpaymentmethodremove']) element.on(name, (event) => heard.push({ name, ...event }));
    element.mount('#a');
  }`);
  return page;
}

const confirmPayment = (page: Page, more = ''): Promise<unknown> =>
  page.evaluate(`stripe.confirmPayment({ elements, redirect: 'if_required', ${more} })`);

describe('with the client secret of a payment intent', () => {
  it('pays', async () => {
    const intent = await pay();
    const page = await openPage({ clientSecret: intent.client_secret });
    await typeCard(page, '4242424242424242');
    expect(await confirmPayment(page)).toMatchObject({ paymentIntent: { id: intent.id, status: 'succeeded', amount: 1200 } });
    expect((await shop.stripe.paymentIntents.retrieve(intent.id)).amount_received).toBe(1200);
    expect(await page.evaluate(`stripe.retrievePaymentIntent('${intent.client_secret}')`)).toMatchObject({
      paymentIntent: { status: 'succeeded' },
    });
  });

  it('returns why a bank refused, with the intent', async () => {
    const intent = await pay();
    const page = await openPage({ clientSecret: intent.client_secret });
    await typeCard(page, '4000000000009995');
    expect(await confirmPayment(page)).toMatchObject({
      error: {
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'insufficient_funds',
        message: 'Your card has insufficient funds.',
        payment_intent: { id: intent.id, status: 'requires_payment_method' },
      },
    });
  });

  it('asks the buyer in a dialog: no, then yes', async () => {
    const intent = await pay();
    const page = await openPage({ clientSecret: intent.client_secret });
    await typeCard(page, '4000000000003220');
    const bank = fieldsOf(page, '3D Secure');
    const failed = confirmPayment(page, `confirmParams: { return_url: '${shop.site}/back' }`);
    await bank.getByRole('button', { name: 'Fail' }).click();
    expect(await failed).toMatchObject({ error: { code: 'payment_intent_authentication_failure' } });
    const passed = confirmPayment(page);
    await bank.getByRole('button', { name: 'Complete' }).click();
    expect(await passed).toMatchObject({ paymentIntent: { status: 'succeeded' } });
    expect(page.url()).toBe(`${shop.site}/`);
  });

  it('goes to the return URL with what Stripe adds to it', async () => {
    const intent = await pay();
    const page = await openPage({ clientSecret: intent.client_secret });
    await typeCard(page, '4242424242424242');
    await page.evaluate(`void stripe.confirmPayment({ elements, confirmParams: { return_url: '${shop.site}/back?order=7' } })`);
    await page.waitForURL('**/back?**');
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      order: '7',
      payment_intent: intent.id,
      payment_intent_client_secret: intent.client_secret,
      redirect_status: 'succeeded',
    });
  });

  it('sends the buyer to the bank and back', async () => {
    const intent = await pay({ currency: 'eur' });
    const page = await openPage({ clientSecret: intent.client_secret });
    await fieldsOf(page).getByRole('tab', { name: /iDEAL/u }).click();
    await fieldsOf(page).getByLabel('Full name').fill('Ada');
    await page.evaluate(`void stripe.confirmPayment({ elements, confirmParams: { return_url: '${shop.site}/back' } })`);
    await page.getByRole('button', { name: 'Complete' }).click();
    await page.waitForURL('**/back?**');
    expect(new URL(page.url()).searchParams.get('redirect_status')).toBe('succeeded');
    expect((await shop.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  it('tells that a finished intent cannot be used again', async () => {
    const intent = await pay({
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    const page = await openPage({ clientSecret: intent.client_secret });
    await expect
      .poll(() => page.evaluate('heard[0]'))
      .toMatchObject({
        name: 'loaderror',
        elementType: 'payment',
        error: { code: 'payment_intent_unexpected_state' },
      });
    expect(await page.evaluate('elements.submit()')).toMatchObject({ error: { code: 'payment_intent_unexpected_state' } });
  });

  it('does what an intent asks for that the server has confirmed', async () => {
    const intent = await pay({
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      use_stripe_sdk: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    expect(intent.status).toBe('requires_action');
    const page = await openPage({ mode: 'setup' });
    const handled = page.evaluate(`stripe.handleNextAction({ clientSecret: '${intent.client_secret}' })`);
    await fieldsOf(page, '3D Secure').getByRole('button', { name: 'Complete' }).click();
    expect(await handled).toMatchObject({ paymentIntent: { id: intent.id, status: 'succeeded' } });
  });
});

describe('deferred', () => {
  it('keeps a card: submit, setup intent on the server, confirmSetup', async () => {
    const customer = await shop.stripe.customers.create({ email: 'ada@example.com' });
    const page = await openPage({ mode: 'setup', currency: 'usd' });
    await typeCard(page, '4242424242424242');
    expect(await page.evaluate('elements.submit()')).toEqual({ selectedPaymentMethod: 'card' });
    const intent = await shop.stripe.setupIntents.create({ customer: customer.id, usage: 'off_session' });
    const confirmed = await page.evaluate(
      `stripe.confirmSetup({ elements, clientSecret: '${intent.client_secret}', redirect: 'if_required', confirmParams: { payment_method_data: { billing_details: { name: 'Ada' } } } })`,
    );
    expect(confirmed).toMatchObject({ setupIntent: { id: intent.id, status: 'succeeded' } });
    const { data } = await shop.stripe.customers.listPaymentMethods(customer.id);
    expect(data).toMatchObject([{ card: { last4: '4242' }, billing_details: { name: 'Ada', address: { country: 'US' } } }]);
  });

  it('returns an error when elements and intent do not agree', async () => {
    const page = await openPage({ mode: 'payment', amount: 1100, currency: 'usd' });
    await typeCard(page, '4242424242424242');
    await page.evaluate('elements.submit()');
    const { client_secret } = await pay();
    expect(await confirmPayment(page, `clientSecret: '${client_secret}'`)).toMatchObject({
      error: { type: 'invalid_request_error', param: 'amount' },
    });
    await page.evaluate('elements.update({ amount: 1200 })');
    expect(await confirmPayment(page, `clientSecret: '${client_secret}'`)).toMatchObject({ paymentIntent: { status: 'succeeded' } });
  });

  it('wants another submit when the fields have changed since', async () => {
    const page = await openPage({ mode: 'payment', amount: 1200, currency: 'usd' });
    await typeCard(page, '4242424242424242');
    await page.evaluate('elements.submit()');
    const changes = await page.evaluate('heard.length');
    await fieldsOf(page).getByLabel('CVC').fill('456');
    await expect.poll(() => page.evaluate('heard.length')).toBeGreaterThan(Number(changes));
    const { client_secret } = await pay();
    await expect(confirmPayment(page, `clientSecret: '${client_secret}'`)).rejects.toThrow(/elements\.submit\(\) must be called/u);
  });

  it('throws when the page has not passed what the element leaves out', async () => {
    const page = await openPage(
      { mode: 'payment', amount: 1200, currency: 'usd' },
      { fields: { billingDetails: { address: { country: 'never', postalCode: 'never' } } } },
    );
    await typeCard(page, '4242424242424242');
    await page.evaluate('elements.submit()');
    const { client_secret } = await pay();
    await expect(confirmPayment(page, `clientSecret: '${client_secret}'`)).rejects.toThrow(
      /IntegrationError.*billing_details\.address\.country/u,
    );
    const address = `confirmParams: { payment_method_data: { billing_details: { address: { country: 'DE', postal_code: '10117' } } } }`;
    expect(await confirmPayment(page, `clientSecret: '${client_secret}', ${address}`)).toMatchObject({
      paymentIntent: { status: 'succeeded' },
    });
  });

  it('hands the server a confirmation token', async () => {
    const page = await openPage({ mode: 'payment', amount: 1200, currency: 'usd' });
    await typeCard(page, '5555555555554444');
    await page.evaluate('elements.submit()');
    const made = (await page.evaluate(`stripe.createConfirmationToken({ elements, params: { return_url: '${shop.site}/back' } })`)) as {
      confirmationToken: Stripe.ConfirmationToken;
    };
    expect(made.confirmationToken).toMatchObject({ object: 'confirmation_token', payment_method_preview: { card: { last4: '4444' } } });
    const paid = await pay({ confirm: true, confirmation_token: made.confirmationToken.id, return_url: `${shop.site}/back` });
    expect(paid.status).toBe('succeeded');
  });

  it('takes a bank account whose money comes later', async () => {
    const page = await openPage({ mode: 'payment', amount: 1200, currency: 'usd' });
    const fields = fieldsOf(page);
    await fields.getByRole('tab', { name: 'US bank account' }).click();
    await fields.getByLabel('Full name').fill('Ada');
    await fields.getByLabel('Email').fill('ada@example.com');
    await fields.getByLabel('Routing number').fill('110000000');
    await fields.getByLabel('Account number').fill('000123456789');
    expect(await page.evaluate('elements.submit()')).toEqual({ selectedPaymentMethod: 'us_bank_account' });
    const { client_secret } = await pay();
    expect(await confirmPayment(page, `clientSecret: '${client_secret}'`)).toMatchObject({ paymentIntent: { status: 'processing' } });
  });

  it('pays with what an express button hands over', async () => {
    const page = await shop.open();
    const { client_secret } = await pay();
    await page.evaluate(`{
      const stripe = Stripe('pk_test_1');
      const elements = stripe.elements({ mode: 'payment', amount: 1200, currency: 'usd' });
      const element = elements.create('expressCheckout');
      element.on('confirm', async () => {
        window.paid = await stripe.confirmPayment({ elements, clientSecret: '${client_secret}', redirect: 'if_required' });
      });
      element.mount('#a');
    }`);
    await fieldsOf(page, 'Express checkout').getByRole('button', { name: 'Google Pay' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pay' }).click();
    await expect.poll(() => page.evaluate('window.paid')).toMatchObject({ paymentIntent: { status: 'succeeded' } });
  });
});

it('shows what the customer saved, pays with it, and removes it', async () => {
  const customer = await shop.stripe.customers.create({ email: 'ada@example.com' });
  for (const token of ['pm_card_visa', 'pm_card_mastercard']) {
    const { id } = await shop.stripe.paymentMethods.attach(token, { customer: customer.id });
    await shop.stripe.paymentMethods.update(id, { allow_redisplay: 'always' });
  }
  const { client_secret } = await shop.stripe.customerSessions.create({
    customer: customer.id,
    components: {
      payment_element: {
        enabled: true,
        features: { payment_method_remove: 'enabled', payment_method_save: 'enabled', payment_method_save_usage: 'off_session' },
      },
    },
  });
  const intent = await pay({ customer: customer.id });
  const page = await openPage({ clientSecret: intent.client_secret, customerSessionClientSecret: client_secret });
  const fields = fieldsOf(page);
  await fields.getByRole('radio', { name: /Visa •••• 4242/u }).check();
  await fields.getByRole('radio', { name: /Mastercard/u }).check();
  await fields.getByRole('button', { name: 'Remove' }).click();
  await expect
    .poll(() => page.evaluate(`heard.filter(({ name }) => name === 'savedpaymentmethodremove')`))
    .toMatchObject([{ success: true }]);
  await fields.getByRole('radio', { name: /Mastercard/u }).waitFor({ state: 'detached' });
  expect((await shop.stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(1);
  await fields.getByRole('radio', { name: 'Card' }).check();
  await fields.getByLabel('Save for future purchases').check();
  await expect.poll(() => page.evaluate('heard.at(-1).value')).toMatchObject({ type: 'card', savePaymentMethod: true });
  await fields.getByRole('radio', { name: /Visa/u }).check();
  await expect.poll(() => page.evaluate('heard.at(-1)')).toMatchObject({ complete: true, value: { payment_method: { type: 'card' } } });
  expect(await confirmPayment(page)).toMatchObject({ paymentIntent: { status: 'succeeded' } });
});

it('confirms cards by their id the older way, and may leave the next action to the page', async () => {
  const page = await shop.open();
  await page.evaluate(`window.stripe = Stripe('pk_test_1')`);
  const asked = await pay();
  const waiting = await page.evaluate(
    `stripe.confirmCardPayment('${asked.client_secret}', { payment_method: 'pm_card_authenticationRequired' }, { handleActions: false })`,
  );
  expect(waiting).toMatchObject({ paymentIntent: { status: 'requires_action' } });
  const done = page.evaluate(`stripe.confirmCardPayment('${asked.client_secret}')`);
  await fieldsOf(page, '3D Secure').getByRole('button', { name: 'Complete' }).click();
  expect(await done).toMatchObject({ paymentIntent: { status: 'succeeded' } });
  const setup = await shop.stripe.setupIntents.create({ usage: 'off_session' });
  const kept = await page.evaluate(
    `stripe.confirmCardSetup('${setup.client_secret}', { payment_method: { card: { token: 'tok_visa' } } })`,
  );
  expect(kept).toMatchObject({ setupIntent: { status: 'succeeded' } });
});
