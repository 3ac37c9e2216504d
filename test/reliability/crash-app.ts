/** The whole server as it is in a run with crashes: the real one, with one consumer of the outbox that tells a number of a port. */
import { createTillApp, openStore, type Store, type TillApp, type TillConfig } from '@tillkit/server';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { silentLog } from '@tillkit/server/ops/log';
import type { TillModule } from '@tillkit/server/module';
import { catalogFile, catalogJson } from '../support/catalogs.ts';

export const webhookSecret = 'whsec_of_the_crashes';

export interface CrashAppOptions {
  /** A file, or an address of PostgreSQL. */
  readonly database: string;
  readonly stripeUrl: string;
  readonly now?: () => number;
  readonly backgroundCallsPerSecond?: number;
}

export async function openCrashApp({
  database,
  stripeUrl,
  now,
  backgroundCallsPerSecond = Infinity,
}: CrashAppOptions): Promise<{ app: TillApp; store: Store; config: TillConfig }> {
  const listener: TillModule = {
    name: 'listener',
    introduction: 'Tells the test what it hears.',
    install: () => ({
      consumers: [
        {
          name: 'listener',
          async deliver({ dedupeKey }) {
            const { status } = await fetch(`${stripeUrl}/heard`, { method: 'POST', body: dedupeKey });
            if (status !== 200) throw new Error('Not heard.');
          },
        },
      ],
    }),
  };
  const config: TillConfig = {
    stripe: { secretKey: 'sk_test_till', apiBase: new URL(stripeUrl) },
    webhookSecrets: [webhookSecret],
    origins: ['https://shop.example'],
    catalogFile: '',
    databaseFile: '',
    trustedProxies: [],
    hostname: '127.0.0.1',
    port: 0,
  };
  const store = await openStore(database.startsWith('postgres') ? await openPostgres(database) : openSqlite(database), [listener]);
  const file = catalogFile(catalogJson['team-suite']);
  const app = createTillApp({
    config,
    store,
    modules: [listener],
    catalogFile: async () => file,
    backgroundCallsPerSecond,
    log: silentLog,
    ...(now && { now }),
  });
  return { app, store, config };
}
