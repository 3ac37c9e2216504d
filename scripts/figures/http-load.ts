import { Agent, request } from 'node:http';

export interface Delivery {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Load {
  readonly perSecond: number;
  /** Milliseconds that 99 of 100 answers took at most. */
  readonly p99: number;
}

function post(url: string, { body, headers }: Delivery, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const sent = request(url, { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(performance.now() - started) : reject(new Error(`${url} answered ${answer.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Posts every delivery over so many connections, each of which sends its next when it has its answer. */
export async function postAll(url: string, deliveries: readonly Delivery[], connections: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const waiting = deliveries.values();
  const started = performance.now();
  const send = async (): Promise<void> => {
    for (const delivery of waiting) times.push(await post(url, delivery, agent));
  };
  await Promise.all(Array.from({ length: connections }, send));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return { perSecond: deliveries.length / seconds, p99: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN };
}
