import { monthlyPrice, payingCustomer, type Section } from './section.ts';

/** Invoices in every state, their items, payments and credit notes. */
export const invoiceSections: readonly Section[] = [
  {
    name: 'invoice items',
    async run({ stripe }) {
      const customer = await payingCustomer(stripe);
      const item = await stripe.invoiceItems.create({ customer, amount: 1200, currency: 'usd', description: 'Setup' });
      await stripe.invoiceItems.retrieve(item.id);
      await stripe.invoiceItems.update(item.id, { amount: 1500, metadata: { changed: 'yes' } });
      await stripe.invoiceItems.list({ customer, pending: true });
      await stripe.invoiceItems.del(item.id);
    },
  },
  {
    name: 'invoice items of a subscription',
    async run({ stripe }) {
      const [customer, price] = [await payingCustomer(stripe), await monthlyPrice(stripe)];
      const { id: subscription } = await stripe.subscriptions.create({ customer, items: [{ price }] });
      await stripe.invoiceItems.create({ customer, subscription, amount: 300, currency: 'usd', description: 'Extra' });
      await stripe.invoices.createPreview({ subscription });
    },
  },
  {
    name: 'invoices',
    async run({ stripe, unique }) {
      const customer = await payingCustomer(stripe);
      const draft = await stripe.invoices.create({ customer, auto_advance: false, description: 'By hand', metadata: { walk: unique } });
      await stripe.invoiceItems.create({ customer, invoice: draft.id, amount: 2500, currency: 'usd' });
      await stripe.invoices.update(draft.id, { footer: 'Thank you' });
      await stripe.invoices.finalizeInvoice(draft.id, { auto_advance: false });
      await stripe.invoices.pay(draft.id, { expand: ['payments'] });
      await stripe.invoices.retrieve(draft.id, { expand: ['customer', 'payments', 'lines'] });
      await stripe.invoices.listLineItems(draft.id, { limit: 5 });
      await stripe.invoices.list({ customer, status: 'paid' });
      await stripe.invoices.search({ query: `metadata['walk']:'${unique}'` });
      const payments = await stripe.invoicePayments.list({ invoice: draft.id });
      if (payments.data[0]) await stripe.invoicePayments.retrieve(payments.data[0].id);
    },
  },
  {
    name: 'invoices that are sent, voided, given up or thrown away',
    async run({ stripe }) {
      const { id: customer } = await stripe.customers.create({ name: 'Pays by transfer', email: 'office@example.com' });
      const sent = await stripe.invoices.create({ customer, collection_method: 'send_invoice', days_until_due: 14 });
      await stripe.invoiceItems.create({ customer, invoice: sent.id, amount: 700, currency: 'usd' });
      await stripe.invoices.sendInvoice(sent.id);
      await stripe.invoices.voidInvoice(sent.id);
      const lost = await stripe.invoices.create({ customer, collection_method: 'send_invoice', days_until_due: 14 });
      await stripe.invoiceItems.create({ customer, invoice: lost.id, amount: 700, currency: 'usd' });
      await stripe.invoices.finalizeInvoice(lost.id);
      await stripe.invoices.markUncollectible(lost.id);
      const draft = await stripe.invoices.create({ customer, collection_method: 'send_invoice', days_until_due: 14 });
      await stripe.invoices.del(draft.id);
    },
  },
  {
    name: 'invoice previews',
    async run({ stripe }) {
      const [customer, price, better] = [await payingCustomer(stripe), await monthlyPrice(stripe), await monthlyPrice(stripe, 9900)];
      await stripe.invoices.createPreview({ customer, subscription_details: { items: [{ price, quantity: 3 }] } });
      const subscription = await stripe.subscriptions.create({ customer, items: [{ price }] });
      await stripe.invoices.createPreview({ customer, subscription: subscription.id });
      const item = subscription.items.data[0]?.id ?? '';
      await stripe.invoices.createPreview({
        subscription: subscription.id,
        subscription_details: { items: [{ id: item, price: better }], proration_behavior: 'always_invoice' },
      });
      await stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: { cancel_now: true } });
    },
  },
  {
    name: 'credit notes',
    async run({ stripe }) {
      const customer = await payingCustomer(stripe);
      const invoice = await stripe.invoices.create({ customer, auto_advance: false });
      await stripe.invoiceItems.create({ customer, invoice: invoice.id, amount: 5000, currency: 'usd' });
      await stripe.invoices.finalizeInvoice(invoice.id);
      await stripe.invoices.pay(invoice.id);
      await stripe.creditNotes.preview({ invoice: invoice.id, amount: 1000, credit_amount: 1000 });
      const note = await stripe.creditNotes.create({ invoice: invoice.id, amount: 1000, credit_amount: 1000, reason: 'order_change' });
      await stripe.creditNotes.retrieve(note.id);
      await stripe.creditNotes.list({ invoice: invoice.id });
    },
  },
];
