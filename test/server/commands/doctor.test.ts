/** Each check of `till doctor` has a line here in which it fails, and none fails for another reason. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Sandbox } from '@tillkit/sandbox';
import { modules, roomBy } from '@tillkit/server/doctor/database-checks';
import type { Examined, Finding } from '@tillkit/server/doctor/finding';
import { silentLog } from '@tillkit/server/ops/log';
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { createStripeTraffic } from '@tillkit/server/stripe/traffic';
import { eventRegistry } from '@tillkit/server/webhook/registry';
import pg from 'pg';
import type { Stripe } from 'stripe';
import { runTill } from '../../support/command.ts';
import { deliver, signatureOf } from '../../reliability/signed.ts';
import { hasPostgres } from '../../support/databases.ts';
import { newFolder } from '../../support/folder.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const catalogs = (name: string): string => fileURLToPath(new URL(`../../../examples/catalogs/${name}.json`, import.meta.url));
const url = 'https://till.example';
const selection = { planId: 'starter', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

interface Patient {
  readonly till: TestTill;
  readonly client: Stripe;
  readonly sandbox: Sandbox;
  readonly file: string;
  readonly environment: Record<string, string>;
  /** Seconds that the machine's clock goes wrong by. */
  skew: number;
  options: string;
}

/** A server with nothing to complain of. */
async function healthy(): Promise<Patient> {
  const file = newFolder()('till.sqlite');
  const till = await startTill({ database: openSqlite(file) });
  onTestFinished(() => till.close().catch(() => undefined));
  const client = await till.stripe();
  await client.billingPortal.configurations.create({ features: { invoice_history: { enabled: true } } });
  await client.paymentMethodDomains.create({ domain_name: 'shop.example' });
  const environment = {
    STRIPE_SECRET_KEY: 'rk_test_till',
    STRIPE_WEBHOOK_SECRET: till.webhookSecret,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_till',
    TILL_ORIGINS: 'https://shop.example',
    TILL_CATALOG: catalogs('team-suite'),
    TILL_DATABASE: file,
  };
  return { till, client, sandbox: till.sandbox, file, environment, skew: 0, options: `--url ${url}` };
}

async function examine({ till, environment, skew, options }: Patient) {
  const surroundings = {
    environment,
    stripeFetch: ((input, init) => till.sandbox.fetch(new Request(input, init))) satisfies typeof globalThis.fetch,
    now: () => till.now() + skew,
  };
  const { lines, fault } = await runTill(`doctor --json ${options}`.trim(), surroundings);
  const { ok, findings } = JSON.parse(lines.join('\n')) as { ok: boolean; findings: Finding[] };
  const states = Object.fromEntries(findings.map(({ name, state }) => [name, state]));
  return { ok, fault, findings, states };
}

const endpointOf = async ({ client }: Patient) => (await client.webhookEndpoints.list()).data[0]!;

const dead = { eventId: 'evt_1', type: 'invoice.paid', subjectKind: 'subscription', subjectId: 'sub_1' };

const live = (kind: 'sk' | 'rk') => ({ STRIPE_SECRET_KEY: `${kind}_live_till`, STRIPE_PUBLISHABLE_KEY: 'pk_live_till' });

/** What goes wrong, which check finds it, and how bad that is. */
const illnesses: readonly (readonly [what: string, check: string, state: string, cause: (patient: Patient) => Promise<unknown>])[] = [
  ['an unknown key', 'Key may read', 'fail', async ({ environment }) => Object.assign(environment, live('rk'))],
  ['a live key that may do everything', 'Key', 'warn', async ({ environment }) => Object.assign(environment, live('sk'))],
  [
    'a key that may not read subscriptions',
    'Key may read',
    'fail',
    async ({ sandbox }) => sandbox.faults.add({ kind: 'forbidden', route: 'GET /v1/subscriptions', times: 9 }),
  ],
  ['a clock 61 s behind', 'Clock', 'fail', async (patient) => (patient.skew = -61)],
  ['a clock 61 s ahead', 'Clock', 'fail', async (patient) => (patient.skew = 61)],
  ['no endpoint at all', 'Webhook endpoint', 'fail', async (it) => it.client.webhookEndpoints.del((await endpointOf(it)).id)],
  ['an endpoint of another address', 'Webhook endpoint', 'fail', async (patient) => (patient.options = '--url https://other.example')],
  [
    'a disabled endpoint',
    'Webhook endpoint',
    'fail',
    async (it) => it.client.webhookEndpoints.update((await endpointOf(it)).id, { disabled: true }),
  ],
  [
    'an endpoint that lacks one event',
    'Event types',
    'fail',
    async (it) => {
      const all = [...eventRegistry.keys()] as Stripe.WebhookEndpointUpdateParams.EnabledEvent[];
      return it.client.webhookEndpoints.update((await endpointOf(it)).id, { enabled_events: all.slice(1) });
    },
  ],
  [
    'an endpoint of an older version',
    'Event version',
    'warn',
    async (it) => {
      await it.client.webhookEndpoints.del((await endpointOf(it)).id);
      return it.client.webhookEndpoints.create({ url: `${url}/webhooks/stripe`, enabled_events: ['*'], api_version: '2025-03-31.basil' });
    },
  ],
  [
    'two signing secrets',
    'Signing secret',
    'warn',
    async ({ environment }) => (environment.STRIPE_WEBHOOK_SECRET += ',whsec_the_older_one'),
  ],
  ['another catalog than Stripe has', 'Catalog', 'fail', async ({ environment }) => (environment.TILL_CATALOG = catalogs('redis-hosting'))],
  ['no catalog', 'Catalog', 'fail', async ({ environment }) => (environment.TILL_CATALOG = '/no/such/catalog.json')],
  [
    'a login page that is none',
    'Customer portal',
    'fail',
    async ({ environment }) => (environment.TILL_PORTAL_LOGIN_URL = 'https://billing.stripe.com/p/login/gone'),
  ],
  [
    'no portal configuration',
    'Customer portal',
    'warn',
    async ({ client }) => {
      const [first] = (await client.billingPortal.configurations.list()).data;
      return client.billingPortal.configurations.update(first!.id, { active: false });
    },
  ],
  [
    'a page that is not registered for wallets',
    'Wallets',
    'warn',
    async ({ environment }) => (environment.TILL_ORIGINS = 'https://other.example'),
  ],
  [
    'a page whose wallets are off',
    'Wallets',
    'warn',
    async ({ client }) => {
      const [domain] = (await client.paymentMethodDomains.list()).data;
      return client.paymentMethodDomains.update(domain!.id, { enabled: false });
    },
  ],
  [
    'an event that was given up',
    'Dead letters',
    'fail',
    async ({ till }) => {
      await till.store.inbox.add({ ...dead, receivedAt: till.now() - 400_000 });
      await till.store.inbox.markFailed((await till.store.inbox.find('evt_1'))!, 'Error', till.now());
      return till.store.inbox.markFailed({ ...(await till.store.inbox.find('evt_1'))!, attempts: 11 }, 'Error', till.now());
    },
  ],
  [
    'a message that was given up',
    'Dead letters',
    'warn',
    async ({ till }) => {
      await till.store.outbox.add({ type: 'trial.will_end', dedupeKey: 'one', payload: {} }, till.now());
      const [entry] = await till.store.outboxDeliveries.claim('mail', till.now(), till.now() + 60);
      return till.store.outboxDeliveries.settle(entry!.id, 'mail', { status: 'dead', attempts: 8, nextAt: till.now() });
    },
  ],
  [
    'an event that nobody applies',
    'Waiting events',
    'warn',
    async ({ till }) => till.store.inbox.add({ ...dead, receivedAt: till.now() - 301 }),
  ],
  [
    'a customer who pays twice',
    'Double subscriptions',
    'fail',
    async ({ till }) => {
      const { checkout } = await till.buy(selection);
      expect(checkout).toBeDefined();
      await till.settle();
      const [first] = await till.store.subscriptions.page('', 1);
      return till.store.subscriptions.write({ ...first!, id: 'sub_twice' }, 1_000_000, till.now());
    },
  ],
  [
    'a schema of an older version',
    'Schema',
    'fail',
    async ({ till, file }) => {
      await till.close();
      const database = new DatabaseSync(file);
      database.exec('delete from kysely_migration where name = (select max(name) from kysely_migration)');
      database.close();
    },
  ],
  [
    'a damaged file',
    'Integrity',
    'fail',
    async ({ till, file }) => {
      await till.close();
      writeFileSync(file, readFileSync(file).fill(0xa5, 3 * 4096 + 8, 6 * 4096));
    },
  ],
  [
    'a signing secret of another endpoint',
    'Signing secret',
    'fail',
    async ({ till }) => deliver(till, { body: '{}', signature: signatureOf('{}', till.now(), 'whsec_of_another_endpoint') }),
  ],
  ['a file that others can read', 'File mode', 'fail', async ({ file }) => chmodSync(file, 0o640)],
  ['no database yet', 'Database', 'look', async ({ environment }) => (environment.TILL_DATABASE = '/no/such/till.sqlite')],
  ['a file that is no database', 'Database', 'fail', async ({ environment }) => (environment.TILL_DATABASE = environment.TILL_CATALOG!)],
];

describe('till doctor', () => {
  it('finds nothing to do for a server that is well, and says what it cannot tell', async () => {
    const patient = await healthy();
    const { ok, fault, findings } = await examine(patient);
    expect(findings.filter(({ state }) => state !== 'ok').map(({ name, state }) => `${state} ${name}`)).toEqual([
      'look Key may write',
      'look Signing secret',
      'look E-mails',
      'look Retries',
    ]);
    expect(findings.filter(({ state, remedy }) => state === 'look' && remedy === undefined)).toEqual([]);
    expect([ok, fault]).toEqual([true, undefined]);
  });

  it('finds the endpoint by its path when no address is named', async () => {
    const patient = await healthy();
    patient.options = '';
    expect((await examine(patient)).states['Webhook endpoint']).toBe('ok');
  });

  it.each(illnesses)('finds %s: %s %s', async (_, check, state, cause) => {
    const patient = await healthy();
    await cause(patient);
    const { ok, fault, states, findings } = await examine(patient);
    expect(states[check]).toBe(state);
    expect(findings.find(({ name }) => name === check)).toHaveProperty('remedy');
    expect(ok).toBe(!Object.values(states).includes('fail'));
    expect(fault).toEqual(ok ? undefined : expect.stringMatching(/^\d+ of \d+ checks failed\.$/u));
  });

  it.each([
    [false, 'fail'],
    [true, 'ok'],
  ])('asks for what Stripe Tax needs where the catalog wants tax (set: %s)', async (isSet, state) => {
    const patient = await healthy();
    patient.environment.TILL_CATALOG = catalogs('everything');
    if (isSet) await patient.client.tax.settings.update({ head_office: { address: { country: 'DE', city: 'Berlin' } } });
    expect((await examine(patient)).states.Tax).toBe(state);
  });

  it('prints a table with what to do, and no secret', async () => {
    const { till, environment } = await healthy();
    environment.TILL_CATALOG = catalogs('redis-hosting');
    const stripeFetch: typeof globalThis.fetch = (input, init) => till.sandbox.fetch(new Request(input, init));
    const { lines, fault } = await runTill('doctor', { environment, stripeFetch, now: till.now });
    expect(lines.find((line) => line.startsWith('fail  Catalog'))).toContain('Stripe lacks');
    expect(lines[lines.findIndex((line) => line.startsWith('fail  Catalog')) + 1]).toMatch(/^ +→ "till catalog plan"/u);
    expect(fault).toMatch(/^1 of \d+ checks failed\.$/u);
    for (const secret of [environment.STRIPE_SECRET_KEY!, till.webhookSecret]) expect(lines.join('\n')).not.toContain(secret);
  });

  it('tells faulty settings as findings and asks nobody', async () => {
    const { lines, fault } = await runTill('doctor', { environment: { TILL_ORIGINS: '*' } });
    expect(lines.filter((line) => line.startsWith('fail  Settings'))).toHaveLength(3);
    expect(fault).toBe('3 of 3 checks failed.');
  });

  it('goes on when Stripe does not answer', async () => {
    const patient = await healthy();
    patient.sandbox.faults.add({ kind: 'cut_before', route: 'GET /v1/webhook_endpoints', times: 3 });
    const { states, findings } = await examine(patient);
    expect(states).toMatchObject({ 'Webhook endpoint': 'fail', Catalog: 'ok', Schema: 'ok', Database: 'ok' });
    expect(findings.find(({ name }) => name === 'Webhook endpoint')?.text).toContain('Stripe did not answer');
  });
});

describe('checks that no example makes fail', () => {
  const examined = (till: TestTill, more: Partial<Examined> = {}): Examined => ({
    config: {
      databaseFile: 'till.sqlite',
      trustedProxies: [],
      origins: [],
      webhookSecrets: [],
      stripe: { secretKey: 'sk_test_till' },
    } as never,
    modules: [],
    stripe: till.stripe,
    traffic: createStripeTraffic(till.now),
    store: async () => till.store,
    file: async () => till.file,
    url: undefined,
    now: till.now,
    log: silentLog,
    stripeFetch: (input, init) => till.sandbox.fetch(new Request(input, init)),
    ...more,
  });

  it.each([
    [2 ** 28, 'ok'],
    [2 ** 28 - 1, 'warn'],
    [undefined, 'ok'],
  ])('room of %s bytes is %s', async (bytes, state) => {
    const till = await startTill();
    expect(await roomBy(() => bytes).run(examined(till))).toEqual([expect.objectContaining({ name: 'Disk', state })]);
    await till.close();
  });

  it.each([
    ['ok', 'ok'],
    ['degraded', 'warn'],
    ['failed', 'fail'],
  ] as const)('a module that says it is %s is %s', async (said, state) => {
    const till = await startTill();
    const module = { name: 'fax', introduction: '', install: () => ({ checks: async () => ({ 'fax-line': said }) }) };
    const findings = await modules.run(examined(till, { modules: [module] }));
    expect(findings).toEqual([
      expect.objectContaining({ name: 'Modules', state: 'ok', text: 'fax' }),
      expect.objectContaining({ name: 'fax-line', state }),
    ]);
    await till.close();
  });
});

describe.runIf(hasPostgres)('till doctor on PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = (await startPostgres())!; // one of its own, as the one that tests share does without durability
  });
  afterAll(() => server.close());

  it('looks at schema, writing and durability there', async () => {
    const patient = await healthy();
    const { TILL_DATABASE: _, ...rest } = patient.environment;
    const environment = { ...rest, DATABASE_URL: await server.createDatabase() };
    expect((await examine({ ...patient, environment })).states).toMatchObject({ Schema: 'fail' });
    expect((await runTill('migrate', { environment })).fault).toBeUndefined();
    const { states, findings } = await examine({ ...patient, environment });
    expect(states).toMatchObject({ Schema: 'ok', Database: 'ok', Durability: 'ok', Modules: 'ok' });
    expect(findings.find(({ name }) => name === 'Modules')?.text).toBe('postgres');

    const client = new pg.Client({ connectionString: environment.DATABASE_URL });
    await client.connect();
    await client.query(`alter database ${new URL(environment.DATABASE_URL).pathname.slice(1)} set synchronous_commit = off`);
    await client.end();
    expect((await examine({ ...patient, environment })).states.Durability).toBe('fail');
  });
});
