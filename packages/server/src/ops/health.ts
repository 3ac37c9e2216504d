/** Whether the process lives, and whether it can do its work. */
import { Hono } from 'hono';
import type { Till, TillEnv } from '../till.ts';

export type Check = 'ok' | 'degraded' | 'failed';

/** Events that wait longer than this are a reason to look. */
const maxInboxLagSeconds = 300;

export interface HealthOptions {
  readonly isStopping: () => boolean;
  readonly checks?: readonly (() => Promise<Readonly<Record<string, Check>>>)[];
}

/** GET /healthz answers as long as the process does; GET /readyz says whether requests should come here. */
export function health(till: Till, { isStopping, checks: more = [] }: HealthOptions) {
  return new Hono<TillEnv>()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const checks = {
        process: isStopping() ? 'failed' : 'ok',
        ...(await databaseChecks(till)),
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

async function databaseChecks({ store, now, log }: Till): Promise<Record<'database' | 'migrations' | 'inbox', Check>> {
  try {
    const { pendingMigrations } = await store.check(now());
    const [oldest, dead] = [await store.inbox.oldestPending(), await store.inbox.count('dead')];
    const late = oldest !== undefined && now() - oldest > maxInboxLagSeconds;
    return { database: 'ok', migrations: pendingMigrations ? 'failed' : 'ok', inbox: late || dead ? 'degraded' : 'ok' };
  } catch (error) {
    log.error('database.failed', { error });
    return { database: 'failed', migrations: 'failed', inbox: 'failed' };
  }
}

async function catalogCheck({ catalog }: Till): Promise<Check> {
  return catalog.current().then(
    () => 'ok',
    () => 'failed',
  );
}
