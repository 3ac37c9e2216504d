/**
 * The companion server as it is, in front of a Stripe that never answers, so that only acknowledging is measured.
 * `no-database` as argument: the same server, whose inbox forgets at once. Durability is the difference.
 */
import { createTillApp, openStore, readConfig, readModules, serve, type Store } from '@tillkit/server';

const read = readConfig(process.env);
const modules = await readModules(process.env);
if (!read.ok) throw new Error(read.faults.join('\n'));
if (!modules.ok) throw new Error(modules.faults.join('\n'));
const openDatabase = modules.config.find((module) => module.openDatabase)?.openDatabase;
const store = await openStore(openDatabase ? await openDatabase() : read.config.databaseFile, modules.config);

const forgetful: Store = {
  ...store,
  inbox: { ...store.inbox, add: () => Promise.resolve(true), claim: () => new Promise(() => undefined) },
};

const app = createTillApp({
  config: read.config,
  store: process.argv.includes('no-database') ? forgetful : store,
  stripeFetch: () => new Promise(() => undefined),
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});
await serve(app, { hostname: '127.0.0.1', port: read.config.port });
