/** A process that opens a database with a module of slow steps: `migration-process.ts PLACE`; says `begin`, then how many steps it took. */
import { openStore } from '@tillkit/server';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { slowSteps } from './slow-steps.ts';

const [place = ''] = process.argv.slice(2);
process.stdout.write('begin\n');
try {
  const store = await openStore(place.startsWith('postgres') ? await openPostgres(place) : place, [slowSteps]);
  process.stdout.write(`took ${store.migrationsTaken}\n`);
  await store.close();
} catch (error) {
  process.stdout.write(`refused ${error instanceof Error ? error.message : ''}\n`);
}
