/** The unmodified Stripe SDK against the sandbox: customers who transfer money, and what is paid with it. */
import { expect, it } from 'vitest';
import { day, priced, stand, start } from './stand.ts';

async function transferring() {
  const { sandbox, stripe } = stand();
  const { id: customer } = await stripe.customers.create({ email: 'office@example.com' });
  const fund = (amount: number, currency = 'usd') => stripe.testHelpers.customers.fundCashBalance(customer, { amount, currency });
  const pay = (amount: number, currency = 'usd') =>
    stripe.paymentIntents.create({
      amount,
      currency,
      customer,
      confirm: true,
      payment_method_data: { type: 'customer_balance' },
      payment_method_options: { customer_balance: { funding_type: 'bank_transfer' } },
      return_url: 'https://shop.example/done',
    });
  const types = () => sandbox.events().map(({ type }) => type);
  return { sandbox, stripe, customer, fund, pay, types };
}

it('says where to transfer, the same for each of a customer’s payments', async () => {
  const { sandbox, stripe, customer, pay } = await transferring();
  const intent = await pay(5000, 'eur');
  expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'display_bank_transfer_instructions' } });
  const told = intent.next_action?.display_bank_transfer_instructions;
  expect(told).toMatchObject({ amount_remaining: 5000, currency: 'eur', type: 'eu_bank_transfer' });
  const instructions = await stripe.customers.createFundingInstructions(customer, {
    currency: 'eur',
    funding_type: 'bank_transfer',
    bank_transfer: { type: 'eu_bank_transfer', eu_bank_transfer: { country: 'DE' } },
  });
  expect(instructions.bank_transfer.financial_addresses).toEqual(told?.financial_addresses);
  const page = await sandbox.fetch(new Request(told?.hosted_instructions_url ?? ''));
  expect(await page.text()).toContain(told?.financial_addresses?.[0]?.iban?.iban);
});

it('pays the oldest payment that the money covers, and keeps the rest', async () => {
  const { stripe, customer, fund, pay, types } = await transferring();
  const [first, second] = [await pay(5000), await pay(3000)];
  await fund(2000);
  expect((await stripe.paymentIntents.retrieve(first.id)).next_action?.display_bank_transfer_instructions?.amount_remaining).toBe(3000);
  expect(types()).toContain('payment_intent.partially_funded');
  await fund(4000);
  expect((await stripe.paymentIntents.retrieve(first.id)).status).toBe('succeeded');
  expect((await stripe.paymentIntents.retrieve(second.id)).status).toBe('requires_action');
  expect((await stripe.customers.retrieveCashBalance(customer)).available).toEqual({ usd: 1000 });
  const moves = (await stripe.customers.listCashBalanceTransactions(customer)).data;
  expect(moves.map(({ net_amount, type }) => [net_amount, type])).toEqual([
    [-5000, 'applied_to_payment'],
    [4000, 'funded'],
    [2000, 'funded'],
  ]);
  expect((await stripe.customers.retrieveCashBalanceTransaction(customer, moves[0]?.id ?? '')).applied_to_payment?.payment_intent).toBe(
    first.id,
  );
});

it('pays at once out of what was transferred before, with the fee of a transfer', async () => {
  const { stripe, fund, pay } = await transferring();
  await fund(9000);
  const paid = await pay(9000);
  expect(paid.status).toBe('succeeded');
  const charge = await stripe.charges.retrieve(String(paid.latest_charge), { expand: ['balance_transaction'] });
  // 0.5 % of 9,000
  expect(charge).toMatchObject({ payment_method_details: { type: 'customer_balance' }, balance_transaction: { fee: 45 } });
});

it('keeps currencies apart', async () => {
  const { stripe, customer, fund, pay } = await transferring();
  await fund(9000, 'eur');
  expect((await pay(9000)).status).toBe('requires_action');
  expect((await stripe.customers.retrieveCashBalance(customer)).available).toEqual({ eur: 9000 });
});

it('pays a sent invoice when the transfer comes', async () => {
  const { stripe, customer, fund, types } = await transferring();
  const { id } = await stripe.invoices.create({
    customer,
    collection_method: 'send_invoice',
    days_until_due: 30,
    payment_settings: { payment_method_types: ['customer_balance'] },
  });
  await stripe.invoiceItems.create({ customer, invoice: id, amount: 7000, currency: 'usd' });
  await stripe.invoices.sendInvoice(id);
  const [intent] = (await stripe.paymentIntents.list({ customer })).data;
  expect(intent?.next_action?.display_bank_transfer_instructions?.amount_remaining).toBe(7000);
  await fund(7000);
  expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'paid', amount_paid: 7000 });
  expect(types()).not.toContain('invoice.payment_failed');
});

it('needs a customer, and currencies that can be transferred', async () => {
  const { stripe, customer } = await transferring();
  const nobody = stripe.paymentIntents.create({
    amount: 100,
    currency: 'usd',
    confirm: true,
    payment_method_data: { type: 'customer_balance' },
    payment_method_options: { customer_balance: { funding_type: 'bank_transfer' } },
    return_url: 'https://shop.example/done',
  });
  await expect(nobody).rejects.toMatchObject({ param: 'customer' });
  const wrong = stripe.customers.createFundingInstructions(customer, {
    currency: 'eur',
    funding_type: 'bank_transfer',
    bank_transfer: { type: 'us_bank_transfer' },
  });
  await expect(wrong).rejects.toMatchObject({ statusCode: 400 });
});

it('sends a subscription’s invoices, and is past due when one is not paid in time', async () => {
  const { sandbox, stripe, customer, types } = await transferring();
  const price = await priced(stripe);
  const created = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    collection_method: 'send_invoice',
    days_until_due: 7,
    expand: ['latest_invoice'],
  });
  expect(created).toMatchObject({ status: 'active', days_until_due: 7, latest_invoice: { status: 'draft', due_date: start + 7 * day } });
  await sandbox.clock.advance(3600);
  const [sent] = (await stripe.invoices.list({ subscription: created.id })).data;
  expect(sent).toMatchObject({ status: 'open', collection_method: 'send_invoice', attempted: false });
  expect(types()).toContain('invoice.sent');
  await sandbox.clock.advance(7 * day);
  expect((await stripe.subscriptions.retrieve(created.id)).status).toBe('past_due');
  expect(types()).toContain('invoice.overdue');
  await stripe.invoices.pay(sent?.id ?? '', { paid_out_of_band: true });
  expect((await stripe.subscriptions.retrieve(created.id)).status).toBe('active');
  expect((await stripe.charges.list()).data).toEqual([]);
});

it('can be charged again from the next invoice on', async () => {
  const { stripe, customer } = await transferring();
  const price = await priced(stripe);
  const terms = { collection_method: 'send_invoice', days_until_due: 7 } as const;
  const { id } = await stripe.subscriptions.create({ customer, items: [{ price: price.id }], ...terms });
  const charged = await stripe.subscriptions.update(id, { collection_method: 'charge_automatically' });
  expect(charged).toMatchObject({ collection_method: 'charge_automatically', days_until_due: null });
  await expect(stripe.subscriptions.update(id, { collection_method: 'send_invoice' })).rejects.toMatchObject({ param: 'days_until_due' });
});
