import { parentPort } from 'node:worker_threads';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { runChanges } from '../../test/reliability/change-runs.ts';
import type { Piece } from './changes.ts';

/** Plays one piece after the other, as they are sent. */
parentPort!.on('message', async ({ mode, runs, seed, address }: Piece) => {
  const played = await runChanges({
    mode,
    runs,
    seed,
    open: async () => (address === undefined ? [openSqlite(':memory:')] : [await openPostgres(address), await openPostgres(address)]),
  });
  parentPort!.postMessage(played, []);
});
