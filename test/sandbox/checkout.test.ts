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
