/**
 * Step 6, subscription: what a new reading tells that the last one did not.
 *
 * Promise: pure, and the same step between two states gives the same keys, so that however often and by whichever way
 * (answer, event, sweep) a change is seen, it is told once.
 */
import type { OutboxEntry } from '../store/outbox.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';

/** A subscription that is first seen long after it began was known to somebody else: a lost database tells nothing anew. */
const newsAgeSeconds = 3 * 86_400;

const running: ReadonlySet<string> = new Set(['trialing', 'active']);

/** What happened between two readings of one subscription, the earlier of which may be missing. */
export function transitions(before: SubscriptionFact | undefined, after: SubscriptionFact, now: number): OutboxEntry[] {
  const entries: OutboxEntry[] = [];
  const { id: subscriptionId, customerId } = after;
  const tell = (type: string, key: string | number, payload: Record<string, unknown> = {}): void => {
    entries.push({ type, dedupeKey: `${type}:${subscriptionId}:${key}`, payload: { subscriptionId, customerId, ...payload } });
  };
  const wasRunning = before !== undefined && before.status !== 'incomplete';
  const isNews = before !== undefined || now - after.created < newsAgeSeconds;

  if (!wasRunning && running.has(after.status) && isNews) tell('subscription.started', 'once', { status: after.status });
  return entries;
}
