/** No table and no column can be added that an export and an erasure do not know of. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TillModule } from '@tillkit/server/module';
import { readModules } from '@tillkit/server/modules';
import { ownTables } from '@tillkit/server/modules/privacy/own-tables';
import type { TableDescriptions } from '@tillkit/server/store/personal-data';
import type { Till } from '@tillkit/server/till';
import { databases, type OpenDatabase } from '../../../support/databases.ts';
import { columnNames } from '../../../support/tables.ts';
import { startTill } from '../../../support/till.ts';

/** Switches every module on that keeps anything. */
const environment = {
  SMTP_URL: 'smtps://user:password@mail.example:465',
  TILL_MAIL_FROM: 'Halyard <billing@halyard.example>',
  TILL_WEBHOOK_URLS: 'https://hooks.example',
  TILL_WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  TILL_ENTITLEMENT_ISSUER: 'https://billing.example',
  TILL_ADMIN_TOKEN: 'a'.repeat(64),
  TILL_METRICS_TOKEN: 'b'.repeat(64),
  TILL_TRIAL_ONCE_MONTHS: '12',
};

const described = (tables: TableDescriptions): string[] =>
  Object.entries(tables).flatMap(([table, { columns }]) =>
    (Array.isArray(columns) ? (columns as readonly string[]) : Object.keys(columns)).map((column) => `${table}.${column}`),
  );

/** Every column that the database has, and every one that is described. */
async function columnsWith(openDatabase: OpenDatabase, more: readonly TillModule[]): Promise<{ there: string[]; told: string[] }> {
  const read = await readModules(environment);
  if (!read.ok) throw new Error(read.faults.join('\n'));
  let seen: Till | undefined;
  const watcher: TillModule = {
    name: 'watcher',
    introduction: '',
    install(till) {
      seen = till;
      return {};
    },
  };
  const till = await startTill({ database: await openDatabase(), modules: [...read.config, ...more, watcher] });
  onTestFinished(() => till.close());
  return { there: await columnNames(till.store), told: described({ ...ownTables, ...seen!.personalData }).toSorted() };
}

const forgetful: TillModule = {
  name: 'forgetful',
  introduction: '',
  migrations: {
    '0001_first': { up: async ({ schema }) => void (await schema.createTable('forgetfulNames').addColumn('fullName', 'text').execute()) },
  },
};

describe.each(databases)('the tables on %s', (_, openDatabase) => {
  it('are described to the last column, those of every module too', async () => {
    const { there, told } = await columnsWith(openDatabase, []);
    expect(there).toContain('mailerChallenges.email');
    expect(told).toEqual(there);
  });

  it('are missed when a module brings one and does not describe it', async () => {
    const { there, told } = await columnsWith(openDatabase, [forgetful]);
    expect(there.filter((column) => !told.includes(column))).toEqual(['forgetfulNames.fullName']);
  });
});
