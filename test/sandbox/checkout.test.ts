import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
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
