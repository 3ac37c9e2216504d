/** `till migrate`: brings the schema up to date before a new version is started; `--check` only tells. */
import { findDatabase, knownSchema, openFound } from './database.ts';
import { noWords, type Command } from './command.ts';

/** till migrate; with `--check` a schema that is not current is a fault, for a deployment script to stop at. */
export const run: Command = async (line, { environment, write }) => {
  noWords(line);
  const store = await openFound(await findDatabase(environment), { guest: Boolean(line.options.check) });
  try {
    const { missing } = await knownSchema(store);
    if (missing > 0) throw new Error(`The database lacks ${missing} steps of this version's schema; "till migrate" takes them.`);
    write(store.migrationsTaken > 0 ? `${store.migrationsTaken} steps taken; the schema is current.` : 'The schema is current.');
  } finally {
    await store.close();
  }
};
