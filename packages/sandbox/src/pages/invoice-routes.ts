/** Step panel: what `hosted_invoice_url` and `invoice_pdf` lead to: a readable invoice that can be paid with a test card on file. */
import { Hono } from 'hono';
import { attemptPayment } from '../billing/collect.ts';
import { formatMoney } from '../money/currency.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { World } from '../world.ts';
import { html, page } from './html.ts';
import { baseStyle } from './style.ts';

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

function show(invoice: Invoice): Response {
  const money = (amount: number): string => formatMoney(amount, invoice.currency);
  return page({
    title: `Invoice ${invoice.number ?? invoice.id}`,
    style: `${baseStyle} table { inline-size: 100%; border-collapse: collapse } td { padding-block: 0.4em; border-block-end: 1px solid } td:last-child { text-align: end }`,
    body: html`<main>
      <h1>Invoice ${invoice.number ?? invoice.id}</h1>
      <p>${day(invoice.created)}, ${invoice.customer_email ?? ''}, ${invoice.status}</p>
      <table>
        <tbody>
          ${invoice.lines.data.map(
            ({ description, amount }) =>
              html`<tr>
                <td>${description}</td>
                <td>${money(amount)}</td>
              </tr>`,
          )}
          <tr>
            <td>Total</td>
            <td>${money(invoice.total)}</td>
          </tr>
          <tr>
            <td>Due</td>
            <td>${money(invoice.amount_remaining)}</td>
          </tr>
        </tbody>
      </table>
      ${invoice.status === 'open' ? html`<form method="post"><button>Pay with the card on file</button></form>` : null}
    </main>`,
  });
}

export function invoicePages(world: World): Hono {
  const app = new Hono();
  const find = (id: string): Invoice | undefined => world.tables.invoices.get(id);
  for (const path of ['/i/:id', '/i/:id/pdf']) {
    app.get(path, (c) => {
      const invoice = find(c.req.param('id') ?? '');
      return invoice ? show(invoice) : c.notFound();
    });
  }
  app.post('/i/:id', (c) => {
    const invoice = find(c.req.param('id'));
    if (invoice?.status === 'open')
      world.request({ id: null, idempotency_key: null }, () => attemptPayment(world, invoice, { automatic: false }));
    return c.redirect(`/i/${c.req.param('id')}`, 303);
  });
  return app;
}
