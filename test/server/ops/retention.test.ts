/** The clock is turned, and every table is held to what `docs/privacy.md` says of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import { trialOnce } from '@tillkit/server/modules/trial-once/trial-once';
import { ownTables } from '@tillkit/server/modules/privacy/own-tables';
import type { DifferenceWrite } from '@tillkit/server/subscription/subscription-write';
import type { TrialOnceSchema } from '@tillkit/server/modules/trial-once/marks';
import { databases } from '../../support/databases.ts';
import { mailbox } from '../../support/smtp.ts';
import { rowCounts, tableNames } from '../../support/tables.ts';
import { defaultNow, newVerifier, startTill, type TestTill } from '../../support/till.ts';

const hour = 3600;
const day = 86_400;
const spans: Readonly<Record<string, number>> = {
  'an hour': hour,
  'a day': day,
  '35 days': 35 * day,
  // one, in this test
  'the months that you set': 31 * day,
  'until erased': Infinity,
  'for good': Infinity,
};

/** Seconds that the document allows each table that it names. */
function documented(): Map<string, number> {
  const text = readFileSync(new URL('../../../docs/privacy.md', import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.includes('`'));
  return new Map(
    rows.flatMap((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const span = Object.entries(spans).find(([words]) => cells[4]!.startsWith(words));
      if (!span) throw new Error(`How long is "${cells[4]}"?`);
      return [...cells[2]!.matchAll(/`(\w+)`/gu)].map(([, table]): [string, number] => [table!, span[1]]);
    }),
  );
}

/** A session ends 8 hours after the sign-in. */
const lasts = (table: string, span: number): number => (table === 'sessions' ? span + 8 * hour : span);
/** Until the next round of the job that deletes it. */
const patience = (span: number): number => (span <= day ? hour : day);
/** These may be gone as soon as they are of no use. */
const mayGoEarlier = new Set(['ownerTokens', 'rateTurns', 'pendingChanges']);

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

/** Stripe does not know this customer and says so. */
const refused: DifferenceWrite = {
  kind: 'difference',
  difference: { customerId: 'cus_none', subscriptionId: 'sub_1', currency: 'usd', amount: 100, description: 'Large', tax: 'none' },
  expectedTotal: 100,
  items: [],
  note: {},
};

/** One row at least in every table, all from one moment. */
async function fill(till: TestTill): Promise<void> {
  const { store } = till;
  const session = await till.signIn('ada', { email: 'ada@example.com', email_verified: true });
  const { checkout } = await till.buy(company, { token: session });
  await till.call('GET', '/v1/subscriptions', { token: session });
  await till.call('POST', '/v1/email-codes', { body: { email: 'ada@example.com', verifierHash: newVerifier().verifierHash } });
  await till.settle();
  const customerId = checkout.customerId!;
  await store.paymentSetups.add({ checkoutSessionId: 'cs_setup', customerId, invoiceIds: [] }, till.now());
  const subscriptionId = checkout.subscription!.id;
  await store.pendingChanges.hold(subscriptionId, customerId, 'request', till.now());
  await store.pendingChanges.begin('request', { subscriptionId, customerId, id: 'change', change: refused, createdAt: till.now() });
  const mark = { mark: 'card', trial: 'trial', at: till.now() };
  await store.own<TrialOnceSchema>().insertInto('trialOnceMarks').values(mark).execute();
  const purchase = { checkoutSessionId: 'cs_once', customerId, productId: 'onboarding', quantity: 1, state: 'paid' } as const;
  await store.transaction(({ purchases }) => purchases.write(purchase, 1, till.now()));
  await store.transaction(({ subscriptions }) => subscriptions.remove('sub_gone', 1, till.now()));
  await store.rateTurns.write('network', [till.now()], till.now() + hour);
  await store.transaction(({ erased }) => erased.add('cus_erased', till.now()));
  await store.identities.save({ issuer: 'owner', subject: 'eve', customerId: 'cus_deleted' }, till.now());
  await store.transaction(({ identities }) => identities.unlink('cus_deleted'));
  await store.inbox.add({
    eventId: 'evt_dead',
    type: 'invoice.paid',
    subjectKind: 'subscription',
    subjectId: 'sub_1',
    receivedAt: till.now(),
  });
  const row = (await store.inbox.find('evt_dead'))!;
  await store.inbox.markFailed({ ...row, attempts: 11 }, 'StripeAPIError', till.now());
}

describe.each(databases)('what is kept on %s', (_, openDatabase) => {
  let now = defaultNow;
  const start = async (): Promise<TestTill> => {
    now = defaultNow;
    const till = await startTill({
      database: await openDatabase(),
      modules: [mailer({ transport: mailbox(), from: { name: 'Halyard', address: 'billing@halyard.example' } }), trialOnce({ months: 1 })],
      app: { now: () => now },
    });
    onTestFinished(() => till.close());
    return till;
  };

  it('is kept as long as the document says, and no longer', async () => {
    const till = await start();
    const allowed = documented();
    const camelCase = (name: string): string => name.replaceAll(/_(\w)/gu, (__, letter: string) => letter.toUpperCase());
    expect([...allowed.keys()].toSorted()).toEqual((await tableNames(till.store)).map(camelCase).toSorted());
    expect(Object.keys(ownTables).filter((table) => !allowed.has(table))).toEqual([]);

    await fill(till);
    const atFirst = await rowCounts(till.store);
    expect(Object.keys(atFirst).toSorted()).toEqual([...allowed.keys()].toSorted());

    const ending = [...allowed].filter(([, span]) => span !== Infinity).map(([table, span]) => ({ table, span, end: lasts(table, span) }));
    const moments = ending.flatMap(({ span, end }) => [Math.floor(end * 0.9), end + patience(span) + 1]);
    for (const seconds of [...new Set(moments)].toSorted((a, b) => a - b)) {
      now = defaultNow + seconds;
      await till.app.runJobs();
      await till.app.drain();
      const rows = await rowCounts(till.store);
      const kept = ending.filter(({ table, end }) => seconds < end && !mayGoEarlier.has(table)).map(({ table }) => table);
      expect(kept.filter((table) => rows[table] !== atFirst[table])).toEqual([]);
      const over = ending.filter(({ span, end }) => seconds > end + patience(span)).map(({ table }) => table);
      expect(over.filter((table) => rows[table] !== undefined)).toEqual([]);
    }
    const atLast = await rowCounts(till.store);
    expect(Object.keys(atLast).toSorted()).toEqual([...allowed].flatMap(([table, span]) => (span === Infinity ? [table] : [])).toSorted());
  });
});
