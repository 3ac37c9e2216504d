import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '@tillkit/sandbox';
import { customerWith, location, priced, stand } from './stand.ts';

const return_url = 'https://shop.example/account';

async function shop(features: Partial<Stripe.BillingPortal.ConfigurationCreateParams.Features> = {}) {
  const { stripe, sandbox } = stand();
  const [basic, pro] = [await priced(stripe, { name: 'Basic', amount: 900 }), await priced(stripe, { name: 'Pro' })];
  const customer = await customerWith(stripe);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: basic.id }] });
  const configuration = await stripe.billingPortal.configurations.create({
    business_profile: { headline: 'Plans of Example' },
    features: {
      customer_update: { enabled: true, allowed_updates: ['name', 'email', 'address', 'tax_id'] },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true },
      subscription_cancel: { enabled: true, cancellation_reason: { enabled: true, options: ['too_expensive', 'other'] } },
      subscription_pause: { enabled: true },
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price', 'quantity'],
        proration_behavior: 'always_invoice',
        products: [basic, pro].map(({ id, product }) => ({
          product: String(product),
          prices: [id],
          adjustable_quantity: { enabled: true, maximum: 5 },
        })),
      },
      ...features,
    },
  });
  const open = (more: Partial<Stripe.BillingPortal.SessionCreateParams> = {}): Promise<Stripe.BillingPortal.Session> =>
    stripe.billingPortal.sessions.create({ customer: customer.id, configuration: configuration.id, return_url, ...more });
  return { stripe, sandbox, basic, pro, customer, subscription, configuration, open };
}

const read = async (sandbox: Sandbox, url: string): Promise<string> => (await sandbox.fetch(new Request(url))).text();
const send = (sandbox: Sandbox, url: string, fields: Readonly<Record<string, string>>): Promise<Response> =>
  sandbox.fetch(new Request(url, { method: 'POST', body: new URLSearchParams(fields) }));

describe('portal sessions', () => {
  it('work without any configuration, by one that the account has from the start', async () => {
    const { stripe } = stand();
    const { id } = await stripe.customers.create();
    const session = await stripe.billingPortal.sessions.create({ customer: id, return_url, expand: ['configuration'] });
    expect(session).toMatchObject({ flow: null, configuration: { is_default: true, features: { invoice_history: { enabled: true } } } });
    expect((await stripe.billingPortal.configurations.list({ is_default: true })).data).toHaveLength(1);
  });

  it('take every flow, and refuse one that is not offered or not about a living subscription of the customer', async () => {
    const { stripe, subscription, open, pro } = await shop();
    const item = subscription.items.data[0]?.id ?? '';
    const own = { subscription: subscription.id };
    const flows: Stripe.BillingPortal.SessionCreateParams.FlowData[] = [
      { type: 'payment_method_update' },
      { type: 'customer_update' },
      { type: 'subscription_cancel', subscription_cancel: own },
      { type: 'subscription_pause', subscription_pause: own },
      { type: 'subscription_update', subscription_update: own },
      { type: 'subscription_update_confirm', subscription_update_confirm: { ...own, items: [{ id: item, price: pro.id, quantity: 2 }] } },
    ];
    for (const flow_data of flows) expect((await open({ flow_data })).flow).toMatchObject({ type: flow_data.type });
    await expect(open({ flow_data: { type: 'subscription_cancel' } })).rejects.toMatchObject({ param: 'flow_data[subscription_cancel]' });
    await expect(
      open({ flow_data: { type: 'subscription_cancel', subscription_cancel: { subscription: 'sub_other' } } }),
    ).rejects.toMatchObject({ code: 'resource_missing' });
    await expect(open({ flow_data: { type: 'payment_method_update', after_completion: { type: 'redirect' } } })).rejects.toMatchObject({
      param: 'flow_data[after_completion][redirect]',
    });
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    await expect(open({ flow_data: { type: 'subscription_cancel', subscription_cancel: own } })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('keep what a configuration says when another part of it changes', async () => {
    const { stripe, configuration } = await shop();
    const changed = await stripe.billingPortal.configurations.update(configuration.id, {
      features: { subscription_cancel: { mode: 'immediately' } },
      metadata: { a: '1' },
      login_page: { enabled: true },
    });
    expect(changed.features.subscription_cancel).toMatchObject({
      enabled: true,
      mode: 'immediately',
      cancellation_reason: { enabled: true },
    });
    expect(changed.login_page.url).toContain('/p/login/');
    expect((await stripe.billingPortal.configurations.retrieve(configuration.id)).features.subscription_update.products).toHaveLength(2);
    await expect(
      stripe.billingPortal.configurations.create({
        features: { subscription_update: { enabled: true, default_allowed_updates: ['price'] } },
      }),
    ).rejects.toMatchObject({ param: 'features[subscription_update][products]' });
  });
});

describe('the portal page', () => {
  it('shows plan, card, customer and invoices, and the way back', async () => {
    const { sandbox, open } = await shop();
    const home = await read(sandbox, (await open()).url);
    for (const text of [
      'Plans of Example',
      'Basic',
      '$9.00 per month',
      'Renews on',
      'visa •••• 4242',
      'ada@example.com',
      'Update plan',
      return_url,
    ]) {
      expect(home).toContain(text);
    }
  });

  it('cancels with a reason, and takes it back', async () => {
    const { stripe, sandbox, subscription, open } = await shop();
    const { url } = await open();
    expect(await read(sandbox, `${url}/cancel?subscription=${subscription.id}`)).toContain('It is too expensive');
    const canceled = await send(sandbox, `${url}/cancel`, { subscription: subscription.id, feedback: 'too_expensive', comment: 'Bye' });
    expect(canceled.status).toBe(303);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      cancel_at_period_end: true,
      cancellation_details: { feedback: 'too_expensive', comment: 'Bye' },
    });
    expect(await read(sandbox, url)).toContain('Don&#39;t cancel');
    await send(sandbox, `${url}/undo-cancel`, { subscription: subscription.id });
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ cancel_at_period_end: false, status: 'active' });
  });

  it('switches plan and quantity within what is offered', async () => {
    const { stripe, sandbox, subscription, pro, open } = await shop();
    const { url } = await open();
    const item = subscription.items.data[0]?.id ?? '';
    const tooMany = await send(sandbox, `${url}/update`, { subscription: subscription.id, item, price: pro.id, quantity: '6' });
    expect([tooMany.status, await tooMany.text()]).toEqual([402, expect.stringContaining('This quantity is not offered.')]);
    await send(sandbox, `${url}/update`, { subscription: subscription.id, item, price: pro.id, quantity: '2' });
    const after = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(after.items.data[0]).toMatchObject({ id: item, quantity: 2, price: { id: pro.id } });
    expect(after.latest_invoice).toMatchObject({ billing_reason: 'subscription_update', status: 'paid' });
  });

  it('lets a cheaper plan wait for the end of the period where the owner wants it so', async () => {
    const { stripe, sandbox, basic, pro, customer } = await shop();
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: pro.id }] });
    const products = [basic, pro].map((price) => ({ product: String(price.product), prices: [price.id] }));
    const configuration = await stripe.billingPortal.configurations.create({
      features: {
        subscription_update: {
          enabled: true,
          default_allowed_updates: ['price'],
          products,
          schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }] },
        },
      },
    });
    const { url } = await stripe.billingPortal.sessions.create({ customer: customer.id, configuration: configuration.id });
    await send(sandbox, `${url}/update`, { subscription: id, price: basic.id });
    const waiting = await stripe.subscriptions.retrieve(id);
    expect(waiting.items.data[0]?.price.id).toBe(pro.id);
    expect(waiting.schedule).not.toBeNull();
    await sandbox.clock.advance(32 * 86_400);
    expect((await stripe.subscriptions.retrieve(id)).items.data[0]?.price.id).toBe(basic.id);
  });

  it('adds a card that becomes the default, and says when it is refused', async () => {
    const { stripe, sandbox, customer, open } = await shop();
    const { url } = await open({
      flow_data: { type: 'payment_method_update', after_completion: { type: 'redirect', redirect: { return_url } } },
    });
    expect(await read(sandbox, url)).toContain('Card number');
    const typed = { number: '5555 5555 5555 4444', expiry: '12 / 34', cvc: '123', name: 'Ada' };
    const refused = await send(sandbox, `${url}/payment-method`, { ...typed, number: '4000 0000 0000 0002' });
    expect(refused.status).toBe(402);
    const saved = await send(sandbox, `${url}/payment-method`, typed);
    expect(location(saved)).toBe(return_url);
    const after = await stripe.customers.retrieve(customer.id, { expand: ['invoice_settings.default_payment_method'] });
    expect(after).toMatchObject({ invoice_settings: { default_payment_method: { card: { brand: 'mastercard', last4: '4444' } } } });
  });

  it('changes the customer, and adds a tax id', async () => {
    const { stripe, sandbox, customer, open } = await shop();
    const { url } = await open();
    await send(sandbox, `${url}/customer`, {
      name: 'Ada Lovelace',
      email: 'ada@engine.example',
      line1: '1 Main Street',
      country: 'GB',
      phone: '123',
      tax_id_type: 'gb_vat',
      tax_id_value: 'GB123456789',
    });
    const after = await stripe.customers.retrieve(customer.id, { expand: ['tax_ids'] });
    expect(after).toMatchObject({ name: 'Ada Lovelace', email: 'ada@engine.example', phone: null, address: { country: 'GB' } });
    expect(after).toMatchObject({ tax_ids: { data: [{ type: 'gb_vat' }] } });
  });

  it('confirms a prepared update and says so', async () => {
    const { stripe, sandbox, subscription, pro, open } = await shop();
    const item = subscription.items.data[0]?.id ?? '';
    const { url } = await open({
      flow_data: {
        type: 'subscription_update_confirm',
        subscription_update_confirm: { subscription: subscription.id, items: [{ id: item, price: pro.id }] },
        after_completion: { type: 'hosted_confirmation', hosted_confirmation: { custom_message: 'Welcome to Pro' } },
      },
    });
    expect(await read(sandbox, url)).toContain('$29.00 per month');
    const done = await send(sandbox, `${url}/update`, { subscription: subscription.id, item, price: pro.id, quantity: '1' });
    expect(await read(sandbox, new URL(location(done), url).href)).toContain('Welcome to Pro');
    expect((await stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.price.id).toBe(pro.id);
  });

  it('pauses and resumes', async () => {
    const { stripe, sandbox, subscription, open } = await shop();
    const { url } = await open();
    await send(sandbox, `${url}/pause`, { subscription: subscription.id });
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'paused' });
    expect(await read(sandbox, url)).toContain('Resume plan');
    await send(sandbox, `${url}/resume`, { subscription: subscription.id });
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active' });
  });

  it('offers nothing that the configuration does not, and nothing of others', async () => {
    const { stripe, sandbox, subscription, open } = await shop({ subscription_cancel: { enabled: false } });
    const { url } = await open();
    expect((await send(sandbox, `${url}/cancel`, { subscription: subscription.id })).status).toBe(402);
    const other = await stripe.customers.create();
    const stranger = await stripe.billingPortal.sessions.create({ customer: other.id });
    expect((await send(sandbox, `${stranger.url}/cancel`, { subscription: subscription.id })).status).toBe(402);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ cancel_at_period_end: false });
    await sandbox.clock.advance(3600);
    expect((await sandbox.fetch(new Request(url))).status).toBe(404);
  });

  it('keeps a customer by a coupon, and takes a promotion code with a new plan', async () => {
    const { stripe, sandbox, subscription, customer, basic, pro, open } = await shop();
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
    const retention = { type: 'coupon_offer', coupon_offer: { coupon: coupon.id } } as const;
    const flow_data = { type: 'subscription_cancel', subscription_cancel: { subscription: subscription.id, retention } } as const;
    const { url } = await open({ flow_data });
    expect(await read(sandbox, url)).toContain(`Stay, with the coupon ${coupon.id}`);
    expect((await send(sandbox, `${url}/stay`, { subscription: subscription.id })).status).toBe(303);
    const stayed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['discounts'] });
    expect(stayed).toMatchObject({ cancel_at_period_end: false, discounts: [{ source: { coupon: coupon.id } }] });

    await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'HALF' });
    const second = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: basic.id }] });
    const configuration = await stripe.billingPortal.configurations.create({
      features: {
        subscription_update: {
          enabled: true,
          default_allowed_updates: ['price', 'promotion_code'],
          products: [{ product: String(pro.product), prices: [pro.id] }],
        },
      },
    });
    const portal = await stripe.billingPortal.sessions.create({ customer: customer.id, configuration: configuration.id });
    const change = { subscription: second.id, price: pro.id };
    expect((await send(sandbox, `${portal.url}/update`, { ...change, promotion_code: 'none' })).status).toBe(402);
    expect((await send(sandbox, `${portal.url}/update`, { ...change, promotion_code: 'half' })).status).toBe(303);
    expect((await stripe.subscriptions.retrieve(second.id)).discounts).toHaveLength(1);
  });
});
