/** The tables: there, current, writable, durable, with room; and what modules say of themselves. */
import { sql } from 'kysely';
import { createTillApp } from '../app.ts';
import type { freeBytes } from '../store/local-disk.ts';
import { NewerSchema } from '../store/migrations.ts';
import { isReadByOthers } from '../store/private-files.ts';
import type { Store } from '../store/store.ts';
import { check, fail, ok, warn, type Check, type Finding } from './finding.ts';

const enoughBytes = 256 * 1024 * 1024;

export const schema = check('Schema', async ({ store }) => {
  const { missing, unknown } = await (await store()).schemaState();
  if (unknown.length > 0) return fail('a newer version has changed it', new NewerSchema(unknown).message);
  return missing === 0
    ? ok('current')
    : fail(`${missing} steps are missing`, '"till migrate" takes them; a start of the server does, too.');
});

export const writable = check('Database', async ({ store, now }) => {
  const tables = await store();
  await tables.check(now());
  return ok(tables.kind === 'sqlite' ? 'SQLite, can be written' : 'PostgreSQL, can be written');
});

const settingOf = async (store: Store, statement: string): Promise<string> => {
  const { rows } = await sql.raw<Record<string, unknown>>(statement).execute(store.own());
  return String(Object.values(rows[0] ?? {})[0]);
};

/** An event that was answered with 200 must survive a power cut. */
export const durable = check('Durability', async ({ store }) => {
  const tables = await store();
  if (tables.kind === 'sqlite') {
    const [mode, synchronous] = [await settingOf(tables, 'pragma journal_mode'), await settingOf(tables, 'pragma synchronous')];
    if (mode === 'wal' && synchronous === '2') return ok('write-ahead log, flushed at each commit');
    return fail(`journal_mode ${mode}, synchronous ${synchronous}`, 'Start the server once: it sets both.');
  }
  const off = [];
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes'])
    if ((await settingOf(tables, `show ${name}`)) === 'off') off.push(name);
  return off.length === 0
    ? ok('flushed at each commit')
    : fail(`${off.join(', ')} off`, 'Switch it on: Stripe never resends what was acknowledged.');
});

/** The file has addresses of customers and hashes of their sessions. */
export const isPrivate = check('File mode', async ({ config, store }) => {
  if ((await store()).kind !== 'sqlite') return ok('left to PostgreSQL');
  const open = ['', '-wal', '-shm'].map((suffix) => config.databaseFile + suffix).filter(isReadByOthers);
  return open.length === 0
    ? ok('only its owner can read it')
    : fail(`others on this machine can read ${open.join(', ')}`, `chmod 600 ${open.join(' ')}; a start of the server does it, too.`);
});

export const integrity = check('Integrity', async ({ store }) => {
  const tables = await store();
  if (tables.kind !== 'sqlite') return ok('left to PostgreSQL');
  const answer = await settingOf(tables, 'pragma quick_check(1)');
  return answer === 'ok'
    ? ok('quick check passed')
    : fail('the file is damaged', 'Restore the last copy, then run "till reconcile --full".');
});

/** `free` tells how many bytes may still be written beside a file. */
export const roomBy = (free: typeof freeBytes): Check =>
  check('Disk', async ({ config, store }) => {
    const bytes = (await store()).kind === 'sqlite' ? free(config.databaseFile) : undefined;
    if (bytes === undefined) return ok('not on this machine');
    const text = `${Math.floor(bytes / 2 ** 20)} MiB free`;
    if (bytes >= enoughBytes) return ok(text);
    return warn(text, 'Make room: a full disk refuses every event, and Stripe tries again for three days only.');
  });

/** What the modules that are switched on say of themselves on `/readyz`. */
export const modules: Check = {
  name: 'Modules',
  async run({ config, store, modules: on, log, now, stripeFetch }) {
    if (on.length === 0) return [{ name: 'Modules', ...ok('none is switched on') }];
    const app = createTillApp({ config, store: await store(), modules: on, log, now, ...(stripeFetch && { stripeFetch }) });
    try {
      const answer = (await (await app.request('/readyz')).json()) as { checks: Record<string, string> };
      const own = Object.entries(answer.checks).filter(([name]) => !ofTheServer.has(name));
      const findings = own.map(([name, state]): Finding => ({
        name,
        ...(state === 'ok' ? ok('ok') : state === 'failed' ? fail('failed', 'See the log.') : warn('degraded', 'See the log.')),
      }));
      return [{ name: 'Modules', ...ok(on.map(({ name }) => name).join(', ')) }, ...findings];
    } finally {
      await app.stop();
    }
  },
};

/** Checks of `/readyz` that have a finding of their own here. */
const ofTheServer = new Set(['process', 'database', 'migrations', 'inbox', 'outbox', 'signatures', 'clock', 'disk', 'catalog']);
