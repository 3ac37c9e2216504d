import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Described } from '../../../store/personal-data.ts';

/** The module's tables, as Kysely sees them; moments are Unix seconds. */
export interface CodesSchema {
  /** One row for each request; it is deleted an hour later. */
  mailerChallenges: {
    /** SHA-256 of what the page got. */
    challengeHash: string;
    /** SHA-256 of the secret that only the asking browser knows. */
    verifierHash: string;
    origin: string;
    /** As it was typed, the domain in ASCII. */
    email: string;
    locale: string | null;
    /** `withheld`: the address has had its share of mails, and nobody is told. */
    status: 'queued' | 'sent' | 'used' | 'withheld' | 'failed';
    /** HMAC of the code under the server's own key; null until the mail is made. The code itself is nowhere. */
    codeHash: string | null;
    /** When the code ends; before there is one, when it is too late to send it. */
    expiresAt: number;
    /** Guesses that were looked at. */
    tries: number;
    /** Tries to send the mail, and when the next one is due. */
    attempts: number;
    nextAt: number;
    /** Until then one process is sending it. */
    claimedUntil: number;
    createdAt: number;
  };
  /** One row for each turn that an address, a network or everybody together has taken; deleted after a day. */
  mailerTurns: {
    /** HMAC of the address or network. */
    key: string;
    at: number;
  };
}

/** What they hold about people. */
export const codesPersonalData = {
  mailerChallenges: {
    purpose: 'Codes that were asked for by e-mail, for an hour.',
    columns: {
      challengeHash: 'secret',
      verifierHash: 'secret',
      origin: 'told',
      email: 'email',
      locale: 'told',
      status: 'told',
      codeHash: 'secret',
      expiresAt: 'told',
      tries: 'told',
      attempts: 'told',
      nextAt: 'told',
      claimedUntil: 'told',
      createdAt: 'told',
    },
  },
  // an erasure must not give an address back the turns that keep it from being flooded
  mailerTurns: { impersonal: 'addresses and networks under a keyed hash, for a day', columns: ['key', 'at'] },
} satisfies Described<CodesSchema>;

const first: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('mailerChallenges')
      .addColumn('challengeHash', 'text', (column) => column.primaryKey())
      .addColumn('verifierHash', 'text', (column) => column.notNull())
      .addColumn('origin', 'text', (column) => column.notNull())
      .addColumn('email', 'text', (column) => column.notNull())
      .addColumn('locale', 'text')
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('codeHash', 'text')
      .addColumn('expiresAt', 'bigint', (column) => column.notNull())
      .addColumn('tries', 'integer', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('nextAt', 'bigint', (column) => column.notNull())
      .addColumn('claimedUntil', 'bigint', (column) => column.notNull())
      .addColumn('createdAt', 'bigint', (column) => column.notNull())
      .execute();
    await schema.createIndex('mailerChallengesDue').on('mailerChallenges').columns(['status', 'nextAt']).execute();
    await schema
      .createTable('mailerTurns')
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
    await schema.createIndex('mailerTurnsByKey').on('mailerTurns').columns(['key', 'at']).execute();
  },
};

export const codesMigrations: Readonly<Record<string, Migration>> = { '0001_codes': first };
