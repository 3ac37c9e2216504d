/**
 * Where the process starts: reads the environment, opens the database, listens, and ends in order.
 *
 * Promise: what is wrong with the configuration is said at once and in sentences, and nothing half-configured runs.
 */
import { createTillApp } from './app.ts';
import { readCatalogFile } from './catalog/read-catalog-file.ts';
import { readConfig, type Environment } from './config.ts';
import { introduction, toText } from './ops/introduction.ts';
import { createLog } from './ops/log.ts';
import { serve } from './ops/serve.ts';
import { readModules } from './modules.ts';
import { openStore } from './store/store.ts';

/** A sandbox tests no cards, so a person who clicks through the demo is not held up. */
const sandboxLimits = { checkout: [{ seconds: 60, limit: 600 }] };

/** Runs the server until SIGTERM or SIGINT; throws an error whose message is for the person who starts it. */
export async function runServer(environment: Environment): Promise<void> {
  const result = readConfig(environment);
  if (!result.ok) throw new Error(['The server cannot start:', ...result.faults.map((fault) => `  - ${fault}`)].join('\n'));
  const { config } = result;
  const read = await readModules(environment);
  if (!read.ok) throw new Error(['The server cannot start:', ...read.faults.map((fault) => `  - ${fault}`)].join('\n'));
  const modules = read.config;
  const file = await readCatalogFile(config.catalogFile);
  const openDatabase = modules.find((module) => module.openDatabase)?.openDatabase;
  const store = await openStore(openDatabase ? await openDatabase() : config.databaseFile, modules);
  const log = createLog();
  const app = createTillApp({ config, store, modules, log, ...(config.stripe.apiBase && { limits: sandboxLimits }) });
  const server = await serve(app, config);
  process.stdout.write(toText(introduction({ config, url: server.url, plans: file.plans.length, modules })));

  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  log.info('stopping');
  await server.close();
  await store.close();
  // a call to Stripe that nobody waits for any more would keep the process
  process.exit(0);
}
