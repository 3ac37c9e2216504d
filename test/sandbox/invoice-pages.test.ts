/** What a customer sees of an invoice: its page, on which it can be paid, its PDF and the receipt. */
import { describe, expect, it } from 'vitest';
import { customerWith, location, stand } from './stand.ts';

async function open(token = 'pm_card_visa', amount = 5000) {
  const { sandbox, stripe } = stand();
  const { id: customer } = await customerWith(stripe, token);
  const draft = await stripe.invoices.create({ customer, footer: 'Thank you (really)' });
  await stripe.invoiceItems.create({ customer, invoice: draft.id, amount, currency: 'usd', description: 'Work <b>done</b>' });
  const invoice = await stripe.invoices.finalizeInvoice(draft.id);
  const url = invoice.hosted_invoice_url ?? '';
  const post = (fields: Record<string, string>) =>
    sandbox.fetch(new Request(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' }));
  const get = async (address: string) => sandbox.fetch(new Request(new URL(address, url)));
  const status = async () => (await stripe.invoices.retrieve(invoice.id)).status;
  return { sandbox, stripe, invoice, url, post, get, status };
}

const card = (number: string) => ({ number, expiry: '12 / 34', cvc: '123' });

/** Whether the table at the end of the file leads to each of its objects. */
function leadsToItsObjects(file: string): boolean {
  const start = Number(/startxref\n(\d+)\n%%EOF/u.exec(file)?.[1]);
  const offsets = [...file.slice(start).matchAll(/^(\d{10}) 00000 n $/gmu)].map(([, offset]) => Number(offset));
  return (
    file.slice(start).startsWith('xref\n') &&
    offsets.length > 5 &&
    offsets.every((offset, position) => file.slice(offset).startsWith(`${position + 1} 0 obj\n`))
  );
}

describe('the page of an invoice', () => {
  it('shows lines and sums, and nothing of them as markup', async () => {
    const { get, url } = await open();
    const text = await (await get(url)).text();
    expect(text).toContain('Work &lt;b&gt;done&lt;/b&gt;');
    expect(text).toContain('$50.00');
    expect(text).toContain('Pay $50.00 with visa ending in 4242');
  });

  it('is paid with a card that is typed', async () => {
    const { post, get, status } = await open();
    const gone = await post(card('5555 5555 5555 4444'));
    expect(await status()).toBe('paid');
    expect(await (await get(location(gone))).text()).not.toContain('<form');
  });

  it('is paid with a card on file', async () => {
    const { stripe, invoice, post, status } = await open();
    const [kept] = (await stripe.paymentMethods.list({ customer: String(invoice.customer) })).data;
    await post({ payment_method: kept?.id ?? '' });
    expect(await status()).toBe('paid');
  });

  it.each([
    ['4000 0000 0000 0002', 'declined'],
    ['4242 4242 4242 4241', 'number'],
  ])('says why %s did not pay', async (number, problem) => {
    const { post, get, status } = await open();
    const gone = location(await post(card(number)));
    expect(gone).toContain(`problem=${problem}`);
    expect(await (await get(gone)).text()).toContain('role="alert"');
    expect(await status()).toBe('open');
  });

  it('sends the customer to the bank for 3D Secure and back', async () => {
    const { sandbox, post, url, status } = await open();
    const bank = location(await post(card('4000 0000 0000 3220')));
    const passed = await sandbox.fetch(new Request(bank, { method: 'POST', body: new URLSearchParams({ result: 'passed' }) }));
    expect(await passed.text()).toContain(new URL(url).pathname);
    expect(await status()).toBe('paid');
  });

  it('is not there for a draft', async () => {
    const { stripe, get, invoice } = await open();
    const draft = await stripe.invoices.create({ customer: String(invoice.customer) });
    expect((await get(`/i/${draft.id}`)).status).toBe(404);
  });
});

describe('the PDF', () => {
  it('of an invoice is a file whose table leads to its objects', async () => {
    const { get, invoice } = await open();
    const answer = await get(invoice.invoice_pdf ?? '');
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    const file = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    expect(file).toMatch(/^%PDF-1\.4\n/u);
    expect(leadsToItsObjects(file)).toBe(true);
    expect(file).toContain(String.raw`(Thank you \(really\))`);
    expect(file).toContain('($50.00)');
  });

  it('goes on over pages', async () => {
    const { stripe, get, invoice } = await open();
    const draft = await stripe.invoices.create({ customer: String(invoice.customer) });
    const lines = Array.from({ length: 90 }, (_, position) => ({ amount: 100, description: `Line ${position} – żółw` }));
    await stripe.invoices.addLines(draft.id, { lines });
    const long = await stripe.invoices.finalizeInvoice(draft.id);
    const file = Buffer.from(await (await get(long.invoice_pdf ?? '')).arrayBuffer()).toString('latin1');
    expect(file).toMatch(/\/Count 3 /u);
    expect(leadsToItsObjects(file)).toBe(true);
  });

  it('of a credit note tells its total', async () => {
    const { stripe, get, invoice } = await open();
    const note = await stripe.creditNotes.create({ invoice: invoice.id, amount: 1200 });
    const file = Buffer.from(await (await get(note.pdf)).arrayBuffer()).toString('latin1');
    expect(file).toContain('($12.00)');
    expect(leadsToItsObjects(file)).toBe(true);
  });
});

it('shows a receipt, with what was given back', async () => {
  const { stripe, invoice, get } = await open();
  await stripe.invoices.pay(invoice.id);
  const [charge] = (await stripe.charges.list()).data;
  await stripe.refunds.create({ charge: charge?.id ?? '', amount: 700 });
  const text = await (await get(charge?.receipt_url ?? '')).text();
  expect(text).toContain('$50.00');
  expect(text).toContain('$7.00');
});
