/**
 * Step subscription: what time does to objects.
 *
 * Promise: when something is due is a pure function of the object; an entry in the agenda is only a reminder to look.
 */
import { expireSession } from '../billing/checkout.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import type { Watch } from '../store/tables.ts';
import type { Entry } from '../time/agenda.ts';
import type { World } from '../world.ts';

/** At the same second: schedules change what subscriptions renew, subscriptions draft what invoices finalize. */
const rank = { schedule: 0, subscription: 1, invoice: 2, session: 3 } as const;

const sessionDue = ({ status, expires_at }: CheckoutSession): number | null => (status === 'open' ? expires_at : null);

/** Puts each written row into the agenda at its next time. */
export function dueTimes(add: (entry: Entry) => void): Watch {
  const remind = (id: string, at: number | null, of: keyof typeof rank): void => {
    if (at !== null) add({ at, rank: rank[of], id });
  };
  return {
    schedule: () => undefined,
    subscription: () => undefined,
    invoice: () => undefined,
    session: (row) => remind(row.id, sessionDue(row), 'session'),
  };
}

/** Does what is due now for the object of a reminder; nothing when the reminder is stale. */
export function runDue(world: World, id: string): void {
  const isDue = (at: number | null): boolean => at !== null && at <= world.now();
  world.request({ id: null, idempotency_key: null }, () => {
    const session = world.tables.sessions.get(id);
    if (session && isDue(sessionDue(session))) expireSession(world, session);
  });
}
