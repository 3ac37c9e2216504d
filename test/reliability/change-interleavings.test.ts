import { describe } from 'vitest';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { testChangesThatCross } from './change-interleavings.ts';

// one file serves one process, whose requests cross on one connection
describe('changes that cross on two servers with SQLite', () => testChangesThatCross(async () => [openSqlite(':memory:')]));
