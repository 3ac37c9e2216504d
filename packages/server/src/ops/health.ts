/** Whether the process lives, and whether it can do its work. */
import { Hono } from 'hono';
import type { Till, TillEnv } from '../till.ts';

type Check = 'ok' | 'degraded' | 'failed';

/** Events that wait longer than this are a reason to look. */
const maxInboxLagSeconds = 300;

/** GET /healthz answers as long as the process does; GET /readyz says whether requests should come here. */
export function health(till: Till, isStopping: () => boolean) {
  return new Hono<TillEnv>()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const checks = {
        process: isStopping() ? 'failed' : 'ok',
        ...(await databaseChecks(till)),
        catalog: await catalogCheck(till),
      } satisfies Record<string, Check>;
      const ready = !Object.values<Check>(checks).includes('failed');
      return c.json({ status: ready ? 'ready' : 'not_ready', checks }, ready ? 200 : 503);
    });
}

async function databaseChecks({ store, now, log }: Till): Promise<Record<'database' | 'migrations' | 'inbox', Check>> {
  try {
    const { pendingMigrations } = await store.check(now());
    const [nextDue, dead] = [await store.inbox.nextDue(), await store.inbox.count('dead')];
    const late = nextDue !== undefined && now() - nextDue > maxInboxLagSeconds;
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
