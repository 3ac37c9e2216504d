/** What follows from a request's events: checkout sessions that waited for a debit, features gained or lost. */
import type { StripeEvent } from '../objects/event.ts';
import type { World } from '../world.ts';
import { settleSession } from './checkout.ts';
import { settleEntitlements } from './entitlements.ts';

const sessionEnds: Readonly<Record<string, boolean>> = {
  'payment_intent.succeeded': true,
  'payment_intent.payment_failed': false,
  'invoice.paid': true,
  'invoice.payment_failed': false,
};

/** Checkout sessions wait for debits that come days later. */
function settleSessionsOf(world: World, type: string, { id }: Readonly<Record<string, unknown>>): void {
  const succeeded = sessionEnds[type];
  if (succeeded === undefined || typeof id !== 'string') return;
  for (const session of world.tables.sessions.of(id)) settleSession(world, session, succeeded);
}

/** Whoever has a subscription that changed may have gained or lost features. */
export function settleEvents(world: World, events: readonly StripeEvent[]): void {
  const told = events.filter(({ type }) => type.startsWith('customer.subscription.')).map(({ data }) => data.object.customer);
  for (const customer of new Set(told)) if (typeof customer === 'string') settleEntitlements(world, customer);
  for (const { type, data } of events) settleSessionsOf(world, type, data.object);
}
