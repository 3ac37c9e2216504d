import { openShop } from '../../test/reliability/erasing.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import type { SoakResult } from './results.ts';

const size = 200;

/** 50 of 200 people erased, on each database: what is left of them, and of the others, after every event came again. */
export async function soakErasing(): Promise<SoakResult> {
  const postgres = await startPostgres();
  if (!postgres) throw new Error('PostgreSQL is not installed: these runs need both databases.');
  const result = { people: 0, erased: 0, traces: 0, tracesInLog: 0, othersMissing: 0 };
  try {
    for (const address of [undefined, await postgres.createDatabase()]) {
      const shop = await openShop(size, address);
      const before = shop.traces(await shop.everything(), shop.people).length;
      if (before !== size) throw new Error(`Only ${before} of ${size} people were found before anybody was erased.`);
      const { erased } = await shop.eraseAndReplay(shop.leaving);
      const kept = await shop.everything();
      result.people += size;
      result.erased += erased;
      result.traces += shop.traces(kept, shop.leaving).length;
      result.othersMissing += shop.staying.length - shop.traces(kept, shop.staying).length;
      result.tracesInLog += shop.traces(shop.logged(), shop.people).length;
      await shop.close();
    }
  } finally {
    await postgres.close();
  }
  return result;
}
