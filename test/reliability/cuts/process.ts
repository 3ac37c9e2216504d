/** A server process whose way to Stripe can be cut at a chosen call, and which can die there: a till app of its own on the shared store. */
import { createTillApp, type Store, type TillApp } from '@tillkit/server';
import { silentLog } from '@tillkit/server/ops/log';
import { shop, type TestTill } from '../../support/till.ts';

/**
 * `before` breaks the connection before Stripe does the work, `after` when it has; `crash` ends the process in that
 * moment: nothing that it still wanted to do, at Stripe or in the database, is ever done.
 */
export const cutKinds = ['before', 'after', 'crash'] as const;
export type CutKind = (typeof cutKinds)[number];

export interface Cut {
  readonly kind: CutKind;
  /** Counted from 1 over the calls to Stripe that follow one request. */
  readonly call: number;
  /** Whether everything after it breaks too until the request has been answered; else the SDK's repetition gets through. */
  readonly lasting: boolean;
}

export interface Answer {
  /** 0: there was none, the process is gone. */
  readonly status: number;
  readonly code: string;
  readonly body: Record<string, unknown>;
}

export interface ServerProcess {
  readonly app: TillApp;
  /** The calls to Stripe since they are counted, as `POST /v1/customers`. */
  readonly calls: readonly string[];
  readonly alive: boolean;
  /** Whether the cut was met. */
  readonly met: boolean;
  /** Counts calls from now on, and cuts the way to Stripe as the rule says. */
  watch(cut: Cut | undefined): void;
  /** The way to Stripe is whole again. */
  mend(): void;
  send(method: string, path: string, token: string | undefined, body?: unknown): Promise<Answer>;
}

const gone: Answer = { status: 0, code: 'gone', body: {} };
const unlimited = { checkout: [], preview: [], code: [], signIn: [], write: [], read: [] };
const never = new Promise<never>(() => undefined);

/** The store as a process sees it that may die: what a dead one asks of it stays undone. */
function mortal<Part extends object>(part: Part, isAlive: () => boolean): Part {
  return new Proxy(part, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === 'function') return (...given: unknown[]): unknown => (isAlive() ? Reflect.apply(value, target, given) : never);
      return typeof value === 'object' && value !== null ? mortal(value, isAlive) : value;
    },
  });
}

export function startProcess(till: TestTill): ServerProcess {
  let cut: Cut | undefined;
  let [alive, met, down] = [true, false, false];
  let calls: string[] = [];
  let died: () => void = () => undefined;
  const death = new Promise<Answer>((resolve) => (died = () => resolve(gone)));

  const stripeFetch: typeof fetch = async (input, init) => {
    if (!alive) return never;
    const request = new Request(input, init);
    if (down) throw new TypeError('The way to Stripe is down.');
    calls.push(`${request.method} ${new URL(request.url).pathname}`);
    if (met || calls.length !== cut?.call) return till.sandbox.fetch(request);
    met = true;
    down = cut.lasting;
    if (cut.kind !== 'before') await till.sandbox.fetch(request);
    if (cut.kind !== 'crash') throw new TypeError('The connection broke.');
    alive = false;
    died();
    return never;
  };
  const app = createTillApp({
    config: till.config,
    store: mortal<Store>(till.store, () => alive),
    stripeFetch,
    catalogFile: async () => till.file,
    limits: unlimited,
    backgroundCallsPerSecond: Infinity,
    now: () => till.now(),
    log: silentLog,
  });
  const answer = async (method: string, path: string, token: string | undefined, body: unknown): Promise<Answer> => {
    const headers = {
      origin: shop,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const response = await app.fetch(
      new Request(`https://till.example${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }),
      {},
    );
    const text = await response.text();
    const read = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
    return { status: response.status, code: String(read['code'] ?? ''), body: read };
  };
  return {
    app,
    get calls() {
      return calls;
    },
    get alive() {
      return alive;
    },
    get met() {
      return met;
    },
    watch(given) {
      cut = given;
      calls = [];
    },
    mend() {
      cut = undefined;
      down = false;
    },
    send: (method, path, token, body) => (alive ? Promise.race([answer(method, path, token, body), death]) : Promise.resolve(gone)),
  };
}
