/** So many requests a second, whatever becomes of them. */
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { signatureOf } from './signed.ts';
import { webhookSecret } from './till-process.ts';

export interface Outcome {
  /** When it was begun, as `performance.now()` says it. */
  readonly begunAt: number;
  /** 0 without an answer. */
  readonly status: number;
  /** Why there was none, or not a whole one; undefined with one. */
  readonly fault: string | undefined;
  /** Id of the event that it carried. */
  readonly eventId: string | undefined;
}

export interface Load {
  readonly outcomes: readonly Outcome[];
  /** Resolves when so many have an outcome. */
  reached(count: number): Promise<void>;
  /** Begins no more; resolves when every request has an outcome. */
  stop(): Promise<void>;
}

interface Sent {
  readonly path: string;
  readonly body?: string;
  readonly eventId?: string;
}

const eventBody = (id: string): string =>
  JSON.stringify({
    id,
    object: 'event',
    type: 'customer.updated',
    livemode: false,
    data: { object: { id: 'cus_nobody', object: 'customer' } },
  });

/** A machine that is too busy gets fewer. */
const mostAtOnce = 20;

/** Every third request is an event from Stripe, every other one goes over a connection that is kept. */
export function startLoad(url: string, perSecond: number, name: string): Load {
  const outcomes: Outcome[] = [];
  const open = new Set<Promise<void>>();
  const kept = new Agent({ keepAlive: true, maxSockets: 50 });
  let [number, running] = [0, true];

  const begin = (): void => {
    number += 1;
    const eventId = `evt_${name}_${number}`;
    const what: Sent = number % 3 === 0 ? { path: '/webhooks/stripe', body: eventBody(eventId), eventId } : { path: '/v1/catalog' };
    const asked = send(url, what, number % 2 === 0 ? kept : undefined).then((outcome) => void outcomes.push(outcome));
    open.add(asked);
    void asked.finally(() => open.delete(asked));
  };
  const pump = (async (): Promise<void> => {
    const startedAt = performance.now();
    while (running) {
      const due = ((performance.now() - startedAt) / 1000) * perSecond;
      if (number < due && open.size < mostAtOnce) begin();
      else await wait(2);
    }
  })();

  return {
    outcomes,
    async reached(count) {
      while (outcomes.length < count) await wait(5);
    },
    async stop() {
      running = false;
      await pump;
      await Promise.all(open);
      kept.destroy();
    },
  };
}

function send(url: string, { path, body, eventId }: Sent, agent: Agent | undefined): Promise<Outcome> {
  const begunAt = performance.now();
  return new Promise((resolve) => {
    const signature = body === undefined ? undefined : signatureOf(body, Math.floor(Date.now() / 1000), webhookSecret);
    const asked = request(url + path, {
      agent: agent ?? false,
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...(signature !== undefined && { 'stripe-signature': signature, 'content-length': Buffer.byteLength(body!) }) },
    });
    const tell = (status: number, fault?: string): void => resolve({ begunAt, status, fault, eventId });
    asked.on('error', (error: NodeJS.ErrnoException) => tell(0, error.code ?? error.message));
    asked.on('response', (response) => {
      response.resume();
      response.on('end', () => tell(response.statusCode ?? 0));
      response.on('error', (error: NodeJS.ErrnoException) => tell(0, `cut off: ${error.code}`));
    });
    asked.end(body);
  });
}
