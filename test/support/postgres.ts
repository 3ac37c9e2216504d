/**
 * A real PostgreSQL for tests and measurements, on a loopback port, in a folder that is deleted afterwards.
 *
 * Promise: it is the system's own server program, with its usual durability (`fsync` on) unless the caller does without.
 * Where there is none, `undefined` is answered, and whoever asked says loudly that it did not run.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface PostgresOptions {
  /** Whether what is committed survives `crash` (default); without, nothing waits for the disk. */
  readonly durable?: boolean;
}

export interface PostgresServer {
  /** `postgres://…` without a database name. */
  readonly url: string;
  /** Makes an empty database; answers its address. */
  createDatabase(): Promise<string>;
  /** Stops at once, as a machine that fails; `start` brings it back with its data. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** Stops and deletes everything. */
  close(): Promise<void>;
}

const user = 'till';

/** The folder of `postgres` and `initdb`; Debian keeps them out of the PATH. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}

/** PostgreSQL refuses to run as root; the account of the Debian package, or nobody, does it then. */
function account(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const idOf = (flag: string): number =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: idOf('-u'), gid: idOf('-g') };
    } catch {
      // no such account
    }
  }
  return undefined;
}

/** Bytes that a server with all tests' databases of one moment, its log and its files needs at most, twice over. */
const roomy = 4 * 2 ** 30;

/** Where a database is made in a tenth of the time: the folder in memory, of Linux and where there is room. */
function quickFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory) || freemem() < roomy) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize < roomy ? tmpdir() : memory;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Starts a server of one's own; undefined where PostgreSQL is not installed. */
export async function startPostgres({ durable = true }: PostgresOptions = {}): Promise<PostgresServer | undefined> {
  const programs = findPostgres();
  if (!programs) return undefined;
  const folder = mkdtempSync(join(durable ? tmpdir() : quickFolder(), 'tillkit-postgres-'));
  const as = account();
  if (as) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', user, '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'], {
    stdio: 'ignore',
    cwd: folder,
    ...as,
  });
  const port = await freePort();
  const url = `postgres://${user}@127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  const ended = (process: ChildProcess): Promise<void> =>
    new Promise((resolve) =>
      process.exitCode === null && process.signalCode === null ? process.once('exit', () => resolve()) : resolve(),
    );

  async function start(): Promise<void> {
    const settings = [
      'max_connections=200',
      'unix_socket_directories=',
      'logging_collector=off',
      'log_min_messages=fatal',
      ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off', 'max_wal_size=256MB']),
    ].flatMap((setting) => ['-c', setting]);
    child = spawn(join(programs!, 'postgres'), ['-D', data, '-h', '127.0.0.1', '-p', String(port), ...settings], {
      stdio: 'ignore',
      cwd: folder,
      ...as,
    });
    for (let tries = 0; tries < 300; tries += 1) {
      if (child.exitCode !== null) break;
      if (await answers(url)) return;
      await wait(100);
    }
    throw new Error('PostgreSQL did not start.');
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (!child) return;
    child.kill(signal);
    await ended(child);
  }

  let made = 0;
  await start();
  return {
    url,
    async createDatabase() {
      made += 1;
      const name = `till_${process.pid}_${made}_${Date.now()}`;
      await query(`${url}/postgres`, `create database ${name}`);
      return `${url}/${name}`;
    },
    crash: () => stop('SIGQUIT'),
    start,
    async close() {
      await stop('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function query(url: string, sql: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const answers = (url: string): Promise<boolean> =>
  query(`${url}/postgres`, 'select 1').then(
    () => true,
    () => false,
  );
