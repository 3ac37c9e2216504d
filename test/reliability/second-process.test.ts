/** Threat table, row 43, and what a killed process leaves: one SQLite file serves one server. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newPostgresDatabase, hasPostgres } from '../support/databases.ts';
import { newFolder } from '../support/folder.ts';
import { runToEnd, startServer, startStripe, type SandboxProcessParts } from './till-process.ts';

let stripe: SandboxProcessParts;
beforeAll(async () => {
  stripe = await startStripe();
});
afterAll(() => stripe.close());

const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/readyz`)).status === 200;

it('refuses a second server on one file with a sentence, and leaves the first alone', async () => {
  const environment = { ...stripe.environment, TILL_DATABASE: newFolder()('till.sqlite') };
  const first = await startServer(environment);
  const second = await runToEnd(['serve'], environment);
  expect(second.code).toBe(1);
  expect(second.output).toContain(`Another process is using the database ${environment.TILL_DATABASE}: one file serves one server.`);
  expect(second.output).not.toMatch(/^ +at /mu);
  expect(await isReady(first.url)).toBe(true);
  expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

it('starts again after kill -9, with nothing to be removed by hand', async () => {
  const environment = { ...stripe.environment, TILL_DATABASE: newFolder()('till.sqlite') };
  for (let kills = 0; kills < 3; kills += 1) {
    const server = await startServer(environment);
    expect(await isReady(server.url)).toBe(true);
    expect(await server.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    expect(existsSync(`${environment.TILL_DATABASE}-wal`)).toBe(true);
  }
  const last = await startServer(environment);
  expect(await isReady(last.url)).toBe(true);
  expect(await last.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

it.runIf(hasPostgres)('lets two servers share PostgreSQL', async () => {
  const environment = { ...stripe.environment, DATABASE_URL: await newPostgresDatabase() };
  const servers = await Promise.all([startServer(environment), startServer(environment)]);
  expect(await Promise.all(servers.map(({ url }) => isReady(url)))).toEqual([true, true]);
  expect(await Promise.all(servers.map((server) => server.end('SIGTERM')))).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ]);
});
