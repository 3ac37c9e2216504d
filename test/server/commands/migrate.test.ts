import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openStore } from '@tillkit/server';
import { ownMigrations } from '@tillkit/server/store/migrations';
import { runTill } from '../../support/command.ts';
import { newFolder } from '../../support/folder.ts';

const steps = Object.keys(ownMigrations.migrations).length;

it('takes the missing steps once, and --check tells before and after', async () => {
  const environment = { TILL_DATABASE: newFolder()('till.sqlite') };
  new DatabaseSync(environment.TILL_DATABASE).close();
  expect((await runTill('migrate --check', { environment })).fault).toContain(`lacks ${steps} steps`);
  expect((await runTill('inbox list', { environment })).fault).toContain(`lacks ${steps} steps`);
  expect((await runTill('migrate', { environment })).lines).toEqual([`${steps} steps taken; the schema is current.`]);
  expect((await runTill('migrate', { environment })).lines).toEqual(['The schema is current.']);
  expect(await runTill('migrate --check', { environment })).toEqual({ lines: ['The schema is current.'], fault: undefined });
});

it('refuses to change the schema under a running server', async () => {
  const environment = { TILL_DATABASE: newFolder()('till.sqlite') };
  const server = await openStore(environment.TILL_DATABASE);
  expect((await runTill('migrate', { environment })).fault).toContain('Another process is using the database');
  expect((await runTill('migrate --check', { environment })).fault).toBeUndefined();
  await server.close();
});

it('says in a sentence that PostgreSQL is not there', async () => {
  const { fault } = await runTill('migrate', { environment: { DATABASE_URL: 'postgres://till@localhost:1/till' } });
  expect(fault).toMatch(/^The database cannot be used: .*ECONNREFUSED.*\.$/u);
});
