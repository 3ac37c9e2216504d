import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bundleForNode } from '../build/server.ts';
import { at } from '../paths.ts';
import { freePorts } from '../start/ports.ts';
import { median } from './browser.ts';
import type { Figure } from './figure.ts';
import { postAll, type Delivery, type Load } from './http-load.ts';
import { startProcess } from './server-process.ts';

const rounds = 7;
const webhookSecret = 'whsec_of_the_bench_only';

const environment = (folder: string): NodeJS.ProcessEnv => ({
  STRIPE_SECRET_KEY: 'sk_test_bench',
  STRIPE_API_BASE: 'http://127.0.0.1:9', // nobody listens there: what Stripe takes is not ours to measure
  STRIPE_WEBHOOK_SECRET: webhookSecret,
  TILL_ORIGINS: 'http://127.0.0.1:4173',
  TILL_CATALOG: at('examples/catalogs/team-suite.json'),
  TILL_DATABASE: join(folder, `${randomUUID()}.sqlite`),
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

async function deliverOften(bundle: string, folder: string, port: number): Promise<{ durable: Load[]; bare: Load[] }> {
  const load = async (...flags: string[]): Promise<Load> => {
    const server = await startProcess([bundle, ...flags], port, environment(folder));
    const url = `${server.url}/webhooks/stripe`;
    await postAll(url, Array.from({ length: 500 }, delivery), 50);
    const measured = await postAll(url, Array.from({ length: 5000 }, delivery), 50);
    await server.stop();
    return measured;
  };
  const [durable, bare]: [Load[], Load[]] = [[], []];
  for (let round = 0; round < 3; round += 1) {
    durable.push(await load());
    bare.push(await load('no-database'));
  }
  return { durable, bare };
}

const best = (loads: readonly Load[]): number => Math.max(...loads.map(({ perSecond }) => perSecond));

/** Start, memory and durable webhooks of the server, each beside its reference in the same run. Issue 4 sets the bars. */
export async function measureServer(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-bench-'));
  const bundles = {
    till: 'packages/server/src/cli.ts',
    empty: 'scripts/bench/server/empty.ts',
    webhooks: 'scripts/bench/server/webhooks.ts',
  };
  for (const [name, entry] of Object.entries(bundles)) await bundleForNode({ entry, outDir: folder, name: `${name}.js`, whole: true });
  const [port = 0] = await freePorts([0]);

  const till = await startOften(() => startProcess([join(folder, 'till.js'), 'serve'], port, environment(folder)));
  const empty = await startOften(() => startProcess([join(folder, 'empty.js')], port));
  const { durable, bare } = await deliverOften(join(folder, 'webhooks.js'), folder, port);
  rmSync(folder, { recursive: true, force: true });

  const ratio = (ours: readonly number[], reference: readonly number[]): number => median(ours) / median(reference);
  return [
    { name: 'server-cold-start', value: median(till.milliseconds), unit: 'ms', values: till.milliseconds },
    { name: 'server-cold-start-ratio', value: ratio(till.milliseconds, empty.milliseconds), unit: '× an empty Hono server' },
    { name: 'server-idle-memory', value: median(till.megabytes), unit: 'MB', values: till.megabytes },
    { name: 'server-idle-memory-ratio', value: ratio(till.megabytes, empty.megabytes), unit: '× an empty Hono server' },
    { name: 'webhooks-durable', value: best(durable), unit: 'per second', values: durable.map(({ perSecond }) => perSecond) },
    { name: 'webhooks-durable-ratio', value: best(durable) / best(bare), unit: '× without a database' },
    {
      name: 'webhooks-p99-ratio',
      value: median(durable.map(({ p99 }) => p99)) / median(bare.map(({ p99 }) => p99)),
      unit: '× without a database',
    },
  ];
}
