/** Threat 20: one person is one customer, however many requests come at once and answers get lost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { startTill, type TestTill } from '../support/till.ts';
import { firstCheckouts } from './customer-runs.ts';

describe.each(databases)('customers on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeAll(async () => {
    till = await startTill({ database: await openDatabase() });
  });
  afterAll(() => till.close());

  it('are one for each person', async () => {
    expect(await firstCheckouts(till, 6)).toEqual({ identities: 6, wrong: 0, searches: 0 });
  });
});
