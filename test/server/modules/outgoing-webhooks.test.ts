/** What a receiver gets, judged by the independent library of Standard Webhooks. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outgoingWebhooks, readModule } from '@tillkit/server/modules/outgoing-webhooks/outgoing-webhooks';
import { parseSecret } from '@tillkit/server/modules/outgoing-webhooks/signature';
import { startTill, type TestTill } from '../../support/till.ts';

const secretOf = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const [older, newer] = [secretOf(1), secretOf(2)];
const keysOf = (...secrets: string[]): Buffer[] => secrets.map((secret) => parseSecret(secret)!);
const minutes = 60;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('a receiver', () => {
  const received: Received[] = [];
  /** Statuses of the next answers, then 204; undefined: no answer at all. */
  let answers: (number | undefined)[] = [];
  let server: Server;
  let url: URL;
  let till: TestTill;

  beforeEach(async () => {
    received.length = 0;
    answers = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        const status = answers.length ? answers.shift() : 204;
        if (status !== undefined) response.writeHead(status, { location: 'http://127.0.0.1/' }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=1`);
  });
  afterEach(async () => {
    await till.close();
    server.closeAllConnections();
    server.close();
  });

  /** A receiver is waited for so long that a busy machine is not taken for a silent one, unless silence is the point. */
  const start = async (keys = keysOf(older), timeout = 20_000) => {
    till = await startTill({ modules: [outgoingWebhooks({ urls: [url], keys, timeout })] });
  };
  const tell = async (key = 'one') => {
    await till.store.outbox.add({ type: 'subscription.resumed', dedupeKey: key, payload: { subscriptionId: 'sub_1' } }, till.now());
    await till.app.drain();
  };
  const later = async (seconds: number) => {
    await till.sandbox.clock.advance(seconds);
    await till.app.drain();
  };
  /** The library reads the real clock; the message is as old as the sandbox's. */
  const verify = (secret: string, { headers, body }: Received): unknown => {
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
    const given = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    const real = Math.floor(Date.now() / 1000);
    const shift = real - Number(given['webhook-timestamp']);
    if (Math.abs(shift) < 300) return new Webhook(secret).verify(body, given);
    const now = Date.now;
    Date.now = () => now() - shift * 1000;
    try {
      return new Webhook(secret).verify(body, given);
    } finally {
      Date.now = now;
    }
  };

  it('gets type, moment and data, signed, and can verify it', async () => {
    await start();
    await tell();
    expect(received).toHaveLength(1);
    const [message] = received as [Received];
    expect(verify(older, message)).toEqual({
      type: 'subscription.resumed',
      timestamp: new Date(till.now() * 1000).toISOString(),
      data: { subscriptionId: 'sub_1' },
    });
    expect(() => verify(newer, message)).toThrow();
    expect(() => verify(older, { ...message, body: message.body.replace('sub_1', 'sub_2') })).toThrow();
    expect(message.headers['content-type']).toContain('application/json');
  });

  it('can verify with either secret while they are changed', async () => {
    await start(keysOf(older, newer));
    await tell();
    const [message] = received as [Received];
    expect(verify(older, message)).toEqual(verify(newer, message));
  });

  it.each([
    ['an error', 500],
    ['a redirect', 302],
    ['nothing in time', undefined],
  ] as const)('that answers with %s gets the same message again under the same id', async (_, status) => {
    await start(keysOf(older), status === undefined ? 200 : undefined);
    answers = [status, status];
    await tell();
    expect(received).toHaveLength(1);
    await later(10);
    await later(6 * minutes);
    await later(24 * 60 * minutes);
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    const times = received.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
    for (const message of received) verify(older, message);
  });

  it('that fails for a day is given up', async () => {
    await start();
    answers = Array.from({ length: 20 }, () => 503);
    await tell();
    for (let hour = 0; hour < 40; hour += 1) await later(3600);
    expect(received).toHaveLength(8);
    expect(await till.store.outboxDeliveries.count('dead')).toBe(1);
  });

  it('that answers 410 gets nothing more, and readiness says so', async () => {
    await start();
    answers = [410];
    await tell('one');
    await tell('two');
    await later(24 * 60 * minutes);
    expect(received).toHaveLength(1);
    expect(await till.store.outboxDeliveries.count('dead')).toBe(2);
    const { body } = await till.call<{ checks: Record<string, string> }>('GET', '/readyz');
    expect(body.checks['outgoing-webhooks']).toBe('degraded');
  });

  it('that fails holds up no other', async () => {
    const dead = new URL('http://127.0.0.1:1/');
    till = await startTill({ modules: [outgoingWebhooks({ urls: [dead, url], keys: keysOf(older), timeout: 200 })] });
    await tell();
    expect(received).toHaveLength(1);
  });

  it('that is new hears what happened within the hour, not the news of the last weeks', async () => {
    till = await startTill({ modules: [] });
    const { store, sandbox } = till;
    const add = (key: string) => store.outbox.add({ type: 'subscription.resumed', dedupeKey: key, payload: { key } }, till.now());
    await add('old');
    await sandbox.clock.advance(7200);
    await add('new');
    const module = outgoingWebhooks({ urls: [url], keys: keysOf(older) });
    const { consumers } = module.install!({ now: till.now, log: { warn: () => undefined } } as never);
    const { OutboxWorker } = await import('@tillkit/server/outbox/outbox-worker');
    const worker = new OutboxWorker({ store, now: till.now, log: { warn: () => undefined } as never }, consumers!);
    worker.wake();
    await worker.idle();
    await worker.stop();
    expect(received.map(({ body }) => (JSON.parse(body) as { data: { key: string } }).data.key)).toEqual(['new']);
  });
});

describe('the secrets', () => {
  const faultsOf = (secrets: string | undefined): string[] => {
    const faults: string[] = [];
    readModule({ TILL_WEBHOOK_URLS: 'https://hooks.example/', TILL_WEBHOOK_SECRETS: secrets }, faults);
    return faults;
  };
  it.each([
    ['none', undefined, 'missing'],
    ['blank', '  ', 'missing'],
    ['three', [older, newer, secretOf(3)].join(), 'takes one secret'],
    ['without its prefix', older.slice(6), 'whsec_'],
    ['too short', `whsec_${Buffer.alloc(23).toString('base64')}`, '24 to 64'],
    ['too long', `whsec_${Buffer.alloc(65).toString('base64')}`, '24 to 64'],
    ['not Base64', 'whsec_***', 'Base64'],
  ])('%s stop the start and are not repeated', (_, secrets, sentence) => {
    const faults = faultsOf(secrets);
    expect(faults.some((fault) => fault.includes(sentence))).toBe(true);
    if (secrets?.trim()) expect(faults.join()).not.toContain(secrets);
  });

  it('are one, or two', () => {
    expect(faultsOf(older)).toEqual([]);
    expect(faultsOf(`${older}, ${newer}`)).toEqual([]);
  });
});
