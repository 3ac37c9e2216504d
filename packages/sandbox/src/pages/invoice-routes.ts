/**
 * Step panel: what `hosted_invoice_url`, `invoice_pdf`, `receipt_url` and a credit note's `pdf` lead to.
 *
 * Promise: paying on the page does what paying by the API does; a refusal comes back as words on the page.
 */
import { Hono } from 'hono';
import { attemptPayment } from '../billing/collect.ts';
import { createCard } from '../billing/payment-methods.ts';
import { ApiError } from '../http/api-error.ts';
import type { Invoice } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import type { PaymentMethod } from '../objects/payment.ts';
import type { World } from '../world.ts';
import { creditNotePdf, invoicePdf } from './invoice-document.ts';
import { invoicePage, receiptPage, transferPage } from './invoice-page.ts';
import { type PdfLine, writePdf } from './pdf.ts';

const pdf = (lines: readonly PdfLine[], name: string): Response =>
  new Response(writePdf(lines), {
    headers: { 'content-type': 'application/pdf', 'content-disposition': `inline; filename="${name.replaceAll(/[^\w-]/gu, '_')}.pdf"` },
  });

type Typed = Readonly<Record<string, unknown>>;

/** The card that was chosen or typed. */
function chosenMethod(world: World, invoice: Invoice, typed: Typed): PaymentMethod | undefined {
  const kept = world.tables.paymentMethods.of(invoice.customer).find(({ id }) => id === typed.payment_method);
  if (kept || typeof typed.number !== 'string') return kept;
  const [month = '', year = ''] = String(typed.expiry ?? '').split('/');
  return createCard(world, { number: typed.number, exp_month: Number(month), exp_year: Number(year) });
}

/** Where the browser goes after a try to pay: back to the page, or to the card's bank. */
function pay(world: World, invoice: Invoice, typed: Typed): string {
  const back = `/i/${invoice.id}`;
  try {
    return world.request({ id: null, idempotency_key: null }, () => {
      const method = chosenMethod(world, invoice, typed);
      const returnUrl = `${world.settings.publicUrl()}${back}`;
      const tried = attemptPayment(world, invoice, { automatic: false, byHand: true, returnUrl, ...(method && { method }) });
      const intent = world.tables.paymentIntents.get(invoice[memory].paymentIntent ?? '');
      if (intent?.status === 'requires_action') return intent.next_action?.redirect_to_url?.url ?? back;
      return tried.status === 'paid' || intent?.status === 'processing' ? back : `${back}?problem=${method ? 'declined' : 'nothing'}`;
    });
  } catch (error) {
    if (error instanceof ApiError) return `${back}?problem=number`;
    throw error;
  }
}

export function invoicePages(world: World): Hono {
  const app = new Hono();
  const shown = (id: string): Invoice | undefined => {
    const invoice = world.tables.invoices.get(id);
    return invoice?.status === 'draft' ? undefined : invoice;
  };
  app.get('/i/:id', (c) => {
    const invoice = shown(c.req.param('id'));
    return invoice ? invoicePage(world, invoice, c.req.query('problem') ?? null) : c.notFound();
  });
  app.get('/i/:id/pdf', (c) => {
    const invoice = shown(c.req.param('id'));
    return invoice ? pdf(invoicePdf(world, invoice), invoice.number ?? invoice.id) : c.notFound();
  });
  app.post('/i/:id', async (c) => {
    const typed = await c.req.parseBody();
    const invoice = shown(c.req.param('id'));
    if (!invoice) return c.notFound();
    const open = invoice.status === 'open' || invoice.status === 'uncollectible';
    return c.redirect(open ? pay(world, invoice, typed) : `/i/${invoice.id}`, 303);
  });
  app.get('/cn/:id/pdf', (c) => {
    const note = world.tables.creditNotes.get(c.req.param('id'));
    return note ? pdf(creditNotePdf(note), note.number) : c.notFound();
  });
  app.get('/_receipts/:id', (c) => {
    const charge = world.tables.charges.get(c.req.param('id'));
    return charge ? receiptPage(charge) : c.notFound();
  });
  app.get('/_transfers/:customer', (c) => {
    const customer = c.req.param('customer');
    return world.tables.customers.get(customer) ? transferPage(customer) : c.notFound();
  });
  return app;
}
