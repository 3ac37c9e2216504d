/**
 * The sandbox's own controls: what time it is, what has happened, and a page to turn the clock and watch.
 *
 * For development only: no key is asked for, and any page may call.
 */
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { AppParts } from '../app.ts';
import { controlPage } from './control-page.ts';

const objectId = (object: unknown): string | null => (object as { id?: string }).id ?? null;

function stateOf({ world }: AppParts): object {
  const { customers, subscriptions, invoices, events } = world.tables;
  return {
    now: world.now(),
    counts: { customers: customers.size, subscriptions: subscriptions.size, invoices: invoices.size, events: events.size },
    subscriptions: subscriptions
      .all()
      .slice(0, 50)
      .map(({ id, customer, status, items, cancel_at, trial_end }) => ({
        id,
        customer: world.tables.customers.get(customer)?.email ?? customer,
        status,
        cancel_at,
        trial_end,
        items: items.data.map(({ price, quantity }) => `${quantity} × ${world.tables.products.get(price.product)?.name ?? price.product}`),
      })),
  };
}

function eventsOf({ world, deliveries }: AppParts, limit: number): object[] {
  const list = deliveries.list();
  return world.tables.events
    .all()
    .slice(0, limit)
    .map(({ id, type, created, data }) => ({
      id,
      type,
      created,
      object: objectId(data.object),
      deliveries: list.filter(({ event }) => event === id).map(({ status }) => status),
    }));
}

export function controls(parts: AppParts): Hono {
  const app = new Hono();
  app.use('/_sandbox/*', cors());
  app.get('/_sandbox', (c) => c.redirect('/_sandbox/'));
  app.get('/_sandbox/', (c) => c.html(controlPage));
  app.get('/_sandbox/state', (c) => c.json(stateOf(parts)));
  app.get('/_sandbox/events', (c) => c.json(eventsOf(parts, Number(c.req.query('limit') ?? 50))));
  app.post('/_sandbox/clock', async (c) => {
    const { advance, to, next } = await c.req.json<{ advance?: number; to?: number; next?: boolean }>();
    const now = parts.world.now();
    const soonest = parts.agenda.entries().find(({ at }) => at > now)?.at ?? now;
    await parts.advanceTo(to ?? (next ? soonest : now + (advance ?? 0)));
    return c.json(stateOf(parts));
  });
  app.post('/_sandbox/reset', (c) => {
    parts.reset();
    return c.json(stateOf(parts));
  });
  return app;
}
