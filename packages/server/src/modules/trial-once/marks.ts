import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Described } from '../../store/personal-data.ts';

/** The module's table, as Kysely sees it. */
export interface TrialOnceSchema {
  /** A card or an address that had a trial in a plan group. */
  trialOnceMarks: {
    /** HMAC of the kind, the plan group and the fingerprint or address. */
    mark: string;
    /** HMAC of the subscription that had the trial, so that it is not refused by its own mark. */
    trial: string;
    /** Unix seconds. */
    at: number;
  };
}

export const marksPersonalData = {
  trialOnceMarks: {
    impersonal: 'cards and addresses that had a trial, under a keyed hash and without whose they are',
    columns: ['mark', 'trial', 'at'],
  },
} satisfies Described<TrialOnceSchema>;

const first: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('trialOnceMarks')
      .addColumn('mark', 'text', (column) => column.primaryKey())
      .addColumn('trial', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
  },
};

export const marksMigrations: Readonly<Record<string, Migration>> = { '0001_marks': first };

export function marksTable(db: Kysely<TrialOnceSchema>) {
  return {
    /** Notes the first trial since a moment; false when that was another one. */
    async take(row: TrialOnceSchema['trialOnceMarks'], since: number): Promise<boolean> {
      await db
        .insertInto('trialOnceMarks')
        .values(row)
        .onConflict((conflict) => conflict.column('mark').doUpdateSet(row).where('trialOnceMarks.at', '<', since))
        .execute();
      const held = await db.selectFrom('trialOnceMarks').select('trial').where('mark', '=', row.mark).executeTakeFirst();
      return held?.trial === row.trial;
    },

    async forget(before: number): Promise<void> {
      await db.deleteFrom('trialOnceMarks').where('at', '<', before).execute();
    },
  };
}
