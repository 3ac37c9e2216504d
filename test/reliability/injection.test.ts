/** Threat 38: a text is a value, in the database and in memory, whatever it looks like. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import type { Problem } from '@tillkit/core/contract/contract';
import { databases } from '../support/databases.ts';
import { newVerifier, shop, startTill, type TestTill } from '../support/till.ts';

const kernels = [
  `'`,
  `''`,
  `"`,
  `';--`,
  `'; drop table subscriptions;--`,
  `"; drop table sessions;--`,
  `') ; delete from inbox where ('1'='1`,
  `' or '1'='1`,
  `" or ""="`,
  `' union select value from secrets--`,
  `1; attach database ':memory:' as x`,
  `'; pragma user_version=7;--`,
  `'||pg_sleep(10)||'`,
  `'; copy secrets to program 'id';--`,
  `$1`,
  `?1`,
  `:subject`,
  `\\'; drop table outbox;--`,
  `\u0000`,
  `a\u0000b`,
  `\ud800`,
  `\u202e`,
  `%27%20or%201=1`,
  `{{7*7}}`,
  `\${7*7}`,
  `__proto__`,
  `constructor`,
  `prototype`,
  `toString`,
  `hasOwnProperty`,
  `../../etc/passwd`,
  `till_${'a'.repeat(43)}`,
  `0x27206f72`,
  `null`,
  `undefined`,
  `NaN`,
  `[object Object]`,
  `{"$ne":null}`,
  `<!--#exec cmd="id"-->`,
  `${'9'.repeat(400)}`,
];
const frames: readonly ((kernel: string) => string)[] = [
  (kernel) => kernel,
  (kernel) => `team${kernel}`,
  (kernel) => `${kernel}team`,
  (kernel) => `sub_1${kernel}`,
  (kernel) => kernel.repeat(3),
  (kernel) => ` ${kernel} `,
  (kernel) => kernel.toUpperCase(),
  (kernel) => `(${kernel})`,
  (kernel) => `/*${kernel}*/`,
  (kernel) => `a${kernel}%`,
  (kernel) => `_${kernel}`,
  (kernel) => `${kernel}\n`,
  (kernel) => `\u00e9${kernel}`,
];
/** 520 texts; a text that is no well-formed Unicode travels as JSON's escape. */
const payloads = kernels.flatMap((kernel) => frames.map((frame) => frame(kernel)));

const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

/** Each way in by which a text of a stranger's reaches the server. */
const ways: readonly (readonly [
  name: string,
  attempt: (text: string) => { method: string; path: string; body?: unknown; headers?: Record<string, string> },
])[] = [
  ['plan', (text) => ({ method: 'POST', path: '/v1/previews', body: { selection: { ...team, planId: text } } })],
  ['interval', (text) => ({ method: 'POST', path: '/v1/previews', body: { selection: { ...team, interval: text } } })],
  ['currency', (text) => ({ method: 'POST', path: '/v1/previews', body: { selection: { ...team, currency: text } } })],
  ['add-on', (text) => ({ method: 'POST', path: '/v1/previews', body: { selection: { ...team, addOns: { [text]: 1 } } } })],
  ['promotion code', (text) => ({ method: 'POST', path: '/v1/discounts', body: { selection: team, promotionCode: text } })],
  [
    'return address',
    (text) => ({
      method: 'POST',
      path: '/v1/checkout-sessions',
      body: { selection: team, returnUrl: text, verifierHash: newVerifier().verifierHash },
    }),
  ],
  [
    'verifier hash',
    (text) => ({ method: 'POST', path: '/v1/checkout-sessions', body: { selection: team, returnUrl: shop, verifierHash: text } }),
  ],
  ['owner’s token', (text) => ({ method: 'POST', path: '/v1/sessions', body: { token: text } })],
  [
    'checkout session',
    (text) => ({ method: 'POST', path: '/v1/sessions', body: { checkoutSessionId: text, verifier: newVerifier().verifier } }),
  ],
  ['subscription', (text) => ({ method: 'POST', path: `/v1/subscriptions/${encodeURIComponent(text.toWellFormed())}/cancel`, body: {} })],
  ['language', (text) => ({ method: 'GET', path: `/v1/catalog?locale=${encodeURIComponent(text.toWellFormed())}` })],
  ['unknown key', (text) => ({ method: 'POST', path: '/v1/previews', body: { selection: team, [text]: text } })],
  [
    'session token',
    (text) => ({
      method: 'GET',
      path: '/v1/subscriptions',
      headers: { authorization: `Bearer ${[...text].filter((letter) => /[ -~]/u.test(letter)).join('')}` },
    }),
  ],
];

describe.each(databases)('texts of strangers, on %s', (kind, openDatabase) => {
  let till: TestTill;
  beforeAll(async () => {
    till = await startTill({ database: await openDatabase() });
  });
  afterAll(() => till.close());

  const tables = async (): Promise<unknown> => {
    const db = till.store.own<Record<string, never>>();
    const query =
      kind === 'SQLite'
        ? sql`select name, sql from sqlite_master order by name`
        : sql`select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' order by 1, 2`;
    return (await query.execute(db)).rows;
  };

  it.each(ways)('are values and nothing else: %s', async (_, attempt) => {
    const [before, prototype] = [await tables(), JSON.stringify(Object.getOwnPropertyNames(Object.prototype))];
    for (const text of payloads) {
      const { method, path, body, headers } = attempt(text);
      const { status, body: answer } = await till.call<Problem | undefined>(method, path, {
        ...(body !== undefined && { body }),
        ...(headers && { headers }),
      });
      expect([text, status < 500]).toEqual([text, true]);
      expect(JSON.stringify(answer ?? '')).not.toMatch(/syntax error at|SQLITE_|no such table|does not exist/u);
    }
    expect(await tables()).toEqual(before);
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each(['__proto__', 'constructor', 'prototype'])('a key %s reaches no prototype', async (name) => {
    const bodies = [
      `{"${name}":{"polluted":true},"selection":${JSON.stringify(team)}}`,
      `{"selection":{"${name}":{"polluted":true},"planId":"team","interval":"month","currency":"usd","seats":1,"addOns":{}}}`,
      `{"selection":{"planId":"team","interval":"month","currency":"usd","seats":1,"addOns":{"${name}":{"polluted":true}}}}`,
    ];
    for (const body of bodies) {
      const { status } = await till.call('POST', '/v1/previews', { body });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    }
  });
});
