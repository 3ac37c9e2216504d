import { payingCustomer, type Section } from './section.ts';

const byCard = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const;

/** Intents, charges, refunds, disputes, balance. */
export const paymentSections: readonly Section[] = [
  {
    name: 'payment intents',
    async run({ stripe }) {
      const { id: customer } = await stripe.customers.create({ name: 'Pays once' });
      const intent = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd', customer, ...byCard });
      await stripe.paymentIntents.update(intent.id, { amount: 2500, description: 'A bit more' });
      await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
      await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge', 'payment_method'] });
      await stripe.paymentIntents.list({ customer });
      const other = await stripe.paymentIntents.create({ amount: 900, currency: 'eur', customer, ...byCard });
      await stripe.paymentIntents.cancel(other.id, { cancellation_reason: 'abandoned' });
    },
  },
  {
    name: 'declined payment',
    async run({ stripe }) {
      const declined = stripe.paymentIntents.create({
        amount: 2000,
        currency: 'usd',
        payment_method: 'pm_card_chargeDeclined',
        confirm: true,
        ...byCard,
      });
      await declined.catch((error: { code?: string }) => {
        if (error.code !== 'card_declined') throw error;
      });
    },
  },
  {
    name: 'setup intents',
    async run({ stripe }) {
      const { id: customer } = await stripe.customers.create({ name: 'Saves a card' });
      const intent = await stripe.setupIntents.create({ customer, usage: 'off_session', ...byCard });
      await stripe.setupIntents.update(intent.id, { description: 'For later' });
      await stripe.setupIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
      await stripe.setupIntents.retrieve(intent.id, { expand: ['payment_method'] });
      await stripe.setupIntents.list({ customer });
      const other = await stripe.setupIntents.create({ customer, ...byCard });
      await stripe.setupIntents.cancel(other.id);
    },
  },
  {
    name: 'charges and refunds',
    async run({ stripe }) {
      const customer = await payingCustomer(stripe);
      const intent = await stripe.paymentIntents.create({
        amount: 3000,
        currency: 'usd',
        customer,
        payment_method: 'pm_card_visa',
        confirm: true,
        ...byCard,
      });
      const { data } = await stripe.charges.list({ payment_intent: intent.id });
      if (data[0]) await stripe.charges.retrieve(data[0].id, { expand: ['payment_intent'] });
      const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 1000, reason: 'requested_by_customer' });
      await stripe.refunds.retrieve(refund.id, { expand: ['charge'] });
      await stripe.refunds.list({ payment_intent: intent.id });
    },
  },
  {
    name: 'disputes',
    async run({ stripe }) {
      const customer = await payingCustomer(stripe);
      const intent = await stripe.paymentIntents.create({
        amount: 4000,
        currency: 'usd',
        customer,
        payment_method: 'pm_card_createDispute',
        confirm: true,
        ...byCard,
      });
      const { data } = await stripe.disputes.list({ payment_intent: intent.id });
      if (!data[0]) return; // Stripe opens it a moment later
      await stripe.disputes.retrieve(data[0].id);
      await stripe.disputes.close(data[0].id);
    },
  },
  {
    name: 'balance',
    async run({ stripe }) {
      await stripe.paymentIntents.create({ amount: 3000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, ...byCard });
      await stripe.balance.retrieve();
      const { data } = await stripe.balanceTransactions.list({ limit: 3 });
      if (data[0]) await stripe.balanceTransactions.retrieve(data[0].id);
    },
  },
  {
    name: 'payment method domains',
    async run({ stripe, unique }) {
      const domain = await stripe.paymentMethodDomains.create({ domain_name: `${unique.toLowerCase()}.example.com` });
      await stripe.paymentMethodDomains.retrieve(domain.id);
      await stripe.paymentMethodDomains.update(domain.id, { enabled: false });
      await stripe.paymentMethodDomains.validate(domain.id);
      await stripe.paymentMethodDomains.list({ limit: 2 });
    },
  },
];
