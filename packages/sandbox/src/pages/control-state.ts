/** What the control page shows, as JSON. */
import type { AppParts } from '../app.ts';
import type { Customer } from '../objects/customer.ts';
import type { StripeEvent } from '../objects/event.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { Subscription } from '../objects/subscription.ts';

const shownCustomers = 50;

const objectId = (object: unknown): string | null => (object as { id?: string }).id ?? null;

function subscriptionView({ world }: AppParts, { id, customer, status, items, cancel_at, trial_end }: Subscription): object {
  return {
    id,
    customer: world.tables.customers.get(customer)?.email ?? customer,
    status,
    cancel_at,
    trial_end,
    items: items.data.map(({ price, quantity }) => `${quantity} × ${world.tables.products.get(price.product)?.name ?? price.product}`),
  };
}

const invoiceView = ({
  id,
  number,
  status,
  currency,
  total,
  amount_due,
  attempt_count,
  next_payment_attempt,
  created,
}: Invoice): object => ({
  id,
  number,
  status,
  currency,
  total,
  amount_due,
  attempt_count,
  next_payment_attempt,
  created,
});

function customerView(parts: AppParts, { id, email, name }: Customer): object {
  const { subscriptions, invoices } = parts.world.tables;
  return {
    id,
    email,
    name,
    subscriptions: subscriptions.of(id).map((row) => subscriptionView(parts, row)),
    invoices: invoices
      .all()
      .filter(({ customer }) => customer === id)
      .map(invoiceView),
  };
}

export function stateOf(parts: AppParts): object {
  const { world, deliveries, manners } = parts;
  const { customers, subscriptions, invoices, events } = world.tables;
  const { retryScheduleDays, afterRetries } = world.settings;
  return {
    now: world.now(),
    counts: { customers: customers.size, subscriptions: subscriptions.size, invoices: invoices.size, events: events.size },
    subscriptions: subscriptions
      .all()
      .slice(0, shownCustomers)
      .map((row) => subscriptionView(parts, row)),
    settings: { retry_schedule_days: retryScheduleDays, after_retries: afterRetries },
    webhook_mode: deliveries.mode,
    faults: manners.faults.list(),
  };
}

export const customersOf = (parts: AppParts): object[] =>
  parts.world.tables.customers
    .all()
    .slice(0, shownCustomers)
    .map((row) => customerView(parts, row));

export function eventsOf({ world, deliveries }: AppParts, limit: number): object[] {
  const byEvent = Map.groupBy(deliveries.list(), ({ event }) => event);
  return world.tables.events
    .all()
    .slice(0, limit)
    .map(({ id, type, created, data, request }: StripeEvent) => ({
      id,
      type,
      created,
      request: request.id,
      object: objectId(data.object),
      deliveries: (byEvent.get(id) ?? []).map(({ status }) => status),
    }));
}
