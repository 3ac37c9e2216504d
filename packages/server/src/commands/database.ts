/** How commands reach the tables: alone, or beside the server that runs. */
import { readDatabaseFile, type Environment } from '../config.ts';
import type { TillModule } from '../module.ts';
import { readModules } from '../modules.ts';
import { NewerSchema, type SchemaState } from '../store/migrations.ts';
import { isHeld } from '../store/single-process.ts';
import { openStore, type Store } from '../store/store.ts';

export interface CommandDatabase {
  readonly modules: readonly TillModule[];
  /** The SQLite file; undefined when a module keeps the tables elsewhere. */
  readonly file: string | undefined;
}

/** Which database the environment names; throws a sentence for each fault in it. */
export async function findDatabase(environment: Environment): Promise<CommandDatabase> {
  const read = await readModules(environment);
  if (!read.ok) throw new Error(read.faults.join('\n'));
  const elsewhere = read.config.some(({ openDatabase }) => openDatabase);
  return { modules: read.config, file: elsewhere ? undefined : readDatabaseFile(environment) };
}

/** Opens it; a `guest` disturbs no running server: it takes no hold of the file and changes no schema. */
export async function openFound({ modules, file }: CommandDatabase, options: { readonly guest: boolean }): Promise<Store> {
  const openDatabase = modules.find((module) => module.openDatabase)?.openDatabase;
  return openStore(openDatabase ? await openDatabase() : file!, modules, options);
}

/** How far the schema is; throws a sentence when a newer version has changed it. */
export async function knownSchema(store: Store): Promise<SchemaState> {
  const state = await store.schemaState();
  if (state.unknown.length > 0) throw new NewerSchema(state.unknown);
  return state;
}

/** Whether a server has the file open; PostgreSQL is shared, so nobody ever holds it. */
export const isServed = ({ file }: CommandDatabase): boolean => file !== undefined && isHeld(file);

/** Does something in the tables beside a running server, if their schema is the one that this program knows. */
export async function asGuest<Result>(environment: Environment, work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openFound(await findDatabase(environment), { guest: true });
  try {
    const { missing } = await knownSchema(store);
    if (missing > 0)
      throw new Error(`The database lacks ${missing} steps of this version's schema: start the server or run "till migrate".`);
    return await work(store);
  } finally {
    await store.close();
  }
}
