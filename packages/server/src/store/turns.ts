import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import { isOver } from './term.ts';

/** When each repeated work is due next; one row for each name. */
export function turnsTable(db: Kysely<Schema>) {
  const key = (name: string): string => `turn:${name}`;
  return {
    /** True for the one who may work now, and for nobody else until `everySeconds` have passed. */
    async take(name: string, now: number, everySeconds: number): Promise<boolean> {
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto('counters')
        .values({ name: key(name), value: now + everySeconds })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ value: now + everySeconds })
            .where(isOver('counters.value', now, everySeconds)),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows > 0n;
    },

    /** Brings the next turn forward. */
    async shorten(name: string, at: number): Promise<void> {
      await db.updateTable('counters').set({ value: at }).where('name', '=', key(name)).where('value', '>', at).execute();
    },
  };
}

/** Numbers that are remembered by name, such as how far a sweep has come. */
export function cursorsTable(db: Kysely<Schema>) {
  const key = (name: string): string => `cursor:${name}`;
  return {
    async read(name: string): Promise<number | undefined> {
      return (await db.selectFrom('counters').select('value').where('name', '=', key(name)).executeTakeFirst())?.value;
    },
    async write(name: string, value: number): Promise<void> {
      await db
        .insertInto('counters')
        .values({ name: key(name), value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    },
  };
}
