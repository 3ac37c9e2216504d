/** The long runs about Stripe's events: disorder, senseless requests, crashes, a failing Stripe, and planted defects. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { eventOf, isAcknowledged, kill, runWithCrashes, startServer, type CrashRun } from '../../test/reliability/crash-run.ts';
import { startQuickStripe } from '../../test/reliability/crash-stripe.ts';
import { fuzz } from '../../test/reliability/fuzzing.ts';
import { plantingGround } from '../../test/reliability/planted/plant.ts';
import { defects } from '../../test/reliability/planted/defects.ts';
import { backgroundCallsPerSecond } from '@tillkit/server/stripe/pace';
import { makeTrouble, mostInASecond } from '../../test/reliability/trouble.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { startTill } from '../../test/support/till.ts';
import { at } from '../paths.ts';
import { run } from '../run.ts';
import type { SoakResult } from './results.ts';

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-soak-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Passed and failed tests of one file of the suite, in its long form. */
function longTests(file: string, environment: NodeJS.ProcessEnv): Promise<{ passed: number; failed: number }> {
  return inFolder(async (folder) => {
    const report = join(folder, 'report.json');
    const args = ['run', '--project', 'reliability', file, '--testTimeout', '1800000', '--reporter', 'json', '--outputFile', report];
    const { code, words } = await run('vitest', args, environment);
    if (code !== 0) console.log(words);
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    return { passed: passed ?? 0, failed: failed ?? 1 };
  });
}

/** Every order of six events, for each life, on both databases. */
async function soakOrders(): Promise<SoakResult> {
  const { passed, failed } = await longTests('test/reliability/orders.test.ts', { TILL_ORDERS: '720' });
  return { orders: 720 * passed, lives: passed, failedLives: failed };
}

/** Every interleaving of three readings, and 1,000 random runs, on both databases. */
async function soakInterleavings(): Promise<SoakResult> {
  const { passed, failed } = await longTests('test/reliability/interleavings.test.ts', { TILL_SOAK: '1' });
  return { interleavings: 5775, randomRuns: 1000, passed, failed };
}

/** 100,000 senseless requests; the memory is looked at after the first tenth and at the end. */
async function soakFuzz(): Promise<SoakResult> {
  const till = await startTill();
  const [rounds, each] = [100, 1000];
  let [requests, failures, early] = [0, 0, 0];
  const megabytes = (): number => process.memoryUsage().rss / 2 ** 20;
  for (let round = 0; round < rounds; round += 1) {
    const result = await fuzz(till, each, Date.now() + round);
    for (const failure of result.failures) console.log(failure);
    requests += result.requests;
    failures += result.failures.length;
    if (round === rounds / 10 - 1) early = megabytes();
  }
  return { requests, failures, grownMegabytes: Math.round(megabytes() - early) };
}

const crashes = { events: 10_000, kills: 50 };
const countsOf = (name: string, { kills, lost, twice, unheard, heardAgain, sound }: CrashRun): SoakResult =>
  Object.fromEntries(
    Object.entries({ kills, lost, twice, unheard, heardAgain, sound: Number(sound) }).map(([key, value]) => [
      `${name}${key[0]!.toUpperCase()}${key.slice(1)}`,
      value,
    ]),
  );

/** 10,000 events, three in ten of them twice, told to servers that are killed fifty times, on each database. */
async function soakCrashes(): Promise<SoakResult> {
  const sqlite = await inFolder((folder) => runWithCrashes({ database: join(folder, 'till.sqlite'), processes: 1, ...crashes }));
  const server = await startPostgres();
  if (!server) throw new Error('There is no PostgreSQL on this machine.');
  const postgres = await runWithCrashes({ database: await server.createDatabase(), processes: 4, ...crashes });
  await server.close();
  return { events: crashes.events, ...countsOf('sqlite', sqlite), ...countsOf('postgres', postgres) };
}

/** Events while more than half of all calls to Stripe fail: how long they wait for their acknowledgement, and until all are applied. */
async function soakTrouble(): Promise<SoakResult> {
  return inFolder(async (folder) => {
    const [events, perSecond] = [600, 25];
    const database = join(folder, 'till.sqlite');
    const stripe = await startQuickStripe();
    stripe.trouble = makeTrouble({ hangMilliseconds: 5000 });
    const { child, url } = await startServer(database, stripe.url, backgroundCallsPerSecond);
    const began = performance.now();
    const waits = await Promise.all(
      Array.from({ length: events }, async (_, number) => {
        await wait((number * 1000) / perSecond);
        const asked = performance.now();
        return (await isAcknowledged(url, eventOf(number))) ? performance.now() - asked : Infinity;
      }),
    );
    const file = new DatabaseSync(database, { readOnly: true });
    const count = file.prepare("select count(*) as rows from inbox where status = 'applied'");
    const seconds = (): number => (performance.now() - began) / 1000;
    while (Number(count.get()?.rows) < events && seconds() < 1800) await wait(500);
    const applied = Number(count.get()?.rows);
    file.close();
    await kill(child);
    stripe.close();
    const calls = stripe.calls.filter(({ path }) => path.startsWith('/v1/subscriptions/'));
    return {
      events,
      applied,
      acknowledgedP99: Math.round(waits.toSorted((a, b) => a - b)[Math.floor(events * 0.99)]! * 10) / 10,
      drainedSeconds: Math.round(seconds()),
      drainedRatio: Math.round((seconds() / (calls.length / backgroundCallsPerSecond)) * 100) / 100,
      mostCallsInASecond: mostInASecond(stripe.calls),
    };
  });
}

/** Every planted defect; prints those that no test sees. */
async function soakPlanted(): Promise<SoakResult> {
  const copy = plantingGround(at(''));
  let caught = 0;
  for (const defect of defects) {
    const seen = await copy.catches(defect);
    console.log(`${seen ? 'caught' : 'SURVIVES'}: ${defect.name}`);
    if (seen) caught += 1;
  }
  copy.close();
  return { planted: defects.length, caught };
}

export const webhookParts: Readonly<Record<string, () => Promise<SoakResult>>> = {
  orders: soakOrders,
  interleavings: soakInterleavings,
  fuzz: soakFuzz,
  crashes: soakCrashes,
  trouble: soakTrouble,
  planted: soakPlanted,
};
