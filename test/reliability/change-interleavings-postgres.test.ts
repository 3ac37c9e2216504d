import { describe } from 'vitest';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { hasPostgres, newPostgresDatabase } from '../support/databases.ts';
import { testChangesThatCross } from './change-interleavings.ts';

describe.runIf(hasPostgres)('changes that cross on two servers with PostgreSQL', () =>
  testChangesThatCross(async () => {
    const address = await newPostgresDatabase();
    return [await openPostgres(address), await openPostgres(address)];
  }),
);
