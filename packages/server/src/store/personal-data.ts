/**
 * What each table holds about people: said once for every column, so that an export and an erasure need no more.
 *
 * Promise: a table of the server that is not described does not compile (`Described<Schema>`), and one of a module, or a
 * column that only the database knows, fails a test (`test/server/modules/privacy/every-column.test.ts`).
 */
import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { Identity } from './identities.ts';

/** Everything by which somebody is known here. */
export interface KnownPerson {
  readonly identities: readonly Identity[];
  /** Lower-cased. */
  readonly email: readonly string[];
  readonly customer: readonly string[];
  readonly subscription: readonly string[];
  readonly checkoutSession: readonly string[];
  /** Names of rows that stand for them alone: their checkout slots, what was told about them. */
  readonly row: readonly string[];
  /** Of the ids above those that Stripe made. */
  readonly stripe: readonly string[];
}

/** What stands in a column by which a row is somebody's. `issuer` and `subject` count together. */
export type Mark = 'issuer' | 'subject' | Exclude<keyof KnownPerson, 'identities'>;

/** What an export does with a column: tells it (a mark is told too), tells what its JSON says, or keeps it back. */
export type Column = Mark | 'told' | 'json' | 'secret';

/** A table with rows about people. */
export interface PersonalTable<Row = Readonly<Record<string, unknown>>> {
  /** What it is kept for, and how long. */
  readonly purpose: string;
  readonly columns: { readonly [Name in keyof Row]-?: Column };
  /** What is written over a row where it must not be deleted. */
  readonly instead?: (now: number) => Partial<Row>;
}

/** A table with rows about nobody. */
export interface ImpersonalTable<Row = Readonly<Record<string, unknown>>> {
  /** Why nothing in it leads to a person. */
  readonly impersonal: string;
  readonly columns: readonly (keyof Row)[];
}

/** A description of every table of a schema. */
export type Described<Tables> = { readonly [Table in keyof Tables]-?: PersonalTable<Tables[Table]> | ImpersonalTable<Tables[Table]> };

/** Descriptions of any tables, by their names. */
export type TableDescriptions = Readonly<Record<string, PersonalTable | ImpersonalTable>>;

export interface TableExport {
  readonly table: string;
  readonly purpose: string;
  readonly rows: readonly unknown[];
}

/** Tables whose columns are known by their descriptions only. */
export type AnyTables = Record<string, Record<string, unknown>>;

const isPersonal = (description: PersonalTable | ImpersonalTable): description is PersonalTable => 'purpose' in description;
const unmarked: ReadonlySet<string> = new Set(['told', 'json', 'secret', 'issuer', 'subject']);

/** The condition that a row is somebody's; undefined when none can be. */
function belongsTo({ columns }: PersonalTable, person: KnownPerson): RawBuilder<SqlBool> | undefined {
  const nameOf = (wanted: Mark): string | undefined => Object.keys(columns).find((name) => columns[name] === wanted);
  const conditions = Object.entries(columns).flatMap(([name, column]) => {
    const values = unmarked.has(column) ? [] : person[column as Exclude<keyof KnownPerson, 'identities'>];
    if (values.length === 0) return [];
    // an address stands there as it was typed
    const value = column === 'email' ? sql`lower(${sql.ref(name)})` : sql.ref(name);
    return [sql<SqlBool>`${value} in (${sql.join(values)})`];
  });
  const [issuer, subject] = [nameOf('issuer'), nameOf('subject')];
  if (issuer !== undefined && subject !== undefined)
    for (const identity of person.identities)
      conditions.push(sql`(${sql.ref(issuer)} = ${identity.issuer} and ${sql.ref(subject)} = ${identity.subject})`);
  return conditions.length > 0 ? sql`(${sql.join(conditions, sql` or `)})` : undefined;
}

/** What the tables hold about somebody, without what would open a session; a table with nothing about them is named too. */
export async function exportRows(db: Kysely<AnyTables>, all: TableDescriptions, person: KnownPerson): Promise<TableExport[]> {
  const exported: TableExport[] = [];
  for (const [table, description] of Object.entries(all)) {
    if (!isPersonal(description)) continue;
    const { purpose, columns } = description;
    const theirs = belongsTo(description, person);
    const shown = Object.keys(columns).filter((name) => columns[name] !== 'secret');
    const rows = theirs ? await db.selectFrom(table).select(shown).where(theirs).execute() : [];
    exported.push({ table, purpose, rows: rows.map((row) => readable(row, columns)) });
  }
  return exported;
}

function readable(row: Readonly<Record<string, unknown>>, columns: Readonly<Record<string, Column>>): Record<string, unknown> {
  const parsed = Object.entries(row).map(([name, value]) => [name, columns[name] === 'json' ? JSON.parse(String(value)) : value]);
  return Object.fromEntries(parsed) as Record<string, unknown>;
}

/** Deletes all of it, or writes over it. In a transaction. */
export async function eraseRows(db: Kysely<AnyTables>, all: TableDescriptions, person: KnownPerson, now: number): Promise<void> {
  for (const [table, description] of Object.entries(all)) {
    const theirs = isPersonal(description) ? belongsTo(description, person) : undefined;
    if (!theirs || !isPersonal(description)) continue;
    if (description.instead) await db.updateTable(table).set(description.instead(now)).where(theirs).execute();
    else await db.deleteFrom(table).where(theirs).execute();
  }
}
