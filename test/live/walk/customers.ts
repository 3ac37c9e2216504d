import { payingCustomer, type Section } from './section.ts';

/** Customers and everything that hangs on them. */
export const customerSections: readonly Section[] = [
  {
    name: 'customers',
    async run({ stripe, unique }) {
      const customer = await stripe.customers.create({
        email: 'ada@example.com',
        name: 'Ada Example',
        address: { line1: '1 Main Street', city: 'Springfield', country: 'US', postal_code: '12345', state: 'IL' },
        preferred_locales: ['de'],
        metadata: { walk: unique },
        tax_exempt: 'none',
      });
      await stripe.customers.retrieve(customer.id, { expand: ['subscriptions', 'tax_ids', 'sources'] });
      await stripe.customers.update(customer.id, { phone: '+15555550100', description: 'Countess', metadata: { walk: '' } });
      await stripe.customers.list({ email: 'ada@example.com', limit: 2 });
      await stripe.customers.search({ query: `metadata['walk']:'${unique}'` });
      await stripe.customers.del(customer.id);
      await stripe.customers.retrieve(customer.id);
    },
  },
  {
    name: 'customer balance',
    async run({ stripe }) {
      const { id } = await stripe.customers.create({ name: 'With credit' });
      await stripe.customers.createBalanceTransaction(id, { amount: -500, currency: 'usd', description: 'Sorry' });
      await stripe.customers.listBalanceTransactions(id, { limit: 5 });
    },
  },
  {
    name: 'tax ids',
    async run({ stripe }) {
      const { id: customer } = await stripe.customers.create({ name: 'A company' });
      const first = await stripe.customers.createTaxId(customer, { type: 'eu_vat', value: 'DE123456789' });
      await stripe.customers.listTaxIds(customer);
      await stripe.customers.deleteTaxId(customer, first.id);
      const second = await stripe.taxIds.create({ type: 'eu_vat', value: 'DE123456789', owner: { type: 'customer', customer } });
      await stripe.taxIds.retrieve(second.id);
      await stripe.taxIds.list({ owner: { type: 'customer', customer } });
      await stripe.taxIds.del(second.id);
    },
  },
  {
    name: 'payment methods',
    async run({ stripe }) {
      const { id: customer } = await stripe.customers.create({ name: 'With cards' });
      const method = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' }, billing_details: { name: 'Ada' } });
      await stripe.paymentMethods.attach(method.id, { customer });
      await stripe.paymentMethods.retrieve(method.id);
      await stripe.paymentMethods.update(method.id, { billing_details: { email: 'ada@example.com' }, metadata: { card: 'first' } });
      await stripe.paymentMethods.list({ customer, type: 'card' });
      await stripe.customers.listPaymentMethods(customer, { limit: 3 });
      await stripe.customers.retrievePaymentMethod(customer, method.id);
      await stripe.paymentMethods.detach(method.id);
    },
  },
  {
    name: 'customer sessions',
    async run({ stripe }) {
      const customer = await payingCustomer(stripe);
      await stripe.customerSessions.create({
        customer,
        components: {
          payment_element: {
            enabled: true,
            features: { payment_method_save: 'enabled', payment_method_save_usage: 'off_session', payment_method_redisplay: 'enabled' },
          },
        },
      });
    },
  },
  {
    name: 'discount of a customer',
    async run({ stripe }) {
      const customer = await payingCustomer(stripe);
      await stripe.customers.deleteDiscount(customer).catch((error: { code?: string }) => {
        if (error.code !== 'resource_missing') throw error; // a customer of this version has no discount to begin with
      });
    },
  },
  {
    name: 'billing portal',
    async run({ stripe }) {
      const configuration = await stripe.billingPortal.configurations.create({
        business_profile: { headline: 'Your plan' },
        features: {
          invoice_history: { enabled: true },
          payment_method_update: { enabled: true },
          subscription_cancel: { enabled: true, mode: 'at_period_end' },
        },
        default_return_url: 'https://shop.example/account',
      });
      await stripe.billingPortal.configurations.retrieve(configuration.id);
      await stripe.billingPortal.configurations.update(configuration.id, { active: true, metadata: { of: 'walk' } });
      await stripe.billingPortal.configurations.list({ limit: 2 });
      const customer = await payingCustomer(stripe);
      await stripe.billingPortal.sessions.create({ customer, configuration: configuration.id, return_url: 'https://shop.example/account' });
      await stripe.billingPortal.sessions.create({
        customer,
        configuration: configuration.id,
        flow_data: {
          type: 'payment_method_update',
          after_completion: { type: 'redirect', redirect: { return_url: 'https://shop.example/' } },
        },
      });
    },
  },
];
