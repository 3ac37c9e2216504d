import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '@tillkit/sandbox';
import { location, payHosted, priced, stand } from './stand.ts';

const places = { success_url: 'https://shop.example/done?cs={CHECKOUT_SESSION_ID}', cancel_url: 'https://shop.example/back' };

describe('hosted checkout', () => {
  it('turns a paid session into an active subscription', async () => {
    const { sandbox, stripe } = stand();
    const price = await priced(stripe);
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: price.id, quantity: 2 }],
      ...places,
    });
    expect(session.amount_total).toBe(5800);
    const page = await sandbox.fetch(new Request(session.url ?? ''));
    expect(await page.text()).toContain('Due today');
    const paid = await payHosted(sandbox, session.url ?? '');
    expect(paid.status).toBe(303);
    expect(location(paid)).toBe(`https://shop.example/done?cs=${session.id}`);
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription.latest_invoice.payments', 'customer'] });
    expect(done).toMatchObject({ status: 'complete', payment_status: 'paid', customer: { email: 'ada@example.com' } });
    expect(done.subscription).toMatchObject({ status: 'active', latest_invoice: { status: 'paid', total: 5800 } });
    expect(sandbox.events().map(({ type }) => type)).toEqual([
      'product.created',
      'price.created',
      'customer.created',
      'payment_method.attached',
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
      'invoice.created',
      'invoice.finalized',
      'customer.subscription.created',
      'customer.subscription.updated',
      'invoice.updated',
      'invoice_payment.paid',
      'invoice.paid',
      'invoice.payment_succeeded',
      'checkout.session.completed',
    ]);
  });
});

describe('a page of Stripe inside a frame', () => {
  it.each([
    ['hosted_page', 'DENY', "frame-ancestors 'none'"],
    ['embedded_page', null, null],
  ] as const)('is refused by the browser unless it was made for one: %s', async (ui_mode, options, policy) => {
    const { sandbox, stripe } = stand();
    const price = await priced(stripe);
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      ui_mode,
      line_items: [{ price: price.id, quantity: 1 }],
      ...(ui_mode === 'hosted_page' ? places : { return_url: places.success_url }),
    });
    const { headers } = await sandbox.fetch(new Request(`http://sandbox.localhost/c/pay/${session.id}`));
    expect([headers.get('x-frame-options'), headers.get('content-security-policy')]).toEqual([options, policy]);
  });

  it('is refused for the portal', async () => {
    const { sandbox, stripe } = stand();
    await stripe.billingPortal.configurations.create({ features: { invoice_history: { enabled: true } } });
    const { id } = await stripe.customers.create();
    const { url } = await stripe.billingPortal.sessions.create({ customer: id, return_url: 'https://shop.example/' });
    expect((await sandbox.fetch(new Request(url))).headers.get('x-frame-options')).toBe('DENY');
  });
});

describe('what a session asks for', () => {
  const asked: Partial<Stripe.Checkout.SessionCreateParams> = {
    billing_address_collection: 'required',
    phone_number_collection: { enabled: true },
    consent_collection: { terms_of_service: 'required', promotions: 'auto' },
    tax_id_collection: { enabled: true },
    custom_fields: [
      { key: 'team', label: { type: 'custom', custom: 'Team' }, type: 'text', text: { maximum_length: 10 } },
      {
        key: 'size',
        label: { type: 'custom', custom: 'Size' },
        type: 'dropdown',
        dropdown: { options: [{ label: 'Small', value: 's' }] },
        optional: true,
      },
    ],
  };

  it('is shown by the session before anybody answers', async () => {
    const { stripe } = stand();
    const price = await priced(stripe);
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: price.id, quantity: 2, adjustable_quantity: { enabled: true, minimum: 1, maximum: 5 } }],
      ...places,
      ...asked,
      expand: ['line_items'],
    });
    expect(session).toMatchObject({
      billing_address_collection: 'required',
      phone_number_collection: { enabled: true },
      consent_collection: { terms_of_service: 'required', promotions: 'auto' },
      consent: null,
      tax_id_collection: { enabled: true, required: 'never' },
      custom_fields: [
        { key: 'team', optional: false, text: { maximum_length: 10, value: null } },
        { key: 'size', dropdown: { value: null } },
      ],
      line_items: { data: [{ adjustable_quantity: { enabled: true, minimum: 1, maximum: 5 } }] },
    });
  });

  it('is refused where the answer has nowhere to go', async () => {
    const { stripe } = stand();
    const price = await priced(stripe);
    const { id: customer } = await stripe.customers.create();
    const create = (more: object) =>
      stripe.checkout.sessions.create({ mode: 'subscription', line_items: [{ price: price.id, quantity: 1 }], ...places, ...more });
    await expect(create({ customer, tax_id_collection: { enabled: true } })).rejects.toMatchObject({ param: 'customer_update[name]' });
    await expect(create({ customer_update: { name: 'auto' } })).rejects.toMatchObject({ param: 'customer_update' });
    await expect(
      create({
        ui_mode: 'elements',
        success_url: undefined,
        cancel_url: undefined,
        return_url: places.success_url,
        optional_items: [{ price: price.id, quantity: 1 }],
      }),
    ).rejects.toMatchObject({ param: 'optional_items' });
    await expect(create({ mode: 'setup' })).rejects.toMatchObject({ param: 'line_items' });
    await expect(create({ mode: 'setup', line_items: undefined })).rejects.toMatchObject({ param: 'currency' });
    const field = { key: 'a', label: { type: 'custom', custom: 'A' }, type: 'text' };
    await expect(create({ custom_fields: [field, field] })).rejects.toMatchObject({ param: 'custom_fields' });
  });

  it('keeps a line by its id when the lines of a session for Stripe.js change', async () => {
    const { stripe } = stand();
    const [first, second] = [await priced(stripe), await priced(stripe, { amount: 500, name: 'Extra' })];
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      ui_mode: 'elements',
      return_url: places.success_url,
      line_items: [{ price: first.id, quantity: 1, metadata: { a: '1' } }],
      expand: ['line_items'],
    });
    const line = session.line_items?.data[0]?.id ?? '';
    const more = await stripe.checkout.sessions.update(session.id, {
      line_items: [
        { id: line, quantity: 3 },
        { price: second.id, quantity: 2 },
      ],
      metadata: { changed: 'yes' },
      expand: ['line_items'],
    });
    expect(more).toMatchObject({ amount_total: 3 * 2900 + 2 * 500, metadata: { changed: 'yes' } });
    expect(more.line_items?.data[0]).toMatchObject({ id: line, quantity: 3, metadata: { a: '1' } });
    const fewer = await stripe.checkout.sessions.update(session.id, { line_items: [{ price: second.id, quantity: 1 }] });
    expect(fewer.amount_total).toBe(500);
    await expect(stripe.checkout.sessions.update(session.id, { line_items: [{ id: 'li_other' }] })).rejects.toMatchObject({
      code: 'resource_missing',
    });
  });
});

const post = (sandbox: Sandbox, url: string, fields: Readonly<Record<string, string>>): Promise<Response> =>
  sandbox.fetch(new Request(url, { method: 'POST', body: new URLSearchParams(fields) }));

async function hosted(more: Partial<Stripe.Checkout.SessionCreateParams> = {}, quantity = 1) {
  const { stripe, sandbox } = stand();
  const price = await priced(stripe);
  const extra = await priced(stripe, { amount: 500, name: 'Extra' });
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: price.id, quantity, adjustable_quantity: { enabled: true, minimum: 1, maximum: 5 } }],
    optional_items: [{ price: extra.id, quantity: 2 }],
    ...places,
    ...more,
    expand: ['line_items'],
  });
  const url = session.url ?? '';
  const now = (): Promise<Stripe.Checkout.Session> => stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items'] });
  return { stripe, sandbox, price, extra, session, url, now, line: session.line_items?.data[0]?.id ?? '' };
}

describe('the hosted page', () => {
  it('collects what the session asks for, and gives it to the new customer', async () => {
    const { stripe, sandbox, url, now } = await hosted({
      billing_address_collection: 'required',
      phone_number_collection: { enabled: true },
      consent_collection: { terms_of_service: 'required', promotions: 'auto' },
      tax_id_collection: { enabled: true },
      name_collection: { business: { enabled: true, optional: true } },
      shipping_address_collection: { allowed_countries: ['DE'] },
      custom_fields: [{ key: 'team', label: { type: 'custom', custom: 'Team' }, type: 'text' }],
    });
    const page = await (await sandbox.fetch(new Request(url))).text();
    for (const label of ['Phone', 'Billing address', 'Shipping address', 'Tax ID', 'Team', 'terms of service', 'Business name']) {
      expect(page).toContain(label);
    }
    const said = {
      line1: 'Hauptstraße 1',
      city: 'Berlin',
      country: 'de',
      phone: '+49 30 1',
      terms: 'yes',
      promotions: 'yes',
      tax_id_type: 'eu_vat',
      tax_id_value: 'DE123456789',
      business_name: 'Engines GmbH',
      shipping_name: 'Ada',
      shipping_line1: 'Hof 2',
      shipping_country: 'DE',
      custom_team: 'Blue',
    };
    for (const missing of ['line1', 'phone', 'terms', 'custom_team', 'shipping_line1']) {
      expect((await payHosted(sandbox, url, { ...said, [missing]: '' })).status, missing).toBe(402);
    }
    expect((await payHosted(sandbox, url, { ...said, shipping_country: 'FR' })).status).toBe(402);
    expect((await payHosted(sandbox, url, said)).status).toBe(303);
    const done = await now();
    expect(done).toMatchObject({
      consent: { terms_of_service: 'accepted', promotions: 'opt_in' },
      customer_details: { business_name: 'Engines GmbH', phone: '+49 30 1', address: { country: 'DE' }, tax_ids: [{ type: 'eu_vat' }] },
      collected_information: { business_name: 'Engines GmbH', shipping_details: { name: 'Ada', address: { line1: 'Hof 2' } } },
      custom_fields: [{ key: 'team', text: { value: 'Blue' } }],
    });
    expect(await stripe.customers.retrieve(String(done.customer), { expand: ['tax_ids'] })).toMatchObject({
      name: 'Engines GmbH',
      address: { city: 'Berlin' },
      shipping: { name: 'Ada' },
      tax_ids: { data: [{ value: 'DE123456789' }] },
    });
  });

  it('changes a customer who was there before only as far as allowed', async () => {
    const { stripe, sandbox } = stand();
    const price = await priced(stripe);
    const address = { country: 'FR', line1: '1 Rue' };
    for (const [allowed, country] of [
      ['never', 'FR'],
      ['auto', 'DE'],
    ] as const) {
      const customer = await stripe.customers.create({ email: 'ada@example.com', address });
      const session = await stripe.checkout.sessions.create({
        mode: 'subscription',
        customer: customer.id,
        customer_update: { address: allowed },
        billing_address_collection: 'required',
        line_items: [{ price: price.id, quantity: 1 }],
        ...places,
      });
      await payHosted(sandbox, session.url ?? '', { line1: 'Hof 2', country: 'DE' });
      expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ address: { country } });
    }
  });

  it('lets the buyer change a quantity within its range', async () => {
    const { stripe, sandbox, url, now, line } = await hosted();
    expect((await post(sandbox, `${url}/quantity`, { line, quantity: '6' })).status).toBe(402);
    expect((await post(sandbox, `${url}/quantity`, { line, quantity: '3' })).status).toBe(303);
    expect(await now()).toMatchObject({ amount_total: 8700, line_items: { data: [{ id: line, quantity: 3 }] } });
    await payHosted(sandbox, url);
    const { subscription } = await now();
    expect((await stripe.subscriptions.retrieve(String(subscription))).items.data).toMatchObject([{ quantity: 3 }]);
  });

  it('adds an optional item and takes it off', async () => {
    const { sandbox, url, now, extra } = await hosted();
    expect(await (await sandbox.fetch(new Request(url))).text()).toContain('Add Extra');
    await post(sandbox, `${url}/optional`, { price: extra.id, chosen: 'yes' });
    expect((await now()).amount_total).toBe(2900 + 2 * 500);
    await post(sandbox, `${url}/optional`, { price: extra.id, chosen: 'no' });
    expect((await now()).amount_total).toBe(2900);
    expect((await post(sandbox, `${url}/optional`, { price: 'price_other', chosen: 'yes' })).status).toBe(402);
  });

  it('redeems a promotion code whatever its letters, and takes it off', async () => {
    const { stripe, sandbox, url, now } = await hosted({ allow_promotion_codes: true });
    const coupon = await stripe.coupons.create({ percent_off: 25, duration: 'forever' });
    await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'AUTUMN' });
    expect((await post(sandbox, `${url}/promotion`, { code: 'spring' })).status).toBe(402);
    await post(sandbox, `${url}/promotion`, { code: 'autumn' });
    // 2900 − 25 % = 2175
    expect(await now()).toMatchObject({ amount_subtotal: 2900, amount_total: 2175, total_details: { amount_discount: 725 } });
    await post(sandbox, `${url}/promotion`, { code: '' });
    expect(await now()).toMatchObject({ amount_total: 2900, discounts: [] });
    await post(sandbox, `${url}/promotion`, { code: 'AUTUMN' });
    await payHosted(sandbox, url);
    const { invoice } = await now();
    expect(await stripe.invoices.retrieve(String(invoice))).toMatchObject({ total: 2175, status: 'paid' });
  });

  it('redeems of one text the code of the very customer, else the one of everybody', async () => {
    const { stripe, sandbox, url, now } = await hosted({ allow_promotion_codes: true });
    const { id: other } = await stripe.customers.create({});
    const codeOf = async (percent: number, more: object = {}) => {
      const coupon = await stripe.coupons.create({ percent_off: percent, duration: 'forever' });
      return stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'AUTUMN', ...more });
    };
    await codeOf(50, { customer: other });
    await expect(codeOf(60, { customer: other })).rejects.toMatchObject({ statusCode: 400, code: 'resource_already_exists' });
    await codeOf(25);
    expect((await stripe.promotionCodes.list({ code: 'autumn', active: true })).data).toHaveLength(2);
    await post(sandbox, `${url}/promotion`, { code: 'AUTUMN' });
    expect(await now()).toMatchObject({ amount_total: 2175 });
  });

  it('finds the taxes of the place where the buyer lives', async () => {
    const { stripe, sandbox, url, now } = await hosted({ automatic_tax: { enabled: true } });
    expect(await now()).toMatchObject({ amount_total: 2900, automatic_tax: { enabled: true, status: 'requires_location_inputs' } });
    await payHosted(sandbox, url, { line1: 'Hof 2', country: 'DE' });
    // 19 % of 2900 is 551
    const done = await now();
    expect(done).toMatchObject({ amount_total: 3451, automatic_tax: { status: 'complete' }, total_details: { amount_tax: 551 } });
    expect(await stripe.invoices.retrieve(String(done.invoice))).toMatchObject({ total: 3451 });
  });
});

describe('a session', () => {
  /** Confirms as Stripe.js does. */
  const confirm = (sandbox: Sandbox, client_secret: string | null, payment_method: string): Promise<Response> =>
    sandbox.fetch(
      new Request('http://sandbox.localhost/_elements/session/confirm', {
        method: 'POST',
        body: JSON.stringify({ client_secret, email: 'ada@example.com', payment_method }),
      }),
    );

  async function debit(mode: 'payment' | 'subscription', token: string) {
    const { stripe, sandbox } = stand();
    const product = await stripe.products.create({ name: 'Pro' });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 2900,
      ...(mode === 'subscription' && { recurring: { interval: 'month' as const } }),
    });
    const session = await stripe.checkout.sessions.create({
      mode,
      ui_mode: 'elements',
      return_url: places.success_url,
      line_items: [{ price: price.id, quantity: 1 }],
    });
    await confirm(sandbox, session.client_secret, token);
    const now = (): Promise<Stripe.Checkout.Session> => stripe.checkout.sessions.retrieve(session.id);
    const told = (): string[] =>
      sandbox
        .events()
        .map(({ type }) => type)
        .filter((type) => type.startsWith('checkout.'));
    return { stripe, sandbox, now, told };
  }

  it.each(['payment', 'subscription'] as const)('in %s mode is complete but unpaid until a bank debit has come', async (mode) => {
    const { sandbox, now, told } = await debit(mode, 'pm_usBankAccount_success');
    expect(await now()).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    expect(told()).toEqual(['checkout.session.completed']);
    await sandbox.clock.advance(7 * 86_400);
    expect(await now()).toMatchObject({ payment_status: 'paid' });
    expect(told()).toEqual(['checkout.session.completed', 'checkout.session.async_payment_succeeded']);
  });

  it.each(['payment', 'subscription'] as const)('in %s mode tells once that a bank debit has failed', async (mode) => {
    const { sandbox, now, told } = await debit(mode, 'pm_usBankAccount_insufficientFunds');
    await sandbox.clock.advance(5 * 86_400);
    expect(await now()).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    expect(told()).toEqual(['checkout.session.completed', 'checkout.session.async_payment_failed']);
  });

  it('begins again from the link that an expired one leaves', async () => {
    const { stripe, sandbox } = stand();
    const price = await priced(stripe);
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: price.id, quantity: 2 }],
      after_expiration: { recovery: { enabled: true, allow_promotion_codes: true } },
      expires_at: sandbox.clock.now() + 1800,
      ...places,
    });
    await sandbox.clock.advance(1801);
    const expired = await stripe.checkout.sessions.retrieve(session.id);
    expect(expired).toMatchObject({ status: 'expired', url: null });
    const link = expired.after_expiration?.recovery?.url ?? '';
    const url = location(await sandbox.fetch(new Request(link)));
    expect((await payHosted(sandbox, url)).status).toBe(303);
    const [recovered] = (await stripe.checkout.sessions.list()).data;
    expect(recovered).toMatchObject({ recovered_from: session.id, status: 'complete', amount_total: 5800, allow_promotion_codes: true });
    await sandbox.clock.advance(31 * 86_400);
    expect((await sandbox.fetch(new Request(link))).status).toBe(404);
  });

  it('without anything to pay asks for no card where the shop wants it so', async () => {
    const { stripe, sandbox } = stand();
    const price = await priced(stripe);
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      payment_method_collection: 'if_required',
      line_items: [{ price: price.id, quantity: 1 }],
      subscription_data: { trial_period_days: 14, trial_settings: { end_behavior: { missing_payment_method: 'cancel' } } },
      client_reference_id: 'user 7',
      ...places,
    });
    await payHosted(sandbox, session.url ?? '', { number: '', expiry: '', cvc: '' });
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
    expect(done).toMatchObject({
      payment_status: 'no_payment_required',
      client_reference_id: 'user 7',
      subscription: { status: 'trialing', default_payment_method: null },
    });
  });

  it('keeps a card without charging it in setup mode', async () => {
    const { stripe, sandbox } = stand();
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const session = await stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer: customer.id,
      setup_intent_data: { metadata: { subscription: 'sub_7' } },
      ...places,
    });
    await payHosted(sandbox, session.url ?? '');
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent'] });
    expect(done).toMatchObject({ setup_intent: { status: 'succeeded', metadata: { subscription: 'sub_7' } }, amount_total: null });
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(1);
  });
});

describe('a session in payment mode', () => {
  async function order(more: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
    const { stripe, sandbox } = stand();
    const price = await stripe.prices.create({ product_data: { name: 'Mug' }, currency: 'usd', unit_amount: 1500 });
    const express = await stripe.shippingRates.create({ display_name: 'Express', fixed_amount: { amount: 1200, currency: 'usd' } });
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: price.id, quantity: 2 }],
      shipping_options: [
        { shipping_rate_data: { display_name: 'Parcel', fixed_amount: { amount: 500, currency: 'usd' } } },
        { shipping_rate: express.id },
      ],
      ...places,
      ...more,
    });
    const now = (): Promise<Stripe.Checkout.Session> => stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    return { stripe, sandbox, session, express, url: session.url ?? '', now };
  }

  it('adds the way of shipping that the buyer chooses', async () => {
    const { sandbox, session, express, url, now } = await order();
    expect(session).toMatchObject({ amount_subtotal: 3000, amount_total: 3500, total_details: { amount_shipping: 500 } });
    expect(await (await sandbox.fetch(new Request(url))).text()).toContain('Express, $12.00');
    await post(sandbox, `${url}/shipping`, { shipping_rate: express.id });
    expect(await now()).toMatchObject({ amount_total: 4200, shipping_cost: { shipping_rate: express.id, amount_total: 1200 } });
    expect((await post(sandbox, `${url}/shipping`, { shipping_rate: 'shr_other' })).status).toBe(402);
    await payHosted(sandbox, url);
    expect(await now()).toMatchObject({ payment_status: 'paid', payment_intent: { amount: 4200, status: 'succeeded' }, customer: null });
  });

  it('keeps the card with a new customer for later', async () => {
    const { stripe, sandbox, url, now } = await order({ payment_intent_data: { setup_future_usage: 'off_session', description: 'Mugs' } });
    await payHosted(sandbox, url);
    const { customer, payment_intent } = await now();
    expect(payment_intent).toMatchObject({ setup_future_usage: 'off_session', description: 'Mugs' });
    expect((await stripe.customers.listPaymentMethods(String(customer))).data).toHaveLength(1);
  });

  it('refuses ways of shipping that cannot be', async () => {
    const { stripe, express } = await order();
    const price = await priced(stripe);
    const shipping_options = [{ shipping_rate: express.id }];
    await expect(
      stripe.checkout.sessions.create({
        mode: 'subscription',
        line_items: [{ price: price.id, quantity: 1 }],
        shipping_options,
        ...places,
      }),
    ).rejects.toMatchObject({ param: 'shipping_options' });
    await stripe.shippingRates.update(express.id, { active: false });
    const line_items = [{ price_data: { currency: 'usd', unit_amount: 1500, product_data: { name: 'Mug' } }, quantity: 1 }];
    await expect(stripe.checkout.sessions.create({ mode: 'payment', line_items, shipping_options, ...places })).rejects.toMatchObject({
      code: 'resource_missing',
    });
    expect((await stripe.shippingRates.list({ active: false })).data).toMatchObject([{ display_name: 'Express' }]);
  });
});

describe('ways to pay on the hosted page', () => {
  it('are those that the session allows', async () => {
    const { sandbox, url, now } = await hosted({ allowed_payment_method_types: ['card', 'us_bank_account'] });
    expect(await (await sandbox.fetch(new Request(url))).text()).toContain('US bank account');
    expect((await payHosted(sandbox, url, { pay_with: 'paypal' })).status).toBe(402);
    expect((await payHosted(sandbox, url, { pay_with: 'us_bank_account' })).status).toBe(402);
    await payHosted(sandbox, url, { pay_with: 'us_bank_account', account_number: '000123456789' });
    expect(await now()).toMatchObject({ status: 'complete', payment_status: 'unpaid', payment_method_types: ['card', 'us_bank_account'] });
  });

  it('send the buyer to the page of a bank and back', async () => {
    const { sandbox, url, now } = await hosted({ allowed_payment_method_types: ['card', 'paypal'] });
    const bank = location(await payHosted(sandbox, url, { pay_with: 'paypal' }));
    expect(bank).toContain('/_3ds/');
    await post(sandbox, bank, { result: 'passed' });
    expect(await now()).toMatchObject({ status: 'complete', payment_status: 'paid' });
  });

  it('begin with what the customer has kept', async () => {
    const { stripe, sandbox } = stand();
    const price = await priced(stripe);
    const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
    const open = (): Promise<Stripe.Checkout.Session> =>
      stripe.checkout.sessions.create({
        mode: 'subscription',
        customer,
        line_items: [{ price: price.id, quantity: 1 }],
        saved_payment_method_options: { payment_method_save: 'enabled' },
        ...places,
      });
    await payHosted(sandbox, (await open()).url ?? '', { save: 'yes' });
    const [method] = (await stripe.customers.listPaymentMethods(customer)).data;
    expect(method).toMatchObject({ allow_redisplay: 'always' });
    const second = await open();
    expect(await (await sandbox.fetch(new Request(second.url ?? ''))).text()).toContain('visa •••• 4242');
    await payHosted(sandbox, second.url ?? '', { pay_with: method?.id ?? '', number: '', expiry: '', cvc: '' });
    expect((await stripe.customers.listPaymentMethods(customer)).data).toHaveLength(1);
    expect(await stripe.checkout.sessions.retrieve(second.id)).toMatchObject({ payment_status: 'paid' });
  });
});
