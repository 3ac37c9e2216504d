import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../packages/sandbox/src/cli.ts', import.meta.url));
const running: ChildProcess[] = [];
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  /** Everything said so far. */
  said(): string;
  readonly ended: Promise<number | null>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, ['--conditions=source', cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()));
  return { child, said: () => text, ended: new Promise((resolve) => child.once('close', resolve)) };
}

/** The SDK at the address that the program names when it is ready. */
async function ready({ child, said, ended }: Run): Promise<Stripe> {
  await Promise.race([ended, new Promise<void>((resolve) => child.stdout?.on('data', () => said().includes('Card fields') && resolve()))]);
  const url = /Stripe stand-in\s+(\S+)/u.exec(said())?.[1];
  if (url === undefined) throw new Error(said());
  return new Stripe('sk_test_1', { host: '127.0.0.1', port: new URL(url).port, protocol: 'http', telemetry: false });
}

describe('tillkit-sandbox', () => {
  it('begins with a seed, saves itself when it is stopped, and goes on from there', async () => {
    const [seed, snapshot] = [join(folder, 'shop.json'), join(folder, 'state.json')];
    await writeFile(seed, JSON.stringify({ steps: [{ post: 'customers', params: { name: 'Ada' }, as: 'ada' }] }));
    const ports = ['--port', '0', '--card-port', '0', '--now', '2026-01-01T00:00:00Z'];
    const first = run(...ports, '--seed', seed, '--snapshot', snapshot);
    const { data } = await (await ready(first)).customers.list();
    expect(data).toMatchObject([{ name: 'Ada', created: Date.UTC(2026, 0, 1) / 1000 }]);
    expect(first.said()).toMatch(new RegExp(`^ada +${data[0]?.id}$`, 'mu'));
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(JSON.parse(await readFile(snapshot, 'utf8'))).toMatchObject({ format: 1 });
    const second = await ready(run(...ports, '--seed', seed, '--snapshot', snapshot));
    expect((await second.customers.list()).data.map(({ id }) => id)).toEqual([data[0]?.id]);
  });

  it('says what is wrong and ends with 1', async () => {
    const seed = join(folder, 'shop.json');
    await writeFile(seed, '{ "steps": [{ "post": "spoons" }] }');
    const wrong = run('--port', '0', '--card-port', '0', '--seed', seed);
    expect(await wrong.ended).toBe(1);
    expect(wrong.said()).toContain('steps[0] (POST /v1/spoons) was refused');
    const date = run('--now', 'soon');
    expect(await date.ended).toBe(1);
    expect(date.said()).toContain('--now must be an ISO date');
  });
});
