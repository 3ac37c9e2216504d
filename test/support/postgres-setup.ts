/**
 * Vitest's global set-up of the projects that test on both databases: one PostgreSQL server for all their files.
 *
 * No test takes the power away from this server, so that it need not wait for the disk; those that do start their own.
 */
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a PostgreSQL server, or null where none could be started. */
    postgres: string | null;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const server = await startPostgres({ durable: false });
  project.provide('postgres', server?.url ?? null);
  if (!server) console.warn('\nPOSTGRESQL IS NOT INSTALLED: the tests on PostgreSQL DID NOT RUN (Debian package "postgresql").\n');
  return server && (() => server.close());
}
