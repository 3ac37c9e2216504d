/** The unmodified Stripe SDK against the sandbox: invoices through all of their states, by hand and on the clock. */
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { customerWith, day, priced, stand, start } from './stand.ts';

const failure = async (work: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  work.then(
    () => expect.unreachable('it was taken'),
    (error: Stripe.errors.StripeError) => error,
  );

async function open(token = 'pm_card_visa') {
  const { sandbox, stripe } = stand();
  const customer = (await customerWith(stripe, token)).id;
  const types = () => sandbox.events().map(({ type }) => type);
  const draft = async (amount = 5000, more: Partial<Stripe.InvoiceCreateParams> = {}) => {
    const invoice = await stripe.invoices.create({ customer, currency: 'usd', ...more });
    await stripe.invoiceItems.create({ customer, invoice: invoice.id, amount, currency: 'usd', description: 'Work' });
    return invoice.id;
  };
  return { sandbox, stripe, customer, types, draft };
}

describe('a draft', () => {
  it('takes up what waits, or nothing, as it is told', async () => {
    const { stripe, customer } = await open();
    await stripe.invoiceItems.create({ customer, amount: 700, currency: 'usd', description: 'Waits' });
    expect(await stripe.invoices.create({ customer })).toMatchObject({
      status: 'draft',
      total: 0,
      lines: { data: [] },
      auto_advance: false,
    });
    const full = await stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' });
    expect(full).toMatchObject({ total: 700, lines: { data: [{ description: 'Waits', amount: 700 }] } });
  });

  it('follows its items when they are added, changed and deleted', async () => {
    const { stripe, customer, draft } = await open();
    const id = await draft(1000);
    const item = await stripe.invoiceItems.create({ customer, invoice: id, amount: 500, currency: 'usd' });
    const total = async () => (await stripe.invoices.retrieve(id)).total;
    expect(await total()).toBe(1500);
    await stripe.invoiceItems.update(item.id, { amount: 800 });
    expect(await total()).toBe(1800);
    await stripe.invoiceItems.del(item.id);
    expect(await total()).toBe(1000);
  });

  it('has lines added, changed and taken off', async () => {
    const { stripe, draft, customer } = await open();
    const id = await draft(1000);
    const price = await priced(stripe, { amount: 300 });
    const oneTime = await stripe.prices.create({ product: String(price.product), currency: 'usd', unit_amount: 300 });
    const added = await stripe.invoices.addLines(id, {
      lines: [
        { amount: 250, description: 'Extra' },
        { pricing: { price: oneTime.id }, quantity: 2 },
      ],
      invoice_metadata: { added: 'yes' },
    });
    expect(added).toMatchObject({ total: 1850, metadata: { added: 'yes' } });
    expect(added.lines.data.map(({ amount }) => amount)).toEqual([1000, 250, 600]);
    const [first, second] = added.lines.data;
    const changed = await stripe.invoices.updateLines(id, { lines: [{ id: first?.id ?? '', amount: 1100, description: 'Better' }] });
    expect(changed).toMatchObject({ total: 1950, lines: { data: [{ description: 'Better' }, {}, {}] } });
    await stripe.invoices.updateLineItem(id, second?.id ?? '', { amount: 50 });
    const removed = await stripe.invoices.removeLines(id, { lines: [{ id: second?.id ?? '', behavior: 'unassign' }] });
    expect(removed.total).toBe(1700);
    expect((await stripe.invoiceItems.list({ customer, pending: true })).data.map(({ amount }) => amount)).toEqual([50]);
    expect((await stripe.invoices.listLineItems(id)).data).toHaveLength(2);
  });

  it('says what it was told', async () => {
    const { stripe, draft } = await open();
    const id = await draft(1000, { description: 'By hand', footer: 'Bye', custom_fields: [{ name: 'PO', value: '7' }] });
    const updated = await stripe.invoices.update(id, { footer: 'Thanks', metadata: { a: '1' }, description: '' });
    expect(updated).toMatchObject({
      footer: 'Thanks',
      metadata: { a: '1' },
      description: null,
      custom_fields: [{ name: 'PO', value: '7' }],
    });
  });

  it('is thrown away, and its items wait again', async () => {
    const { stripe, customer, draft } = await open();
    const id = await draft();
    expect(await stripe.invoices.del(id)).toEqual(expect.objectContaining({ id, deleted: true }));
    expect((await stripe.invoiceItems.list({ customer, pending: true })).data).toHaveLength(1);
    expect(await failure(stripe.invoices.retrieve(id))).toMatchObject({ code: 'resource_missing' });
  });

  it('is finalized and collected within an hour each when it advances by itself', async () => {
    const { sandbox, stripe, draft } = await open();
    const id = await draft(1000, { auto_advance: true });
    expect((await stripe.invoices.retrieve(id)).automatically_finalizes_at).toBe(start + 3600);
    await sandbox.clock.advance(2 * 3600);
    expect((await stripe.invoices.retrieve(id)).status).toBe('paid');
  });
});

describe('a finalized invoice', () => {
  it('has a number, pages and an open payment, and its lines stand', async () => {
    const { stripe, customer, draft } = await open();
    const id = await draft();
    const final = await stripe.invoices.finalizeInvoice(id, { auto_advance: false, expand: ['confirmation_secret'] });
    expect(final).toMatchObject({ status: 'open', amount_due: 5000, amount_remaining: 5000, attempted: false });
    expect(final.number).toMatch(/^\w+-0001$/u);
    expect(final.confirmation_secret?.client_secret).toMatch(/^pi_\w+_secret_/u);
    const [payment] = (await stripe.invoicePayments.list({ invoice: id })).data;
    expect(payment).toMatchObject({ status: 'open', amount_requested: 5000, amount_paid: null, is_default: true });
    expect(await failure(stripe.invoiceItems.create({ customer, invoice: id, amount: 1, currency: 'usd' }))).toMatchObject({
      code: 'invoice_not_editable',
    });
    expect(await failure(stripe.invoices.update(id, { footer: 'Late' }))).toMatchObject({ code: 'invoice_not_editable' });
    expect(await failure(stripe.invoices.del(id))).toMatchObject({ code: 'invoice_not_editable' });
    expect((await stripe.invoices.update(id, { metadata: { ok: '1' } })).metadata).toEqual({ ok: '1' });
  });

  it('numbers go up by customer, or are the owner’s', async () => {
    const { stripe, draft } = await open();
    const numbers: (string | null)[] = [];
    for (const more of [{}, { number: 'MY-77' }, {}]) numbers.push((await stripe.invoices.finalizeInvoice(await draft(900, more))).number);
    expect(numbers.map((number) => number?.replace(/^\w+-0/u, '-0'))).toEqual(['-0001', 'MY-77', '-0002']);
  });

  it('is paid by the default card, in the order in which Stripe tells', async () => {
    const { stripe, types, draft } = await open();
    const id = await draft();
    await stripe.invoices.finalizeInvoice(id);
    const before = types().length;
    const paid = await stripe.invoices.pay(id, { expand: ['payments'] });
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 5000, amount_remaining: 0, attempted: true });
    expect(paid.payments?.data[0]).toMatchObject({ status: 'paid', amount_paid: 5000 });
    expect(types().slice(before)).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice.updated',
      'invoice_payment.paid',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
    expect(await failure(stripe.invoices.pay(id))).toMatchObject({ statusCode: 400 });
  });

  it('is paid by another card than the default', async () => {
    const { stripe, draft, customer } = await open('pm_card_chargeCustomerFail');
    const id = await draft();
    const good = await stripe.paymentMethods.attach('pm_card_mastercard', { customer });
    expect((await stripe.invoices.pay(id, { payment_method: good.id })).status).toBe('paid');
  });

  it('paid elsewhere needs no charge', async () => {
    const { stripe, draft } = await open();
    const id = await draft();
    const paid = await stripe.invoices.pay(id, { paid_out_of_band: true, expand: ['payments'] });
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 5000, amount_paid_off_stripe: 5000 });
    expect((await stripe.charges.list()).data).toEqual([]);
    expect((await stripe.paymentIntents.list()).data[0]?.status).toBe('canceled');
  });

  it('stays open when the card is declined, and the failure is told before the change', async () => {
    const { stripe, types, draft } = await open('pm_card_chargeCustomerFail');
    const id = await draft();
    await stripe.invoices.finalizeInvoice(id);
    const before = types().length;
    expect(await failure(stripe.invoices.pay(id))).toMatchObject({ statusCode: 402, decline_code: 'generic_decline' });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'open', attempted: true, attempt_count: 1 });
    expect(types().slice(before)).toEqual(['charge.failed', 'payment_intent.payment_failed', 'invoice.payment_failed', 'invoice.updated']);
    await failure(stripe.invoices.pay(id));
    expect((await stripe.invoices.retrieve(id)).attempt_count).toBe(1);
  });

  it('asks for 3D Secure and is paid when it is passed', async () => {
    const { sandbox, stripe, types, draft } = await open('pm_card_authenticationRequired');
    const id = await draft();
    expect(await failure(stripe.invoices.pay(id))).toMatchObject({ code: 'invoice_payment_intent_requires_action' });
    expect(types()).toContain('invoice.payment_action_required');
    const intent = (await stripe.paymentIntents.list()).data[0];
    const url = intent?.next_action?.use_stripe_sdk as { stripe_js: string } | undefined;
    await sandbox.fetch(new Request(url?.stripe_js ?? '', { method: 'POST', body: new URLSearchParams({ result: 'passed' }) }));
    expect((await stripe.invoices.retrieve(id)).status).toBe('paid');
  });

  it('is voided, or given up and paid all the same', async () => {
    const { stripe, draft, types } = await open();
    const gone = await draft();
    await stripe.invoices.finalizeInvoice(gone);
    expect(await stripe.invoices.voidInvoice(gone)).toMatchObject({ status: 'void', amount_remaining: 5000 });
    expect(await failure(stripe.invoices.pay(gone))).toMatchObject({ code: 'invoice_not_editable' });
    const lost = await draft();
    await stripe.invoices.finalizeInvoice(lost);
    expect((await stripe.invoices.markUncollectible(lost)).status).toBe('uncollectible');
    expect((await stripe.invoices.pay(lost)).status).toBe('paid');
    expect(types()).toEqual(expect.arrayContaining(['invoice.voided', 'invoice.marked_uncollectible']));
  });

  it('of nothing is paid at once without a payment', async () => {
    const { stripe, customer } = await open();
    const { id } = await stripe.invoices.create({ customer });
    expect(await stripe.invoices.finalizeInvoice(id)).toMatchObject({ status: 'paid', amount_paid: 0 });
    expect((await stripe.invoicePayments.list({ invoice: id })).data).toEqual([]);
  });
});

describe('an invoice that is sent', () => {
  const bySelf = { collection_method: 'send_invoice', days_until_due: 14 } as const;

  it('has a date until which it is due, and falls overdue', async () => {
    const { sandbox, stripe, types, draft } = await open();
    const id = await draft(5000, bySelf);
    const sent = await stripe.invoices.sendInvoice(id);
    expect(sent).toMatchObject({ status: 'open', due_date: start + 14 * day, collection_method: 'send_invoice' });
    expect(types()).toContain('invoice.sent');
    await sandbox.clock.advance(14 * day);
    expect(types().filter((type) => type === 'invoice.overdue')).toHaveLength(1);
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'open', attempted: false });
    expect((await stripe.invoices.list({ due_date: { lte: start + 14 * day }, collection_method: 'send_invoice' })).data).toHaveLength(1);
  });

  it('needs a date, and one that is charged takes none', async () => {
    const { stripe, customer, draft } = await open();
    expect(await failure(stripe.invoices.create({ customer, collection_method: 'send_invoice' }))).toMatchObject({ statusCode: 400 });
    expect(await failure(stripe.invoices.create({ customer, days_until_due: 3 }))).toMatchObject({ param: 'days_until_due' });
    expect(await failure(stripe.invoices.sendInvoice(await draft()))).toMatchObject({ statusCode: 400 });
  });
});

describe('a renewal that cannot be collected', () => {
  async function failing() {
    const { sandbox, stripe } = stand();
    const { id: customer } = await customerWith(stripe);
    const price = await priced(stripe);
    const subscription = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: bad.id } });
    await sandbox.clock.advance(31 * day + 3600);
    const latest = async () => (await stripe.invoices.list({ subscription: subscription.id, limit: 1 })).data[0];
    return { sandbox, stripe, customer, latest };
  }

  it('is tried again on the schedule, and counted', async () => {
    const { sandbox, latest } = await failing();
    const failedAt = start + 31 * day + 3600;
    expect(await latest()).toMatchObject({ status: 'open', attempt_count: 1, next_payment_attempt: failedAt + day });
    await sandbox.clock.advance(day);
    expect(await latest()).toMatchObject({ attempt_count: 2, next_payment_attempt: failedAt + 4 * day });
  });

  it('is paid at the next date by a new card', async () => {
    const { sandbox, stripe, customer, latest } = await failing();
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: good.id } });
    expect((await latest())?.status).toBe('open');
    await sandbox.clock.advance(day);
    expect(await latest()).toMatchObject({ status: 'paid', attempt_count: 2 });
  });
});

it('is not charged again to a card that was refused for good, but to the next one', async () => {
  const { sandbox, stripe, draft } = await open();
  const id = await draft(5000, { auto_advance: true, default_payment_method: 'pm_card_chargeDeclinedLostCard' });
  await sandbox.clock.advance(2 * 3600);
  await sandbox.clock.advance(day);
  expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'open', attempt_count: 2 });
  expect((await stripe.charges.list()).data).toHaveLength(1);
  await stripe.invoices.update(id, { default_payment_method: 'pm_card_visa' });
  await sandbox.clock.advance(3 * day);
  expect((await stripe.invoices.retrieve(id)).status).toBe('paid');
});

it('is paid by a payment that was made apart from it', async () => {
  const { stripe, customer, draft } = await open();
  const id = await draft();
  await stripe.invoices.finalizeInvoice(id);
  const terms = { currency: 'usd', customer, automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const;
  const part = await stripe.paymentIntents.create({ ...terms, amount: 4000 });
  expect(await failure(stripe.invoices.attachPayment(id, { payment_intent: part.id }))).toMatchObject({ param: 'payment_intent' });
  const whole = await stripe.paymentIntents.create({ ...terms, amount: 5000, payment_method: 'pm_card_visa', confirm: true });
  expect(await stripe.invoices.attachPayment(id, { payment_intent: whole.id })).toMatchObject({ status: 'paid', amount_paid: 5000 });
  const payments = (await stripe.invoicePayments.list({ invoice: id })).data;
  expect(payments.map(({ status, is_default }) => [status, is_default])).toEqual([
    ['paid', false],
    ['canceled', true],
  ]);
});
