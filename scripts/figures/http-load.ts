/** A load that costs little itself: on two cores a client that works hard would be measured instead of the server. */
import { connect, type Socket } from 'node:net';

export interface Delivery {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Load {
  readonly perSecond: number;
  /** Milliseconds that 99 of 100 answers took at most. */
  readonly p99: number;
}

/** The whole request as bytes, made before the clock runs. */
function toBytes(path: string, { body, headers }: Delivery): Buffer {
  const lines = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return Buffer.from(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Length of the first whole answer in `received`, or 0; throws for any status but 200. */
function answerLength(received: Buffer): number {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const head = received.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`The server answered ${head.slice(0, 60)}`);
  const length = Number(/^content-length: (\d+)/imu.exec(head)?.[1]);
  if (Number.isNaN(length)) throw new Error('The answer has no length.');
  return received.length >= end + 4 + length ? end + 4 + length : 0;
}

/** One connection, which sends its next request when it has its answer. */
function sendAll(port: number, requests: Iterator<Buffer>, times: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    let started = 0;
    const socket: Socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const next = (): void => {
      const request = requests.next();
      if (request.done) {
        socket.destroy();
        resolve();
        return;
      }
      started = performance.now();
      socket.write(request.value);
    };
    socket.on('connect', next);
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      try {
        const length = answerLength(received);
        if (length === 0) return;
        received = received.subarray(length);
        times.push(performance.now() - started);
        next();
      } catch (error) {
        socket.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    // the server takes so many requests on one connection; the rest go over a new one
    socket.on('end', () => sendAll(port, requests, times).then(resolve, reject));
  });
}

/** Posts every delivery over so many connections. */
export async function postAll(url: string, deliveries: readonly Delivery[], connections: number): Promise<Load> {
  const { port, pathname } = new URL(url);
  const requests = deliveries.map((delivery) => toBytes(pathname, delivery)).values();
  const times: number[] = [];
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, () => sendAll(Number(port), requests, times)));
  const seconds = (performance.now() - started) / 1000;
  if (times.length !== deliveries.length) throw new Error(`${times.length} of ${deliveries.length} deliveries were answered.`);
  return { perSecond: deliveries.length / seconds, p99: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN };
}
