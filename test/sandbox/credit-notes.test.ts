/** The unmodified Stripe SDK against the sandbox: credit notes before and after the payment of an invoice. */
import fc from 'fast-check';
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { customerWith, stand } from './stand.ts';

const failure = async (work: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  work.then(
    () => expect.unreachable('it was taken'),
    (error: Stripe.errors.StripeError) => error,
  );

interface Terms {
  readonly amounts?: readonly number[];
  readonly percentage?: number;
  readonly inclusive?: boolean;
  readonly percent_off?: number;
  readonly pays?: boolean;
}

async function invoiced({ amounts = [10_000], percentage, inclusive = false, percent_off, pays = true }: Terms = {}) {
  const { sandbox, stripe } = stand();
  const { id: customer } = await customerWith(stripe);
  const tax = percentage === undefined ? null : await stripe.taxRates.create({ display_name: 'VAT', percentage, inclusive });
  const coupon = percent_off === undefined ? null : await stripe.coupons.create({ percent_off, duration: 'once' });
  for (const amount of amounts) await stripe.invoiceItems.create({ customer, amount, currency: 'usd', description: 'Work' });
  const draft = await stripe.invoices.create({
    customer,
    pending_invoice_items_behavior: 'include',
    ...(tax && { default_tax_rates: [tax.id] }),
    ...(coupon && { discounts: [{ coupon: coupon.id }] }),
  });
  const invoice = pays ? await stripe.invoices.pay(draft.id) : await stripe.invoices.finalizeInvoice(draft.id);
  const latest = () => stripe.invoices.retrieve(invoice.id);
  const types = () => sandbox.events().map(({ type }) => type);
  return { sandbox, stripe, customer, invoice, id: invoice.id, latest, types, tax };
}

describe('before the payment', () => {
  it('lowers what the invoice and its payment ask', async () => {
    const { stripe, id, latest, types } = await invoiced({ pays: false });
    const before = types().length;
    const note = await stripe.creditNotes.create({ invoice: id, amount: 4000, reason: 'order_change', memo: 'Sorry' });
    expect(note).toMatchObject({
      type: 'pre_payment',
      pre_payment_amount: 4000,
      post_payment_amount: 0,
      total: 4000,
      status: 'issued',
      reason: 'order_change',
    });
    expect(await latest()).toMatchObject({
      amount_due: 6000,
      amount_remaining: 6000,
      pre_payment_credit_notes_amount: 4000,
      total: 10_000,
    });
    expect((await stripe.paymentIntents.list()).data[0]?.amount).toBe(6000);
    expect(types().slice(before)).toEqual(['credit_note.created', 'invoice.updated']);
    expect(await stripe.invoices.pay(id)).toMatchObject({ status: 'paid', amount_paid: 6000 });
  });

  it('pays an invoice that it takes off whole, and cancels the payment', async () => {
    const { stripe, id, latest } = await invoiced({ pays: false });
    await stripe.creditNotes.create({ invoice: id, amount: 10_000 });
    expect(await latest()).toMatchObject({ status: 'paid', amount_due: 0, amount_paid: 0 });
    expect((await stripe.paymentIntents.list()).data[0]?.status).toBe('canceled');
  });

  it('is undone when it is voided', async () => {
    const { stripe, id, latest, types } = await invoiced({ pays: false });
    const note = await stripe.creditNotes.create({ invoice: id, amount: 4000 });
    expect(await stripe.creditNotes.voidCreditNote(note.id)).toMatchObject({ status: 'void' });
    expect(await latest()).toMatchObject({ amount_remaining: 10_000, pre_payment_credit_notes_amount: 0 });
    expect(types()).toContain('credit_note.voided');
    expect(await failure(stripe.creditNotes.voidCreditNote(note.id))).toMatchObject({ statusCode: 400 });
  });

  it('refunds nothing and takes no more than is open', async () => {
    const { stripe, id } = await invoiced({ pays: false });
    expect(await failure(stripe.creditNotes.create({ invoice: id, amount: 100, refund_amount: 100 }))).toMatchObject({ statusCode: 400 });
    expect(await failure(stripe.creditNotes.create({ invoice: id, amount: 10_001 }))).toMatchObject({ param: 'amount' });
  });
});

describe('after the payment', () => {
  it('refunds, credits the balance and notes what was given back elsewhere', async () => {
    const { stripe, id, customer, latest, types } = await invoiced();
    const before = types().length;
    const note = await stripe.creditNotes.create({
      invoice: id,
      amount: 6000,
      refund_amount: 3000,
      credit_amount: 2000,
      out_of_band_amount: 1000,
    });
    expect(note).toMatchObject({ type: 'post_payment', post_payment_amount: 6000, out_of_band_amount: 1000 });
    expect(note.refunds).toMatchObject([{ amount_refunded: 3000, type: 'refund' }]);
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ balance: -2000 });
    const [entry] = (await stripe.customers.listBalanceTransactions(customer)).data;
    expect(entry).toMatchObject({ amount: -2000, type: 'credit_note', credit_note: note.id, invoice: id });
    expect((await stripe.refunds.list()).data[0]).toMatchObject({ amount: 3000, status: 'succeeded' });
    expect(await latest()).toMatchObject({ status: 'paid', amount_paid: 10_000, post_payment_credit_notes_amount: 6000 });
    expect(types().slice(before)).toEqual([
      'customer.updated',
      'refund.created',
      'charge.refunded',
      'credit_note.created',
      'invoice.updated',
    ]);
  });

  it('must say where all of it goes', async () => {
    const { stripe, id } = await invoiced();
    expect(await failure(stripe.creditNotes.create({ invoice: id, amount: 1000 }))).toMatchObject({ statusCode: 400 });
    expect(await failure(stripe.creditNotes.create({ invoice: id, amount: 1000, refund_amount: 999 }))).toMatchObject({ statusCode: 400 });
    expect((await stripe.creditNotes.list({ invoice: id })).data).toEqual([]);
  });

  it('never credits more than the invoice came to, in however many notes', async () => {
    const { stripe, id } = await invoiced();
    await stripe.creditNotes.create({ invoice: id, amount: 7000, credit_amount: 7000 });
    expect(await failure(stripe.creditNotes.create({ invoice: id, amount: 3001, credit_amount: 3001 }))).toMatchObject({ param: 'amount' });
    const last = await stripe.creditNotes.create({ invoice: id, amount: 3000, credit_amount: 3000 });
    expect(last.number).toMatch(/-CN-02$/u);
    expect((await stripe.creditNotes.list({ invoice: id })).data).toHaveLength(2);
  });

  it('can stand for a refund that was made already', async () => {
    const { stripe, id } = await invoiced();
    const [payment] = (await stripe.invoicePayments.list({ invoice: id })).data;
    const refund = await stripe.refunds.create({ payment_intent: String(payment?.payment.payment_intent), amount: 500 });
    const note = await stripe.creditNotes.create({ invoice: id, amount: 500, refunds: [{ refund: refund.id }] });
    expect(note.refunds).toMatchObject([{ refund: refund.id, amount_refunded: 500 }]);
    expect((await stripe.refunds.list()).data).toHaveLength(1);
  });
});

describe('lines', () => {
  it('give back a share of the tax', async () => {
    const { stripe, id, invoice } = await invoiced({ amounts: [10_000, 5000], percentage: 20 });
    const [first] = invoice.lines.data;
    const note = await stripe.creditNotes.create({
      invoice: id,
      lines: [{ type: 'invoice_line_item', invoice_line_item: first?.id ?? '', amount: Math.floor((first?.amount ?? 0) / 4) }],
      credit_amount: Math.floor((first?.amount ?? 0) / 4) * 1.2,
    });
    const quarter = (first?.amount ?? 0) / 4;
    expect(note).toMatchObject({ subtotal: quarter, total_excluding_tax: quarter, total: quarter * 1.2 });
    expect(note.total_taxes).toMatchObject([{ amount: quarter * 0.2, taxable_amount: quarter, tax_behavior: 'exclusive' }]);
  });

  it('are one over an amount, with its share of the tax', async () => {
    const { stripe, id } = await invoiced({ percentage: 20 });
    const note = await stripe.creditNotes.create({ invoice: id, amount: 3000, credit_amount: 3000 });
    expect(note).toMatchObject({ total: 3000, subtotal: 2500, total_taxes: [{ amount: 500, taxable_amount: 2500 }] });
  });

  it('give back what a coupon left of them', async () => {
    // 10,000 − 25 % = 7,500; of it a half
    const { stripe, id, invoice } = await invoiced({ percent_off: 25 });
    const line = invoice.lines.data[0]?.id ?? '';
    const note = await stripe.creditNotes.create({
      invoice: id,
      lines: [{ type: 'invoice_line_item', invoice_line_item: line, amount: 5000 }],
      credit_amount: 3750,
    });
    expect(note).toMatchObject({ subtotal: 5000, discount_amount: 1250, total: 3750 });
  });

  it('can be of one’s own, with a rate', async () => {
    const { stripe, id, tax } = await invoiced({ percentage: 10 });
    const note = await stripe.creditNotes.create({
      invoice: id,
      lines: [{ type: 'custom_line_item', description: 'Goodwill', quantity: 3, unit_amount: 500, tax_rates: [tax?.id ?? ''] }],
      credit_amount: 1650,
    });
    expect(note).toMatchObject({ subtotal: 1500, total: 1650 });
    const [line] = (await stripe.creditNotes.listLineItems(note.id)).data;
    expect(line).toMatchObject({ type: 'custom_line_item', amount: 1500, unit_amount: 500, quantity: 3 });
  });

  it('refuse more than they were, and lines of another invoice', async () => {
    const { stripe, id, invoice } = await invoiced();
    const line = invoice.lines.data[0]?.id ?? '';
    const credit = (invoice_line_item: string, amount: number) =>
      stripe.creditNotes.create({ invoice: id, lines: [{ type: 'invoice_line_item', invoice_line_item, amount }], credit_amount: amount });
    expect(await failure(credit(line, 10_001))).toMatchObject({ param: 'lines[0][amount]' });
    expect(await failure(credit('il_gone', 1))).toMatchObject({ code: 'resource_missing' });
  });

  it('credited whole give back exactly what was charged, at any rate and discount', async () => {
    const terms = fc.record({
      amounts: fc.array(fc.integer({ min: 100, max: 99_999 }), { minLength: 1, maxLength: 4 }),
      percentage: fc.integer({ min: 1, max: 2700 }).map((hundredths) => hundredths / 100),
      inclusive: fc.boolean(),
      percent_off: fc.integer({ min: 1, max: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(terms, async (given) => {
        const { stripe, id, invoice } = await invoiced(given);
        const lines = invoice.lines.data.map((line) => ({ type: 'invoice_line_item', invoice_line_item: line.id }) as const);
        const note = await stripe.creditNotes.create({ invoice: id, lines, credit_amount: invoice.total });
        expect([note.total, note.subtotal, note.total_excluding_tax]).toEqual([
          invoice.total,
          invoice.subtotal,
          invoice.total_excluding_tax,
        ]);
      }),
      { numRuns: 25 },
    );
  });
});

it('shows in a preview what it would be, and leaves nothing behind', async () => {
  const { stripe, id, types } = await invoiced();
  const before = types();
  const wish = { invoice: id, amount: 1000, refund_amount: 1000 } as const;
  const preview = await stripe.creditNotes.preview(wish);
  const lines = await stripe.creditNotes.listPreviewLineItems(wish);
  expect(preview).toMatchObject({ total: 1000, type: 'post_payment' });
  expect(lines.data.map(({ amount }) => amount)).toEqual([1000]);
  expect(types()).toEqual(before);
  expect((await stripe.creditNotes.list()).data).toEqual([]);
  expect((await stripe.creditNotes.create(wish)).total).toBe(preview.total);
});

it('keeps memo and metadata, which can be changed', async () => {
  const { stripe, id } = await invoiced();
  const note = await stripe.creditNotes.create({ invoice: id, amount: 100, credit_amount: 100, metadata: { a: '1' } });
  expect(await stripe.creditNotes.update(note.id, { memo: 'Later', metadata: { b: '2' } })).toMatchObject({
    memo: 'Later',
    metadata: { a: '1', b: '2' },
  });
  expect((await stripe.creditNotes.retrieve(note.id, { expand: ['invoice'] })).invoice).toMatchObject({ id });
});

it('is not made for a draft', async () => {
  const { stripe } = stand();
  const { id: customer } = await customerWith(stripe);
  const draft = await stripe.invoices.create({ customer });
  expect(await failure(stripe.creditNotes.create({ invoice: draft.id, amount: 1 }))).toMatchObject({ param: 'invoice' });
});
