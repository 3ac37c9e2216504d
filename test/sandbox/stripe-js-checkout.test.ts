/** The Checkout SDK of the Stripe.js stand-in: a session in the owner's page, its actions, its elements, its end. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type Stripe from 'stripe';
import { type BrowserStand, browserStand, fieldsOf, typeCard } from './stripe-js-stand.ts';

let shop: BrowserStand;
let price: Stripe.Price;
beforeAll(async () => {
  shop = await browserStand();
  const product = await shop.stripe.products.create({ name: 'Pro', description: 'All of it' });
  price = await shop.stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 900, recurring: { interval: 'month' } });
});
afterAll(() => shop.close());

type Session = Stripe.Checkout.Session;
const openSession = (params: Stripe.Checkout.SessionCreateParams = {}): Promise<Session> =>
  shop.stripe.checkout.sessions.create({
    mode: 'subscription',
    ui_mode: 'elements',
    return_url: `${shop.site}/done?session={CHECKOUT_SESSION_ID}`,
    line_items: [{ price: price.id, quantity: 1 }],
    ...params,
  });

/** A page whose globals are `checkout`, `actions` and `seen`, the sessions it was told of. */
async function openPage({ client_secret }: Session, options: object = {}): Promise<Page> {
  const page = await shop.open();
  await page.evaluate(`(async () => {
    const options = ${JSON.stringify(options)};
    const stripe = Stripe('pk_test_1');
    window.seen = [];
    window.checkout = stripe.initCheckoutElementsSdk({ clientSecret: Promise.resolve('${client_secret}'), ...options });
    checkout.on('change', (session) => seen.push(session));
    checkout.createPaymentElement().mount('#a');
    window.actions = (await checkout.loadActions()).actions;
  })()`);
  return page;
}

it('shows amounts in minor units and as text', async () => {
  const page = await openPage(await openSession({ line_items: [{ price: price.id, quantity: 3 }] }));
  expect(await page.evaluate('actions.getSession()')).toMatchObject({
    livemode: false,
    canConfirm: false,
    currency: 'usd',
    minorUnitsAmountDivisor: 100,
    status: { type: 'open' },
    total: { subtotal: { minorUnitsAmount: 2700, amount: '$27.00' }, total: { minorUnitsAmount: 2700, amount: '$27.00' } },
    recurring: { interval: 'month', intervalCount: 1, dueNext: { total: { minorUnitsAmount: 2700 } }, trial: null },
    lineItems: [{ name: 'Pro', description: 'All of it', priceId: price.id, quantity: 3, unitAmount: { amount: '$9.00' } }],
  });
});

it('can confirm once email and card are there, tells of it, and pays', async () => {
  const session = await openSession();
  const page = await openPage(session);
  await typeCard(page, '4242424242424242');
  await expect.poll(() => page.evaluate('seen.length')).toBe(1);
  expect(await page.evaluate('actions.getSession().canConfirm')).toBe(false);
  expect(await page.evaluate(`actions.updateEmail('ada')`)).toMatchObject({ type: 'error', error: { code: 'incompleteEmail' } });
  expect(await page.evaluate(`actions.updateEmail('ada@')`)).toMatchObject({ type: 'error', error: { code: 'invalidEmail' } });
  expect(await page.evaluate(`actions.updateEmail('ada@example.com')`)).toMatchObject({ type: 'success', session: { canConfirm: true } });
  expect(await page.evaluate('seen.at(-1)')).toMatchObject({ canConfirm: true, email: 'ada@example.com' });
  expect(await page.evaluate(`actions.confirm({ redirect: 'if_required' })`)).toMatchObject({
    type: 'success',
    session: { status: { type: 'complete', paymentStatus: 'paid' }, canConfirm: false },
  });
  expect(await shop.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'complete', payment_status: 'paid' });
});

it('goes to the return URL unless the page stays', async () => {
  const session = await openSession({ customer_email: 'ada@example.com' });
  const page = await openPage(session);
  await typeCard(page, '4242424242424242');
  await page.evaluate('void actions.confirm()'); // leaves the page
  await page.waitForURL(`${shop.site}/done?session=${session.id}`);
});

it('says why a bank refused', async () => {
  const page = await openPage(await openSession({ customer_email: 'ada@example.com' }));
  await typeCard(page, '4000000000009995');
  expect(await page.evaluate(`actions.confirm({ redirect: 'if_required' })`)).toEqual({
    type: 'error',
    error: { code: 'paymentFailed', message: 'Your card has insufficient funds.', paymentFailed: { declineCode: 'insufficient_funds' } },
  });
  expect(await page.evaluate('actions.getSession().status')).toEqual({ type: 'open' });
});

it('takes a closed 3D Secure dialog for a no, and goes on when it is passed', async () => {
  const page = await openPage(await openSession({ customer_email: 'ada@example.com' }));
  await typeCard(page, '4000000000003220');
  const confirm = () => page.evaluate(`actions.confirm({ redirect: 'if_required' })`);
  const closed = confirm();
  await fieldsOf(page, '3D Secure').getByRole('button', { name: 'Complete' }).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  expect(await closed).toMatchObject({ type: 'error', error: { code: 'paymentFailed' } });
  const passed = confirm();
  await fieldsOf(page, '3D Secure').getByRole('button', { name: 'Complete' }).click();
  expect(await passed).toMatchObject({ type: 'success', session: { status: { type: 'complete' } } });
});

it('knows what is typed in its elements', async () => {
  const page = await openPage(await openSession());
  await page.evaluate(`checkout.createContactDetailsElement().mount('#b'); checkout.createBillingAddressElement().mount('#c');`);
  await fieldsOf(page, 'Contact details').getByLabel('Email').fill('ada@example.com');
  const address = fieldsOf(page, 'Address');
  await address.getByLabel('Country').selectOption('GB');
  await address.getByLabel('Full name').fill('Ada');
  await address.getByLabel('Address line 1').fill('12 St James Square');
  await address.getByLabel('City').fill('London');
  expect(await page.evaluate('actions.validateElements()')).toMatchObject({
    type: 'error',
    error: { code: 'validation_error', validation_errors: [{ element: 'payment' }, { element: 'billingAddress' }] },
  });
  await address.getByLabel('Postal code').fill('SW1Y 4JH');
  await typeCard(page, '4242424242424242');
  await expect.poll(() => page.evaluate('actions.getSession().canConfirm')).toBe(true);
  expect(await page.evaluate('actions.getSession()')).toMatchObject({
    email: 'ada@example.com',
    billingAddress: { name: 'Ada', address: { country: 'GB', postal_code: 'SW1Y 4JH' } },
  });
  expect(await page.evaluate('actions.validateElements()')).toMatchObject({ type: 'success' });
  expect(await page.evaluate('checkout.getBillingAddressElement() !== null && checkout.getTaxIdElement() === null')).toBe(true);
});

it('shows what the server has made of the session meanwhile', async () => {
  const session = await openSession({ customer_email: 'ada@example.com' });
  const page = await openPage(session);
  await page.exposeFunction('server', () =>
    shop.stripe.checkout.sessions.update(session.id, { line_items: [{ price: price.id, quantity: 5 }] }).then(() => undefined),
  );
  expect(await page.evaluate('actions.runServerUpdate(() => server())')).toMatchObject({
    type: 'success',
    session: { total: { total: { minorUnitsAmount: 4500 } } },
  });
  expect(await page.evaluate('seen.at(-1).lineItems[0].quantity')).toBe(5);
  expect(await page.evaluate(`actions.runServerUpdate(() => Promise.reject(new Error('no')))`)).toMatchObject({ type: 'error' });
  expect(await page.evaluate(`actions.updateLineItemQuantity({ lineItem: 'li_1', quantity: 2 })`)).toMatchObject({ type: 'error' });
  expect(await page.evaluate(`actions.applyPromotionCode('NOTHING')`)).toMatchObject({ type: 'error', error: { code: 'invalidCode' } });
});

it('says when a session cannot be loaded', async () => {
  const page = await shop.open();
  const told = await page.evaluate(`Stripe('pk_test_1').initCheckoutElementsSdk({ clientSecret: 'cs_test_1_secret_1' }).loadActions()`);
  expect(told).toMatchObject({ type: 'error', error: { code: null } });
});

it('embeds the hosted page and tells when it is complete', async () => {
  const session = await openSession({ ui_mode: 'embedded_page', redirect_on_completion: 'never', return_url: undefined as never });
  const page = await shop.open({ width: 900 });
  const second = await page.evaluate(`(async () => {
    const stripe = Stripe('pk_test_1');
    window.completed = 0;
    window.embedded = await stripe.createEmbeddedCheckoutPage({
      fetchClientSecret: async () => '${session.client_secret}',
      onComplete: () => (completed += 1),
    });
    embedded.mount('#a');
    return stripe.createEmbeddedCheckoutPage({ clientSecret: '${session.client_secret}' }).catch(({ message }) => message);
  })()`);
  expect(second).toMatch(/multiple Embedded Checkout/u);
  const form = fieldsOf(page, 'Checkout');
  await form.getByLabel('Email').fill('ada@example.com');
  await form.getByLabel('Card number').fill('4242424242424242');
  await form.getByLabel('Expiration').fill('12 / 34');
  await form.getByLabel('CVC').fill('123');
  await form.getByRole('button', { name: 'Subscribe' }).click();
  await expect.poll(() => page.evaluate('completed')).toBe(1);
  await form.getByText('complete').first().waitFor();
  expect(await shop.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'complete' });
});

it('pays through the form that is one element', async () => {
  const session = await openSession({ ui_mode: 'form' });
  const page = await shop.open();
  await page.evaluate(`(async () => {
    const checkout = Stripe('pk_test_1').initCheckoutFormSdk({ clientSecret: '${session.client_secret}', appearance: { theme: 'flat' } });
    const form = checkout.createForm();
    form.mount('#a');
    const { actions } = await checkout.loadActions();
    window.names = Object.keys(actions);
    form.on('confirm', async (formConfirmEvent) => {
      window.event = formConfirmEvent;
      window.result = await actions.confirm({ formConfirmEvent, redirect: 'if_required' });
    });
  })()`);
  const form = fieldsOf(page, 'Checkout form');
  await form.getByRole('button', { name: 'Pay $9.00' }).click();
  await form.getByText('Your email is invalid.').waitFor();
  await form.getByLabel('Email').fill('ada@example.com');
  await form.getByLabel('Card number').fill('4242424242424242');
  await form.getByLabel('Expiration').fill('12 / 34');
  await form.getByLabel('CVC').fill('123');
  await form.getByRole('button', { name: 'Pay $9.00' }).click();
  await expect.poll(() => page.evaluate('window.result')).toMatchObject({ type: 'success', session: { status: { type: 'complete' } } });
  expect(await page.evaluate('window.event')).toMatchObject({
    elementType: 'checkoutForm',
    source: 'checkout-form-pay-button',
    paymentMethodType: 'card',
  });
  expect(await page.evaluate(`names.includes('updateEmail')`)).toBe(false);
});

it('shows discounts and taxes as the session has them', async () => {
  const coupon = await shop.stripe.coupons.create({ percent_off: 50, duration: 'forever', name: 'Half' });
  const rate = await shop.stripe.taxRates.create({ display_name: 'VAT', percentage: 20, inclusive: false });
  const session = await openSession({
    line_items: [{ price: price.id, quantity: 2, tax_rates: [rate.id] }],
    discounts: [{ coupon: coupon.id }],
  });
  const page = await openPage(session);
  expect(await page.evaluate('actions.getSession()')).toMatchObject({
    discountAmounts: [{ displayName: 'Half', percentOff: 50, recurring: { type: 'forever' }, minorUnitsAmount: 900 }],
    taxAmounts: [{ displayName: 'VAT', percentage: 20, inclusive: false, minorUnitsAmount: 180 }],
    total: {
      subtotal: { minorUnitsAmount: 1800 },
      discount: { minorUnitsAmount: 900 },
      taxExclusive: { minorUnitsAmount: 180 },
      total: { minorUnitsAmount: 1080, amount: '$10.80' },
    },
    lineItems: [{ discount: { minorUnitsAmount: 900 }, taxExclusive: { minorUnitsAmount: 180 }, total: { minorUnitsAmount: 1080 } }],
  });
});

it('brings what the buyer said to the customer', async () => {
  const session = await openSession();
  const page = await openPage(session);
  await typeCard(page, '4242424242424242');
  const address = { country: 'GB', line1: '12 St James Square', city: 'London', postal_code: 'SW1Y 4JH', state: null, line2: null };
  await page.evaluate(`(async () => {
    await actions.updatePhoneNumber('+442079460000');
    await actions.updateBusinessName('Engines Ltd');
    await actions.updateBillingAddress(${JSON.stringify({ name: 'Ada', address })});
    await actions.updateTaxIdInfo({ taxId: { type: 'gb_vat', value: 'GB123456789' }, businessName: 'Engines Ltd' });
  })()`);
  expect(await page.evaluate(`actions.confirm({ email: 'ada@example.com', redirect: 'if_required' })`)).toMatchObject({ type: 'success' });
  const { customer_details, customer } = await shop.stripe.checkout.sessions.retrieve(session.id);
  expect(customer_details).toMatchObject({
    email: 'ada@example.com',
    phone: '+442079460000',
    business_name: 'Engines Ltd',
    address,
    tax_ids: [{ type: 'gb_vat', value: 'GB123456789' }],
  });
  expect(await shop.stripe.customers.retrieve(customer as string)).toMatchObject({ phone: '+442079460000', address });
});

it('lets the buyer change quantities within their limits', async () => {
  const session = await openSession({
    line_items: [{ price: price.id, quantity: 1, adjustable_quantity: { enabled: true, minimum: 1, maximum: 4 } }],
  });
  const page = await openPage(session);
  const change = (quantity: number) =>
    page.evaluate(`actions.updateLineItemQuantity({ lineItem: actions.getSession().lineItems[0].id, quantity: ${quantity} })`);
  expect(await page.evaluate('actions.getSession().lineItems[0].adjustableQuantity')).toEqual({ minimum: 1, maximum: 4 });
  expect(await change(4)).toMatchObject({ type: 'success', session: { total: { total: { minorUnitsAmount: 3600 } } } });
  expect(await change(5)).toMatchObject({ type: 'error', error: { code: null } });
  expect((await shop.stripe.checkout.sessions.retrieve(session.id)).amount_total).toBe(3600);
});

it('applies a promotion code and takes it off again', async () => {
  const coupon = await shop.stripe.coupons.create({ percent_off: 10, duration: 'once', name: 'Tenth' });
  await shop.stripe.promotionCodes.create({ code: 'TENTH', promotion: { type: 'coupon', coupon: coupon.id } });
  const page = await openPage(await openSession({ allow_promotion_codes: true }));
  expect(await page.evaluate(`actions.applyPromotionCode('NONE')`)).toMatchObject({ type: 'error', error: { code: 'invalidCode' } });
  expect(await page.evaluate(`actions.applyPromotionCode('tenth')`)).toMatchObject({
    type: 'success',
    session: {
      total: { total: { minorUnitsAmount: 810 } },
      discountAmounts: [{ displayName: 'Tenth', promotionCode: 'TENTH', percentOff: 10, recurring: null }],
      recurring: { dueNext: { total: { minorUnitsAmount: 900 } } },
    },
  });
  expect(await page.evaluate('actions.removePromotionCode()')).toMatchObject({
    type: 'success',
    session: { total: { total: { minorUnitsAmount: 900 } }, discountAmounts: null },
  });
});

it('asks for the address where taxes follow from it', async () => {
  const page = await openPage(await openSession({ automatic_tax: { enabled: true }, customer_email: 'ada@example.com' }));
  await typeCard(page, '4242424242424242');
  expect(await page.evaluate('actions.getSession()')).toMatchObject({ canConfirm: false, tax: { status: 'requires_billing_address' } });
  const address = { country: 'DE', line1: 'Unter den Linden 1', city: 'Berlin', postal_code: '10117' };
  const placed = await page.evaluate(`actions.updateBillingAddress(${JSON.stringify({ name: 'Ada', address })})`);
  expect(placed).toMatchObject({ type: 'success', session: { tax: { status: 'ready' }, taxAmounts: [{ percentage: 19 }] } });
  await expect.poll(() => page.evaluate('actions.getSession().canConfirm')).toBe(true);
});

it('says when a trial ends and what follows it', async () => {
  const page = await openPage(await openSession({ subscription_data: { trial_period_days: 14 } }));
  const now = shop.sandbox.clock.now();
  expect(await page.evaluate('actions.getSession()')).toMatchObject({
    total: { total: { minorUnitsAmount: 0 } },
    recurring: { dueNext: { total: { minorUnitsAmount: 900 } }, trial: { trialEnd: now + 14 * 86_400, trialPeriodDays: 14 } },
  });
});

it('completes with a bank debit that is still unpaid', async () => {
  const session = await openSession({ allowed_payment_method_types: ['card', 'us_bank_account'], customer_email: 'ada@example.com' });
  const page = await openPage(session);
  const fields = fieldsOf(page);
  await fields.getByRole('tab', { name: 'US bank account' }).click();
  await fields.getByLabel('Full name').fill('Ada');
  await fields.getByLabel('Email').fill('ada@example.com');
  await fields.getByLabel('Routing number').fill('110000000');
  await fields.getByLabel('Account number').fill('000123456789');
  expect(await page.evaluate(`actions.confirm({ redirect: 'if_required' })`)).toMatchObject({
    type: 'success',
    session: { status: { type: 'complete', paymentStatus: 'unpaid' } },
  });
});

it('leaves the embedded page for the return URL', async () => {
  const session = await openSession({ ui_mode: 'embedded_page', customer_email: 'ada@example.com' });
  const page = await shop.open({ width: 900 });
  await page.evaluate(
    `Stripe('pk_test_1').createEmbeddedCheckoutPage({ clientSecret: '${session.client_secret}' }).then((embedded) => embedded.mount('#a'))`,
  );
  const form = fieldsOf(page, 'Checkout');
  await form.getByLabel('Card number').fill('4242424242424242');
  await form.getByLabel('Expiration').fill('12 / 34');
  await form.getByLabel('CVC').fill('123');
  await form.getByRole('button', { name: 'Subscribe' }).click();
  await page.waitForURL(`${shop.site}/done?session=${session.id}`);
});

it('saves a card when the buyer agrees and offers it the next time', async () => {
  const { id: customer } = await shop.stripe.customers.create({ email: 'ada@example.com' });
  const saving = { customer, saved_payment_method_options: { payment_method_save: 'enabled' } } as const;
  const first = await openPage(await openSession(saving));
  await typeCard(first, '4242424242424242');
  await fieldsOf(first).getByLabel('Save for future purchases').check();
  expect(await first.evaluate(`actions.confirm({ redirect: 'if_required' })`)).toMatchObject({ type: 'success' });
  const second = await openPage(await openSession(saving));
  await fieldsOf(second)
    .getByRole('radio', { name: /Visa •••• 4242/u })
    .check();
  const { savedPaymentMethods } = (await second.evaluate('actions.getSession()')) as { savedPaymentMethods: { id: string }[] };
  expect(savedPaymentMethods).toMatchObject([{ type: 'card', card: { brand: 'visa', last4: '4242', expMonth: 12, expYear: 2034 } }]);
  const paid = await second.evaluate(`actions.confirm({ paymentMethod: '${savedPaymentMethods[0]?.id}', redirect: 'if_required' })`);
  expect(paid).toMatchObject({ type: 'success', session: { status: { type: 'complete', paymentStatus: 'paid' } } });
  expect((await shop.stripe.customers.listPaymentMethods(customer)).data).toHaveLength(1);
});

it.each([
  ['Complete', 'complete'],
  ['Fail', 'open'],
])('sends the buyer to the bank and back: %s', async (answer, status) => {
  const session = await openSession({ allowed_payment_method_types: ['card', 'paypal'], customer_email: 'ada@example.com' });
  const page = await openPage(session);
  await fieldsOf(page).getByRole('tab', { name: 'PayPal' }).click();
  await page.evaluate('void actions.confirm()');
  await page.getByRole('button', { name: answer }).click();
  await page.waitForURL(`${shop.site}/done?session=${session.id}`);
  expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe(status);
});
