/** Stripe shows the first lines of an invoice with it, and the rest only to whoever asks: a receipt has all of them. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import { readInvoiceReading } from '@tillkit/server/stripe/invoice-reading';
import { readOpenInvoice } from '@tillkit/server/stripe/invoices';
import { startTill, type TestTill } from '../../support/till.ts';

interface Shown {
  lines: { data: object[]; has_more: boolean };
}
const shownWithInvoice = 10;

let till: TestTill;
let asked: string[];
beforeEach(async () => {
  till = await startTill();
  asked = [];
});
afterEach(() => till.close());

const withFirstLines: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const response = await till.sandbox.fetch(request);
  asked.push(new URL(request.url).pathname);
  if (!/\/v1\/invoices\/in_\w+$/u.test(new URL(request.url).pathname)) return response;
  const invoice = (await response.json()) as Shown;
  const { data } = invoice.lines;
  const lines = { ...invoice.lines, data: data.slice(0, shownWithInvoice), has_more: data.length > shownWithInvoice };
  return Response.json({ ...invoice, lines }, response);
};

it.each([1, shownWithInvoice, shownWithInvoice + 1, 25])('an invoice of %i lines is read with all of them', async (count) => {
  const stripe = await till.stripe();
  const { id: customer } = await stripe.customers.create({});
  const { id } = await stripe.invoices.create({ customer, currency: 'usd', collection_method: 'send_invoice', days_until_due: 9 });
  for (let line = 1; line <= count; line += 1)
    await stripe.invoiceItems.create({ customer, invoice: id, amount: 100 + line, currency: 'usd', description: `Line ${line}` });
  await stripe.invoices.finalizeInvoice(id);
  const gateway = createStripeGateway(till.config.stripe, withFirstLines);
  const open = await readOpenInvoice(gateway, id);
  const reading = await readInvoiceReading(gateway, id);
  for (const { lines, total } of [open, open.reading, reading]) {
    expect(lines).toHaveLength(count);
    expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(total);
  }
  expect(asked.filter((path) => path.endsWith('/lines'))).toHaveLength(count > shownWithInvoice ? 2 : 0);
});
