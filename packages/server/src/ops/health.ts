/** Whether the process lives, and whether it can do its work. */
import { Hono } from 'hono';
import { freeBytes } from '../store/local-disk.ts';
import type { Till, TillEnv } from '../till.ts';
import { readRefused } from '../webhook/refused-signatures.ts';

export type Check = 'ok' | 'degraded' | 'failed';

/** Events that wait longer than this are a reason to look. */
const maxInboxLagSeconds = 300;
/** Beyond 300 s Stripe's signatures would be refused. */
const maxSkewSeconds = 60;
/** Room for some hundred thousand events. */
const minFreeBytes = 256 * 1024 * 1024;

export interface HealthOptions {
  readonly isStopping: () => boolean;
  readonly checks?: readonly (() => Promise<Readonly<Record<string, Check>>>)[];
  /** Room for the database; default: what the file system says. */
  readonly free?: () => number | undefined;
}

/** GET /healthz answers as long as the process does; GET /readyz says whether requests should come here. */
export function health(till: Till, options: HealthOptions) {
  const { isStopping, checks: more = [] } = options;
  return new Hono<TillEnv>()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const checks = {
        process: isStopping() ? 'failed' : 'ok',
        ...(await databaseChecks(till)),
        clock: clockCheck(till),
        disk: diskCheck(till, options),
        catalog: await catalogCheck(till),
        ...(await moduleChecks(till, more)),
      } satisfies Record<string, Check>;
      const ready = !Object.values<Check>(checks).includes('failed');
      return c.json({ status: ready ? 'ready' : 'not_ready', checks }, ready ? 200 : 503);
    });
}

/** What modules say of themselves; one that cannot tell is degraded. */
async function moduleChecks({ log }: Till, checks: NonNullable<HealthOptions['checks']>): Promise<Record<string, Check>> {
  const results = await Promise.all(
    checks.map((check) =>
      check().catch((error: unknown): Record<string, Check> => {
        log.error('module.check_failed', { error });
        return { modules: 'degraded' };
      }),
    ),
  );
  return Object.assign({}, ...results) as Record<string, Check>;
}

async function databaseChecks({
  store,
  now,
  log,
}: Till): Promise<Record<'database' | 'migrations' | 'inbox' | 'outbox' | 'signatures', Check>> {
  try {
    const { missing, unknown } = await store.check(now());
    const [oldest, dead] = [await store.inbox.oldestPending(), await store.inbox.count('dead')];
    const late = oldest !== undefined && now() - oldest > maxInboxLagSeconds;
    return {
      database: 'ok',
      // a newer version was started beside this one, which goes on until it is stopped
      migrations: missing ? 'failed' : unknown.length ? 'degraded' : 'ok',
      inbox: late || dead ? 'degraded' : 'ok',
      outbox: (await store.outboxDeliveries.count('dead')) > 0 ? 'degraded' : 'ok',
      // anybody may post nonsense, so that this is no reason to send requests elsewhere
      signatures: (await readRefused(store)) > 0 ? 'degraded' : 'ok',
    };
  } catch (error) {
    log.error('database.failed', { error });
    return { database: 'failed', migrations: 'failed', inbox: 'failed', outbox: 'failed', signatures: 'failed' };
  }
}

/** By the `Date` of Stripe's last answer; before the first nothing is known and nothing is wrong. */
function clockCheck({ stripeTraffic: { skewSeconds = 0 } }: Till): Check {
  return Math.abs(skewSeconds) < maxSkewSeconds ? 'ok' : 'degraded';
}

function diskCheck({ store, config }: Till, { free = () => freeBytes(config.databaseFile) }: HealthOptions): Check {
  const bytes = store.kind === 'sqlite' ? free() : undefined;
  return bytes === undefined || bytes >= minFreeBytes ? 'ok' : 'degraded';
}

async function catalogCheck({ catalog }: Till): Promise<Check> {
  return catalog.current().then(
    () => 'ok',
    () => 'failed',
  );
}
