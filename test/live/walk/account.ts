import type { Section } from './section.ts';

/** The account, its events and endpoints, and usage meters. */
export const accountSections: readonly Section[] = [
  {
    name: 'account',
    async run({ stripe }) {
      const { id } = await stripe.accounts.retrieveCurrent();
      await stripe.accounts.retrieve(id);
    },
  },
  {
    name: 'events',
    async run({ stripe }) {
      await stripe.customers.create({ name: 'Makes an event' });
      const { data } = await stripe.events.list({ limit: 3, type: 'customer.created' });
      if (data[0]) await stripe.events.retrieve(data[0].id);
    },
  },
  {
    name: 'webhook endpoints',
    async run({ stripe }) {
      const endpoint = await stripe.webhookEndpoints.create({
        url: 'https://shop.example/webhooks',
        enabled_events: ['invoice.paid', 'customer.subscription.updated'],
      });
      await stripe.webhookEndpoints.retrieve(endpoint.id);
      await stripe.webhookEndpoints.update(endpoint.id, { enabled_events: ['*'], description: 'All', disabled: true });
      await stripe.webhookEndpoints.list({ limit: 2 });
      await stripe.webhookEndpoints.del(endpoint.id);
    },
  },
  {
    name: 'meters',
    async run({ stripe, unique, now }) {
      const meter = await stripe.billing.meters.create({
        display_name: 'Requests',
        event_name: `requests_${unique}`,
        default_aggregation: { formula: 'sum' },
        customer_mapping: { type: 'by_id', event_payload_key: 'stripe_customer_id' },
        value_settings: { event_payload_key: 'value' },
      });
      const { id: customer } = await stripe.customers.create({ name: 'Is metered' });
      const event = await stripe.billing.meterEvents.create({
        event_name: meter.event_name,
        payload: { stripe_customer_id: customer, value: '25' },
        identifier: `event_${unique}`,
      });
      const hour = Math.floor(now() / 3600) * 3600;
      await stripe.billing.meters.listEventSummaries(meter.id, { customer, start_time: hour - 3600, end_time: hour + 3600 });
      await stripe.billing.meterEventAdjustments.create({
        event_name: meter.event_name,
        type: 'cancel',
        cancel: { identifier: event.identifier },
      });
      await stripe.billing.meters.retrieve(meter.id);
      await stripe.billing.meters.update(meter.id, { display_name: 'Calls' });
      await stripe.billing.meters.list({ status: 'active' });
      await stripe.billing.meters.deactivate(meter.id);
      await stripe.billing.meters.reactivate(meter.id);
    },
  },
];
