/**
 * Module privacy: what is stored about a person, told and deleted on request (GDPR articles 15 and 17).
 *
 * Promise: nobody asks without the owner's token; an erasure is tried dry unless it is meant, never leaves somebody paying
 * who is gone here, and nothing that comes later brings the person back.
 */
import { toComparableAddress } from '@tillkit/core/contract/email-address';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import { BillingError } from '../../http/billing-error.ts';
import { readQuery, readJson } from '../../http/read-body.ts';
import type { ReadModule, TillModule } from '../../module.ts';
import type { Operation } from '../../ops/api-description.ts';
import { exportRows, type AnyTables, type KnownPerson, type TableDescriptions } from '../../store/personal-data.ts';
import type { Schema } from '../../store/schema.ts';
import type { Till, TillEnv } from '../../till.ts';
import { erase, refuseRunning, stillRunning } from './erase.ts';
import { askStripe, findPerson, type Person } from './find-person.ts';
import { ownTables } from './own-tables.ts';

const minTokenLength = 32;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const PersonSchema = v.union([
  v.strictObject({
    email: v.pipe(
      text,
      v.check((address) => toComparableAddress(address) !== undefined),
    ),
  }),
  v.strictObject({ customer: v.pipe(v.string(), v.regex(/^cus_\w{1,200}$/u)) }),
  v.strictObject({ subject: text, issuer: v.exactOptional(text) }),
]);
const EraseSchema = v.strictObject({
  person: PersonSchema,
  /** Only says what would be deleted; the default. */
  dryRun: v.optional(v.boolean(), true),
  /** Ends what still runs at Stripe first. */
  cancel: v.optional(v.boolean(), false),
  /** Deletes the customer at Stripe too, which cannot be undone. */
  deleteCustomer: v.optional(v.boolean(), false),
});

const path = '/admin/v1/privacy';
const digest = (value: string): Buffer => createHash('sha256').update(value).digest();

/** The module with a token that whoever asks has to send as a bearer. */
export function privacy(token: string): TillModule {
  const expected = digest(`Bearer ${token}`);
  const demandOwner = (c: Context<TillEnv>): void => {
    if (!timingSafeEqual(digest(c.req.header('authorization') ?? ''), expected)) throw new BillingError('signed_out');
  };
  return {
    name: 'privacy',
    introduction: `export and erasure under ${path}`,
    install(till) {
      const routes = new Hono<TillEnv>()
        .get(`${path}/export`, async (c) => {
          demandOwner(c);
          const known = await find(till, readQuery(c, PersonSchema));
          const rows = await exportRows(till.store.own<AnyTables>(), tablesOf(till), known);
          return c.json({ exportedAt: till.now(), customerIds: known.customer, tables: rows });
        })
        .post(`${path}/erase`, async (c) => {
          demandOwner(c);
          const { dryRun, ...wanted } = await readJson(c, EraseSchema);
          const known = await find(till, wanted.person);
          const running = await stillRunning(till, known);
          refuseRunning(running, wanted.cancel);
          const tables = await exportRows(till.store.own<AnyTables>(), tablesOf(till), known);
          const answer = {
            identities: known.identities.length,
            customers: known.customer.length,
            subscriptionsToEnd: running.length,
            rows: Object.fromEntries(tables.map(({ table, rows }) => [table, rows.length])),
          };
          if (!dryRun) await erase(till, tablesOf(till), wanted);
          return c.json({ ...answer, erased: !dryRun });
        });
      return { routes, operations };
    },
  };
}

const operations: readonly Operation[] = [
  {
    method: 'get',
    path: `${path}/export`,
    summary: 'Everything that is stored about a person.',
    success: 200,
    access: 'public',
    refusals: ['signed_out'],
  },
  {
    method: 'post',
    path: `${path}/erase`,
    summary: 'Deletes everything that is stored about a person.',
    request: EraseSchema,
    success: 200,
    access: 'public',
    refusals: ['signed_out', 'not_possible_now'],
  },
];

const tablesOf = ({ personalData }: Till): TableDescriptions => ({ ...personalData, ...ownTables });

async function find(till: Till, person: Person): Promise<KnownPerson> {
  return findPerson(till.store.own<Schema>(), await askStripe(till, person));
}

export const readModule: ReadModule = (environment, faults) => {
  const token = environment.TILL_ADMIN_TOKEN?.trim() ?? '';
  if (token.length < minTokenLength) faults.push('TILL_ADMIN_TOKEN must have 32 characters or more; `openssl rand -hex 32` makes one.');
  return privacy(token);
};
