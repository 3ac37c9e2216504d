/** Bodies that shall cost the server more than their sender, and sockets that never say what they want. */
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { signatureOf } from './signed.ts';
import { shop, webhookSecret } from './till-process.ts';

export interface Bomb {
  readonly name: string;
  readonly path: '/v1/sessions' | '/webhooks/stripe';
  readonly headers: Readonly<Record<string, string>>;
  /** What is written behind the headers, until the server answers or there is no more. */
  readonly chunks: () => Iterable<Buffer>;
}

const mebibyte = 1024 * 1024;
const bytes = (text: string): Iterable<Buffer> => [Buffer.from(text)];
const whole = (body: string) => ({ headers: { 'content-length': String(Buffer.byteLength(body)) }, chunks: () => bytes(body) });

function signed(body: string) {
  const signature = signatureOf(body, Math.floor(Date.now() / 1000), webhookSecret);
  const { headers, chunks } = whole(body);
  return { headers: { ...headers, 'stripe-signature': signature }, chunks };
}

function* chunked(total: number): Iterable<Buffer> {
  const chunk = Buffer.from(`10000\r\n${'x'.repeat(0x1_0000)}\r\n`);
  for (let sent = 0; sent < total; sent += 0x1_0000) yield chunk;
  yield Buffer.from('0\r\n\r\n');
}

function* raw(total: number): Iterable<Buffer> {
  const block = Buffer.alloc(0x1_0000, 0x78);
  for (let sent = 0; sent < total; sent += block.length) yield block;
}

const manyKeys = (count: number): string => `{${Array.from({ length: count }, (_, key) => `"${key}":1`).join(',')}}`;
const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Every bomb, at the routes that take a body: one of ours and the webhook. */
export function makeBombs(): Bomb[] {
  const zipped = gzipSync(Buffer.alloc(200 * mebibyte));
  const paths = ['/v1/sessions', '/webhooks/stripe'] as const;
  const anywhere: Omit<Bomb, 'path'>[] = [
    { name: '200 MB in chunks', headers: { 'transfer-encoding': 'chunked' }, chunks: () => chunked(200 * mebibyte) },
    { name: 'a length of 200 MB, and no body', headers: { 'content-length': String(200 * mebibyte) }, chunks: () => bytes('{') },
    { name: '200 MB of that length', headers: { 'content-length': String(200 * mebibyte) }, chunks: () => raw(200 * mebibyte) },
    { name: 'a length of 2 before 4 MB', headers: { 'content-length': '2' }, chunks: () => raw(4 * mebibyte) },
    { name: 'two lengths', headers: { 'content-length': '2', 'Content-Length': '200000' }, chunks: () => bytes('{}') },
    { name: 'a length and chunks', headers: { 'content-length': '2', 'transfer-encoding': 'chunked' }, chunks: () => chunked(0x1_0000) },
    {
      name: `200 MB packed into ${Math.round(zipped.length / 1024)} kB`,
      headers: { 'content-encoding': 'gzip', 'content-length': String(zipped.length) },
      chunks: () => [zipped],
    },
    { name: '100,000 brackets', ...whole(deep(50_000)) },
    { name: 'a million keys', ...whole(manyKeys(1_000_000)) },
    { name: '2,000 keys', ...whole(manyKeys(2000)) },
    { name: '4,000 brackets', ...whole(deep(2000)) },
  ];
  return [
    ...paths.flatMap((path) => anywhere.map((bomb) => ({ ...bomb, path }))),
    { name: '200,000 brackets, signed', path: '/webhooks/stripe', ...signed(deep(100_000)) },
    { name: '25,000 keys, signed', path: '/webhooks/stripe', ...signed(manyKeys(25_000)) },
  ];
}

export interface Answered {
  /** 0: the connection was closed without an answer. */
  readonly status: number;
  readonly bytesSent: number;
  readonly milliseconds: number;
}

/** Sends a bomb until it is answered. */
export function throwBomb(url: string, { path, headers, chunks }: Bomb): Promise<Answered> {
  const { port } = new URL(url);
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    let [text, done] = ['', false];
    const finish = (): void => {
      done = true;
      const status = Number(/^HTTP\/1\.1 (\d{3})/u.exec(text)?.[1] ?? 0);
      resolve({ status, bytesSent: socket.bytesWritten, milliseconds: performance.now() - startedAt });
      socket.destroy();
    };
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (/^HTTP\/1\.1 \d{3}/u.test(text)) finish();
    });
    socket.on('close', () => !done && finish());
    socket.on('error', () => !done && finish());
    void write(socket, headerText(path, headers), chunks(), () => done);
  });
}

function headerText(path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ Host: 'till', Origin: shop, 'Content-Type': 'application/json', ...headers });
  return `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

async function write(socket: Socket, head: string, chunks: Iterable<Buffer>, isDone: () => boolean): Promise<void> {
  socket.write(head);
  for (const chunk of chunks) {
    if (isDone() || socket.destroyed) return;
    if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
  }
}

export interface SlowSockets {
  /** Resolves when the server has closed all of them. */
  readonly closed: Promise<void>;
  /** How many it has closed so far. */
  count(): number;
}

/** Sockets that send a letter a second, of their headers or of their body. */
export async function openSlowSockets(url: string, count: number, what: 'headers' | 'body'): Promise<SlowSockets> {
  const { port } = new URL(url);
  const start = 'POST /webhooks/stripe HTTP/1.1\r\nHost: till\r\n' + (what === 'body' ? 'Content-Length: 1000\r\n\r\n' : 'X-Slow: ');
  const sockets = Array.from({ length: count }, () => connect(Number(port), '127.0.0.1').on('error', () => undefined));
  let gone = 0;
  const closed = sockets.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve(void (gone += 1)))));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))));
  for (const socket of sockets) {
    socket.resume().write(start);
    const drip = setInterval(() => socket.write('a'), 1000);
    socket.once('close', () => clearInterval(drip));
  }
  return { closed: Promise.all(closed).then(() => undefined), count: () => gone };
}
