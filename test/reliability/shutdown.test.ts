/** Threat table, row 44: a deployment loses no request and no event. */
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, serve } from '@tillkit/server';
import { newFolder } from '../support/folder.ts';
import { startTill } from '../support/till.ts';
import { startLoad } from './steady-load.ts';
import { runToEnd, startServer, startStripe, type SandboxProcessParts } from './till-process.ts';

describe('SIGTERM under 200 requests a second', () => {
  let stripe: SandboxProcessParts;
  beforeAll(async () => {
    stripe = await startStripe();
  });
  afterAll(() => stripe.close());

  it('fails no request that was begun, keeps every event, and leaves a whole file without a log beside it', async () => {
    const file = newFolder()('till.sqlite');
    const server = await startServer({ ...stripe.environment, TILL_DATABASE: file });
    const load = startLoad(server.url, 200, 'stop');
    await load.reached(200);
    const signalledAt = performance.now();
    // the requests go on until there is nobody to take them
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await load.stop();

    const before = load.outcomes.filter(({ begunAt }) => begunAt < signalledAt);
    expect(before.length).toBeGreaterThan(100);
    expect(before.filter(({ status }) => status !== 200)).toEqual([]);
    // afterwards nobody is let in any more: refused before anything was said, never cut off in the middle
    const turnedAway = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
    expect(load.outcomes.filter(({ status, fault }) => status !== 200 && !turnedAway.has(fault ?? ''))).toEqual([]);

    expect(existsSync(`${file}-wal`)).toBe(false);
    const store = await openStore(file);
    const acknowledged = load.outcomes.flatMap(({ status, eventId }) => (status === 200 && eventId !== undefined ? [eventId] : []));
    expect(acknowledged.length).toBeGreaterThan(30);
    for (const eventId of acknowledged) expect(await store.inbox.find(eventId)).toBeDefined();
    await store.close();
    expect(server.output()).toContain('"fact":"stopping"');
  });

  it('copies the file by "till backup" meanwhile, with every event that was acknowledged before', async () => {
    const at = newFolder();
    const environment = { ...stripe.environment, TILL_DATABASE: at('till.sqlite') };
    const server = await startServer(environment);
    const load = startLoad(server.url, 200, 'copy');
    await load.reached(100);
    const acknowledged = load.outcomes.flatMap(({ status, eventId }) => (status === 200 && eventId !== undefined ? [eventId] : []));
    const copied = await runToEnd(['backup', at('copy.sqlite')], environment);
    await load.stop();
    await server.end('SIGTERM');
    expect(copied.code).toBe(0);
    expect(acknowledged.length).toBeGreaterThan(10);
    const store = await openStore(at('copy.sqlite'));
    for (const eventId of acknowledged) expect(await store.inbox.find(eventId)).toBeDefined();
    await store.close();
    expect(load.outcomes.filter(({ status }) => status !== 200)).toEqual([]);
  });
});

describe('a stop', () => {
  it('waits for an answer that is slow, and closes its connection', async () => {
    const till = await startTill();
    const server = await serve(till.app, { hostname: '127.0.0.1', port: 0 });
    till.sandbox.faults.add({ kind: 'slow', route: 'GET /v1/prices', milliseconds: 800 });
    const asked = fetch(`${server.url}/v1/catalog`);
    while (till.stripeCalls.length === 0) await wait(5);
    const stopping = server.close();
    const answer = await asked;
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    await stopping;
    await till.store.close();
  });

  it('waits neither for a body that never comes nor for a Stripe that never answers', async () => {
    const till = await startTill();
    const server = await serve(till.app, { hostname: '127.0.0.1', port: 0, stopWithin: 600 });
    till.sandbox.faults.add({ kind: 'slow', route: 'GET /v1/prices', milliseconds: 30_000 });
    void fetch(`${server.url}/v1/catalog`).catch(() => undefined);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('POST /webhooks/stripe HTTP/1.1\r\nHost: till\r\nContent-Length: 1000\r\n\r\n{');
    while (till.stripeCalls.length === 0) await wait(5);
    await server.close();
    await closed;
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });
});
