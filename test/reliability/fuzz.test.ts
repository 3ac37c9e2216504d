/** Threat table, row 2: whatever is sent, the server answers that it was wrong, and goes on. 100,000 in `npm run soak`. */
import { expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { startTill } from '../support/till.ts';
import { fuzz } from './fuzzing.ts';
import { deliverGenuine, eventBody } from './signed.ts';

it.each(databases)('2,500 senseless requests on %s are never answered 500 or above', async (_, openDatabase) => {
  const till = await startTill({ database: await openDatabase() });
  const seed = Math.floor(Math.random() * 2 ** 31);
  expect(await fuzz(till, 2500, seed)).toEqual({ requests: 2500, failures: [] });
  expect(await deliverGenuine(till, eventBody('evt_afterwards'))).toBe(200);
  await till.app.stop();
  await till.store.close();
});
