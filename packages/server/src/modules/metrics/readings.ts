/** What is read when somebody asks: the tables, the traffic with Stripe, the process. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { memoryUsage, uptime } from 'node:process';
import type { Schema } from '../../store/schema.ts';
import type { Till } from '../../till.ts';
import { metric, single, type Sample } from './exposition.ts';

const statuses = ['pending', 'applied', 'dead'] as const;

/** How the tables stand; a database that does not answer is one of the things to know, and never an error here. */
export async function readTables(till: Till): Promise<string> {
  try {
    return single('gauge', 'till_database_up', 'Whether the database answers.', 1) + (await inboxText(till)) + (await restText(till));
  } catch {
    return single('gauge', 'till_database_up', 'Whether the database answers.', 0);
  }
}

async function inboxText({ store, now }: Till): Promise<string> {
  const counts: Sample[] = [];
  for (const status of statuses) counts.push([{ status }, await store.inbox.count(status)]);
  const oldest = await store.inbox.oldestPending();
  return (
    metric('gauge', 'till_inbox_events', 'Events from Stripe that were acknowledged, by what became of them.', counts) +
    single('gauge', 'till_inbox_lag_seconds', 'Age of the oldest event that waits.', oldest === undefined ? 0 : Math.max(0, now() - oldest))
  );
}

async function restText({ store, now }: Till): Promise<string> {
  const tables = store.own<Pick<Schema, 'outboxDeliveries' | 'sessions'>>();
  const deliveries = await tables
    .selectFrom('outboxDeliveries')
    .select(['consumer', 'status'])
    .select((row) => row.fn.countAll<number>().as('rows'))
    .groupBy(['consumer', 'status'])
    .execute();
  const { live } = await tables
    .selectFrom('sessions')
    .select((row) => row.fn.countAll<number>().as('live'))
    .where('expiresAt', '>', now())
    .executeTakeFirstOrThrow();
  return (
    metric(
      'gauge',
      'till_outbox_deliveries',
      'Entries of the outbox, by consumer and by what became of them.',
      deliveries.map(({ consumer, status, rows }) => [{ consumer, status }, Number(rows)]),
    ) +
    single('gauge', 'till_sessions', 'Sessions that have not ended.', Number(live)) +
    single('gauge', 'till_sweep_drifted', 'Subscriptions that the last full sweep found wrong.', await store.cursors.read('drifted'))
  );
}

/** What went to Stripe and came back. */
export function readTraffic({ stripeTraffic: { calls, failed, rateLimited, skewSeconds } }: Till): string {
  return (
    single('counter', 'till_stripe_calls_total', 'Calls to Stripe, repeated ones too.', calls) +
    single('counter', 'till_stripe_failed_total', 'Calls without an answer, or with one of 500 and above.', failed) +
    single('counter', 'till_stripe_rate_limited_total', 'Calls that Stripe answered with 429.', rateLimited) +
    single('gauge', 'till_stripe_clock_skew_seconds', "How far Stripe's clock is ahead of ours.", skewSeconds)
  );
}

/** Memory and hold-ups of the process since the last look. */
export function createProcessReading(): () => string {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  return () => {
    const late = Number.isFinite(delay.percentile(99)) ? delay.percentile(99) / 1e9 : 0;
    delay.reset();
    return (
      single('gauge', 'process_resident_memory_bytes', 'Resident memory.', memoryUsage.rss()) +
      single('gauge', 'process_uptime_seconds', 'Since the process started.', uptime()) +
      single('gauge', 'nodejs_eventloop_lag_p99_seconds', 'How late timers came, 99th percentile since the last look.', late)
    );
  };
}
