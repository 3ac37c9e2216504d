import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { defaultLimits } from '@tillkit/server/http/limits';
import { operations } from '@tillkit/server/ops/api-description';
import { isDatabaseTrouble } from '@tillkit/server/store/database-trouble';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { newFolder } from '../../support/folder.ts';
import { newVerifier, shop, startTill } from '../../support/till.ts';

const selection = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
/** Bodies that get past the check of their form, where a route takes one. */
const bodies: Readonly<Record<string, (token: string) => unknown>> = {
  '/v1/previews': () => ({ selection }),
  '/v1/discounts': () => ({ selection, promotionCode: 'X' }),
  '/v1/checkout-sessions': () => ({ selection, returnUrl: shop, verifierHash: newVerifier().verifierHash }),
  '/v1/sessions': (token) => ({ token }),
};

const full = (code: number): Error => Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: code });
const pg = (code: string): Error => Object.assign(new Error('pg'), { code });

describe('trouble with the database', () => {
  it.each([
    ['a full disk', full(13)],
    ['a read-only file, by an extended code', full(8 | (4 << 8))],
    ['an I/O error', full(10 | (3 << 8))],
    ['a file that is none', full(26)],
    ['no room at PostgreSQL', pg('53100')],
    ['PostgreSQL that shuts down', pg('57P01')],
    ['a standby', pg('25006')],
    ['a refused connection', pg('ECONNREFUSED')],
    ['both addresses refused', new AggregateError([pg('ECONNREFUSED'), pg('ECONNREFUSED')])],
    ['a broken connection', new Error('Connection terminated unexpectedly')],
    ['no free connection', new Error('timeout exceeded when trying to connect')],
  ])('is %s', (_, error) => {
    expect(isDatabaseTrouble(error)).toBe(true);
  });

  it.each([
    ['a broken rule', full(19)],
    ['a misspelled statement', full(1)],
    ['a broken rule at PostgreSQL', pg('23505')],
    ['a misspelled statement at PostgreSQL', pg('42601')],
    ['a fault of ours', new TypeError('x is not a function')],
    ['no error', 'full'],
  ])('is not %s', (_, error) => {
    expect(isDatabaseTrouble(error)).toBe(false);
  });

  it('answers no route with 500', async () => {
    const till = await startTill({
      database: openSqlite(newFolder()('till.sqlite')),
      app: { limits: defaultLimits },
    });
    onTestFinished(async () => {
      await till.app.stop();
      await till.store.close();
    });
    const token = await till.signIn('ada');
    const ownerToken = await till.ownerToken('ada');
    await sql.raw('pragma query_only=on').execute(till.store.own());
    const answers: string[] = [];
    for (const { method, path } of operations.filter((each) => each.path.startsWith('/v1/'))) {
      const { status, body } = await till.call<Problem>(method.toUpperCase(), path.replaceAll(/:\w+/gu, 'sub_1'), {
        token,
        ...(method !== 'get' && { body: bodies[path]?.(ownerToken) ?? {} }),
      });
      if (status >= 500) answers.push(`${status} ${body.code}`);
    }
    expect([new Set(answers), answers.length > 5]).toEqual([new Set(['503 not_ready']), true]);
  });
});
