/** The long runs about operation: what bombs and slow sockets cost, stops under load, migrations that are killed, databases that fail. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openStore } from '@tillkit/server';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { makeBombs, openSlowSockets, throwBomb, type Bomb } from '../../test/reliability/bombs.ts';
import { killMigration, migrateAtOnce, migrateHere, schemaOf, stepsOf } from '../../test/reliability/migration-runs.ts';
import { lostOf, startDeliveries } from '../../test/reliability/outage.ts';
import { startLoad } from '../../test/reliability/steady-load.ts';
import { published, startServer, startStripe, type TillProcess } from '../../test/reliability/till-process.ts';
import { startPostgres, type PostgresServer } from '../../test/support/postgres.ts';
import { startTill } from '../../test/support/till.ts';
import { mustRun } from '../run.ts';
import type { SoakResult } from './results.ts';

const round = (value: number, digits = 1): number => Math.round(value * 10 ** digits) / 10 ** digits;
const highest = (values: readonly number[]): number => Math.max(0, ...values);
const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-soak-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withPostgres<Result>(work: (server: PostgresServer) => Promise<Result>): Promise<Result> {
  const server = await startPostgres();
  if (!server) throw new Error('There is no PostgreSQL on this machine.');
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

/** How far the memory of a process rises above `from` while something is done to it. */
async function growthDuring(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = residentMegabytes(pid);
  let most = before;
  const look = setInterval(() => (most = Math.max(most, residentMegabytes(pid))), 10);
  await work();
  clearInterval(look);
  return Math.max(most, residentMegabytes(pid)) - before;
}

/** Milliseconds that `/healthz` took, asked again and again until `isOver`. */
async function healthUntil({ url }: TillProcess, isOver: () => boolean): Promise<number[]> {
  const times: number[] = [];
  while (!isOver()) {
    const asked = performance.now();
    await (await fetch(`${url}/healthz`)).text();
    times.push(performance.now() - asked);
    await wait(5);
  }
  return times;
}

async function slowRun(server: TillProcess, what: 'headers' | 'body'): Promise<SoakResult> {
  const began = performance.now();
  let times: number[] = [];
  const megabytes = await growthDuring(server.pid, async () => {
    const sockets = await openSlowSockets(server.url, 1000, what);
    times = await healthUntil(server, () => sockets.count() === 1000);
  });
  const name = (word: string): string => `${what}${word}`;
  return {
    [name('Seconds')]: round((performance.now() - began) / 1000),
    [name('HealthP50')]: round(at(times, 0.5)),
    [name('HealthP98')]: round(at(times, 0.98)),
    [name('Megabytes')]: round(megabytes),
  };
}

/** Every bomb thrice and a thousand slow sockets of two kinds, against the published program. */
async function soakResources(): Promise<SoakResult> {
  for (const part of ['core', 'server']) await mustRun('node', ['--conditions=source', 'scripts/build.ts', part]);
  const stripe = await startStripe();
  const start = () => startServer({ ...stripe.environment, TILL_DATABASE: ':memory:' }, published);
  // what a server needs that has something to do is not what a bomb costs
  const settle = async ({ url }: TillProcess, name: string): Promise<void> => {
    const load = startLoad(url, 400, name);
    await wait(6000);
    await load.stop();
    await wait(1000);
  };
  const bombed = await start();
  await settle(bombed, 'bombed');
  const [statuses, times]: [number[], number[]] = [[], []];
  const throwThrice = async (bombs: readonly Bomb[]): Promise<void> => {
    for (const bomb of [...bombs, ...bombs, ...bombs]) {
      const { status, milliseconds } = await throwBomb(bombed.url, bomb);
      statuses.push(status);
      times.push(milliseconds);
    }
  };
  const isHuge = ({ name }: Bomb): boolean => name.startsWith('200 MB');
  const hugeMegabytes = await growthDuring(bombed.pid, () => throwThrice(makeBombs().filter(isHuge)));
  const otherMegabytes = await growthDuring(bombed.pid, () => throwThrice(makeBombs().filter((bomb) => !isHuge(bomb))));
  await bombed.end('SIGTERM');
  const slowed = await start();
  await settle(slowed, 'slowed');
  const slow = { ...(await slowRun(slowed, 'headers')), ...(await slowRun(slowed, 'body')) };
  await slowed.end('SIGTERM');
  await stripe.close();
  return {
    bombs: statuses.length,
    bombsAccepted: statuses.filter((status) => status >= 200 && status < 400).length,
    bombsCutOff: statuses.filter((status) => status === 0).length,
    bombSlowestMilliseconds: Math.round(highest(times)),
    hugeMegabytes: round(hugeMegabytes),
    otherMegabytes: round(otherMegabytes),
    ...slow,
  };
}

/** Twenty stops under 200 requests a second. */
async function soakShutdowns(): Promise<SoakResult> {
  const stripe = await startStripe();
  const stops = 20;
  let [failed, cutOff, lost, unclean] = [0, 0, 0, 0];
  const seconds: number[] = [];
  for (let stop = 0; stop < stops; stop += 1) {
    await inFolder(async (folder) => {
      const file = join(folder, 'till.sqlite');
      const server = await startServer({ ...stripe.environment, TILL_DATABASE: file });
      const load = startLoad(server.url, 200, `stop_${stop}`);
      await wait(500 + Math.random() * 500);
      const signalledAt = performance.now();
      const { code } = await server.end('SIGTERM');
      seconds.push((performance.now() - signalledAt) / 1000);
      await load.stop();
      if (code !== 0) unclean += 1;
      failed += load.outcomes.filter(({ begunAt, status }) => begunAt < signalledAt && status !== 200).length;
      cutOff += load.outcomes.filter(({ fault }) => fault?.startsWith('cut off')).length;
      const store = await openStore(file);
      for (const { status, eventId } of load.outcomes)
        if (status === 200 && eventId !== undefined && !(await store.inbox.find(eventId))) lost += 1;
      await store.close();
    });
  }
  await stripe.close();
  return { stops, failed, cutOff, lost, unclean, slowestSeconds: round(highest(seconds), 2) };
}

interface MigrationCounts {
  met: number;
  half: number;
  different: number;
}

async function killOften(times: number, newPlace: (number: number) => Promise<string>): Promise<MigrationCounts> {
  const fresh = await newPlace(0);
  await migrateHere(fresh);
  const [whole, allSteps] = [await schemaOf(fresh), await stepsOf(fresh)];
  const serverAlone = whole.filter((line) => !line.includes('slow_'));
  const counts = { met: 0, half: 0, different: 0 };
  for (let number = 1; number <= times; number += 1) {
    const place = await newPlace(number);
    if (await killMigration(place, 10 + Math.random() * 120)) counts.met += 1;
    const steps = await stepsOf(place);
    const expected = steps.length === 0 ? [] : steps.length === allSteps.length ? whole : serverAlone;
    if (JSON.stringify(await schemaOf(place)) !== JSON.stringify(expected)) counts.half += 1;
    await migrateHere(place);
    if (JSON.stringify(await schemaOf(place)) !== JSON.stringify(whole)) counts.different += 1;
  }
  return counts;
}

/** Four servers at once, fifty times, and fifty migrations killed on each database. */
async function soakMigrations(): Promise<SoakResult> {
  const times = 50;
  const sqlite = await inFolder((folder) => killOften(times, async (number) => join(folder, `${number}.sqlite`)));
  return withPostgres(async (server) => {
    const postgres = await killOften(times, () => server.createDatabase());
    const fresh = await server.createDatabase();
    await migrateHere(fresh);
    const [whole, steps] = [JSON.stringify(await schemaOf(fresh)), (await stepsOf(fresh)).length];
    let [winnersWrong, different] = [0, 0];
    for (let run = 0; run < times; run += 1) {
      const place = await server.createDatabase();
      const said = await migrateAtOnce(place, 4);
      const taken = said.map((line) => Number(/^took (\d+)$/u.exec(line)?.[1]));
      if (taken.reduce((sum, count) => sum + count) !== steps) winnersWrong += 1;
      if (JSON.stringify(await schemaOf(place)) !== whole) different += 1;
    }
    return {
      starts: times,
      startsNotOnce: winnersWrong,
      startsDifferent: different,
      kills: times * 2,
      killsInTheMiddle: sqlite.met + postgres.met,
      half: sqlite.half + postgres.half,
      different: sqlite.different + postgres.different,
    };
  });
}

/** PostgreSQL stops at once under load, twenty times. */
async function soakOutages(): Promise<SoakResult> {
  return withPostgres(async (server) => {
    const crashes = 20;
    const till = await startTill({ database: await openPostgres(await server.createDatabase()) });
    const deliveries = startDeliveries(till, 'crash');
    const seconds: number[] = [];
    for (let crash = 0; crash < crashes; crash += 1) {
      await deliveries.more(100 + Math.floor(Math.random() * 100));
      await server.crash();
      await deliveries.oneMoreRefused();
      await server.start();
      const began = performance.now();
      await deliveries.more(1);
      seconds.push((performance.now() - began) / 1000);
    }
    await deliveries.more(100);
    await deliveries.stop();
    const lost = await lostOf(till, deliveries);
    await till.app.stop();
    await till.store.close();
    const others = [...deliveries.refused.keys()].filter((status) => status !== 503).length;
    return {
      crashes,
      acknowledged: deliveries.acknowledged.length,
      lost: lost.length,
      otherAnswers: others,
      slowestHealingSeconds: round(highest(seconds), 2),
    };
  });
}

export const operationsParts: Readonly<Record<string, () => Promise<SoakResult>>> = {
  resources: soakResources,
  shutdowns: soakShutdowns,
  migrations: soakMigrations,
  outages: soakOutages,
};
