/** Stripe shows the first lines of an invoice with it, and the rest only to whoever asks: a receipt has all of them. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readInvoiceReading } from '@tillkit/server/stripe/invoice-reading';
import { readOpenInvoice } from '@tillkit/server/stripe/invoices';
import { startTill, type TestTill } from '../../support/till.ts';

const shownWithInvoice = 10;

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
});
afterEach(() => till.close());

it.each([1, shownWithInvoice, shownWithInvoice + 1, 25])('an invoice of %i lines is read with all of them', async (count) => {
  const stripe = await till.stripe();
  const { id: customer } = await stripe.customers.create({});
  const { id } = await stripe.invoices.create({ customer, currency: 'usd', collection_method: 'send_invoice', days_until_due: 9 });
  for (let line = 1; line <= count; line += 1)
    await stripe.invoiceItems.create({ customer, invoice: id, amount: 100 + line, currency: 'usd', description: `Line ${line}` });
  await stripe.invoices.finalizeInvoice(id);
  const open = await readOpenInvoice(till.stripe, id);
  const reading = await readInvoiceReading(till.stripe, id);
  for (const { lines, total } of [open, open.reading, reading]) {
    expect(lines).toHaveLength(count);
    expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(total);
  }
  expect(till.stripeCalls.filter((call) => call.endsWith('/lines'))).toHaveLength(count > shownWithInvoice ? 2 : 0);
});
