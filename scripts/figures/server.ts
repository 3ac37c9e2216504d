import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bundleForNode } from '../build/server.ts';
import { at } from '../paths.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { freePorts } from '../start/ports.ts';
import { median } from './browser.ts';
import type { Figure } from './figure.ts';
import { postAll, type Delivery, type Load } from './http-load.ts';
import { startProcess } from './server-process.ts';

const rounds = 7;
const webhookSecret = 'whsec_of_the_bench_only';

const environment = (folder: string, database: string): NodeJS.ProcessEnv => ({
  STRIPE_SECRET_KEY: 'sk_test_bench',
  STRIPE_API_BASE: 'http://127.0.0.1:9', // nobody listens there: what Stripe takes is not ours to measure
  STRIPE_WEBHOOK_SECRET: webhookSecret,
  TILL_ORIGINS: 'http://127.0.0.1:4173',
  TILL_CATALOG: at('examples/catalogs/team-suite.json'),
  TILL_DATABASE: join(folder, database),
});

/** What `rounds` starts of one server cost: milliseconds to the first answer, and megabytes a second later. */
async function startOften(start: () => ReturnType<typeof startProcess>): Promise<{ milliseconds: number[]; megabytes: number[] }> {
  const [milliseconds, megabytes]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const server = await start();
    milliseconds.push(server.milliseconds);
    await wait(1000);
    megabytes.push(server.memory());
    await server.stop();
  }
  return { milliseconds, megabytes };
}

/** A subscription event of the size that Stripe sends (5 kB, pretty-printed), signed as Stripe signs. */
function delivery(): Delivery {
  const filling = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`field_${index}`, `a value of a subscription, number ${index}, as long as usual`]),
  );
  const object = { id: `sub_${randomUUID()}`, object: 'subscription', customer: 'cus_bench', metadata: filling };
  const event = { id: `evt_${randomUUID()}`, object: 'event', type: 'customer.subscription.updated', livemode: false, data: { object } };
  const body = JSON.stringify(event, null, 2);
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', webhookSecret).update(`${time}.${body}`).digest('hex');
  return { body, headers: { 'content-type': 'application/json', 'stripe-signature': `t=${time},v1=${signature}` } };
}

/** One server in front of a Stripe that never answers, loaded by 50 connections. */
async function deliver(bundle: string, port: number, settings: NodeJS.ProcessEnv, ...flags: string[]): Promise<Load> {
  const server = await startProcess([bundle, ...flags], port, settings);
  try {
    const url = `${server.url}/webhooks/stripe`;
    await postAll(url, Array.from({ length: 500 }, delivery), 50);
    return await postAll(url, Array.from({ length: 5000 }, delivery), 50);
  } finally {
    await server.stop();
  }
}

interface Compared {
  readonly perSecond: number[];
  /** Each durable run beside the run without a database that followed it. */
  readonly ratios: number[];
  readonly p99Ratios: number[];
}

/** The same server with a database and without one, in turns, so that both see the same machine. */
async function compare(bundle: string, port: number, durable: () => Promise<NodeJS.ProcessEnv>): Promise<Compared> {
  const compared: Compared = { perSecond: [], ratios: [], p99Ratios: [] };
  for (let round = 0; round < 5; round += 1) {
    const settings = await durable();
    const kept = await deliver(bundle, port, settings);
    const bare = await deliver(bundle, port, settings, 'no-database');
    compared.perSecond.push(kept.perSecond);
    compared.ratios.push(kept.perSecond / bare.perSecond);
    compared.p99Ratios.push(kept.p99 / bare.p99);
  }
  return compared;
}

function toFigures(database: string, ratioBar: number, { perSecond, ratios, p99Ratios }: Compared): Figure[] {
  const issue = 4;
  return [
    { issue, name: `webhooks-${database}`, value: median(perSecond), unit: 'per second', values: perSecond },
    { issue, name: `webhooks-${database}-ratio`, value: median(ratios), unit: '× without a database', values: ratios, atLeast: ratioBar },
    { issue, name: `webhooks-${database}-p99-ratio`, value: median(p99Ratios), unit: '× without a database', values: p99Ratios, atMost: 3 },
  ];
}

/** Start, memory and durable webhooks of the server, each beside its reference in the same run. */
export async function measureServer(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-bench-'));
  const bundles = {
    till: 'packages/server/src/cli.ts',
    empty: 'scripts/bench/server/empty.ts',
    webhooks: 'scripts/bench/server/webhooks.ts',
  };
  for (const [name, entry] of Object.entries(bundles))
    await bundleForNode({ entry, outDir: folder, name: `${name}.js`, whole: true, quickStart: name !== 'empty' });
  const [port = 0] = await freePorts([0]);

  const till = await startOften(() => startProcess([join(folder, 'till.js'), 'serve'], port, environment(folder, 'till.sqlite')));
  const cache = { COMPILE_CACHE: join(folder, '.empty-cache') };
  const empty = await startOften(() => startProcess([join(folder, 'empty.js')], port, cache));
  const webhooks = join(folder, 'webhooks.js');
  const sqlite = await compare(webhooks, port, async () => environment(folder, `${randomUUID()}.sqlite`));
  const server = await startPostgres();
  const withPostgres = async (): Promise<NodeJS.ProcessEnv> => {
    const { TILL_DATABASE: _, ...settings } = environment(folder, '');
    return { ...settings, DATABASE_URL: await server!.createDatabase() };
  };
  const postgres = server
    ? await compare(webhooks, port, withPostgres)
    : { perSecond: [Number.NaN], ratios: [Number.NaN], p99Ratios: [Number.NaN] };
  await server?.close();
  rmSync(folder, { recursive: true, force: true });

  const ratio = (ours: readonly number[], reference: readonly number[]): number => median(ours) / median(reference);
  const issue = 4;
  const beside = '× an empty Hono server';
  return [
    { issue, name: 'server-cold-start', value: median(till.milliseconds), unit: 'ms', values: till.milliseconds },
    { issue, name: 'server-cold-start-ratio', value: ratio(till.milliseconds, empty.milliseconds), unit: beside, atMost: 1.4 },
    { issue, name: 'server-idle-memory', value: median(till.megabytes), unit: 'MB', values: till.megabytes },
    { issue, name: 'server-idle-memory-ratio', value: ratio(till.megabytes, empty.megabytes), unit: beside, atMost: 1.2 },
    ...toFigures('sqlite', 0.65, sqlite),
    ...toFigures('postgres', 0.5, postgres),
  ];
}
