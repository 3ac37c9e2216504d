/**
 * Faults on demand: what an integration must survive, at the calls a test names.
 *
 * Promise: a fault is an answer that Stripe itself could have given (or a connection that broke); nothing else about the call changes.
 */
import { type Chance, createChance } from '../store/chance.ts';
import { ApiError } from './api-error.ts';

/**
 * `rate_limit` and `lock_timeout` answer 429, `key_in_use` 409, `unavailable` 503, `forbidden` 403 as a restricted key that lacks a
 * permission gets it: nothing was begun and nothing is kept.
 * `server_error` answers 500 and does nothing, `server_error_after` answers 500 although the work was done; an idempotency key keeps
 * either. `slow` waits before the work; `cut_before` and `cut_after` break the
 * connection before or after the work was done.
 */
export const faultKinds = [
  'rate_limit',
  'lock_timeout',
  'key_in_use',
  'unavailable',
  'forbidden',
  'server_error',
  'server_error_after',
  'slow',
  'cut_before',
  'cut_after',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultRule {
  readonly kind: FaultKind;
  /** Method and path, both optional, `*` for any characters: `POST /v1/subscriptions*`; default every call. */
  readonly route?: string;
  /** How many calls it meets; default 1, with `probability` no end. */
  readonly times?: number;
  /** From 0 to 1, drawn for each call that the route names; default 1. */
  readonly probability?: number;
  /** The same seed meets the same calls; default `fault`. */
  readonly seed?: string;
  /** How long `slow` waits; default 1000. */
  readonly milliseconds?: number;
}

/** The connection broke; in process the call is rejected, over a port the socket is closed. */
export class ConnectionCut extends TypeError {
  constructor() {
    super('The sandbox cut the connection, as it was asked to.');
  }
}

interface Armed {
  readonly id: number;
  readonly rule: FaultRule;
  readonly chance: Chance;
  left: number;
}

const escaped = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/gu, String.raw`\$&`);

/** Whether `POST /v1/customers/*` means this call. */
export function matchesRoute(pattern: string, method: string, path: string): boolean {
  const [first = '', second] = pattern.trim().split(/\s+/u);
  const [wanted, place] = second === undefined ? (first.startsWith('/') ? ['*', first] : [first, '*']) : [first, second];
  return (wanted === '*' || wanted.toUpperCase() === method) && new RegExp(`^${place.split('*').map(escaped).join('.*')}$`, 'u').test(path);
}

function demandSense({ kind, probability = 1, times = 1, milliseconds = 0 }: FaultRule): void {
  if (!faultKinds.includes(kind)) throw new RangeError(`A fault is one of ${faultKinds.join(', ')}, not "${String(kind)}".`);
  if (!(probability >= 0 && probability <= 1)) throw new RangeError('A probability lies between 0 and 1.');
  if (!(times >= 1)) throw new RangeError('A fault meets at least one call.');
  if (!(milliseconds >= 0 && milliseconds <= 600_000)) throw new RangeError('A fault waits at most 600000 milliseconds.');
}

export interface ArmedFault extends FaultRule {
  readonly id: number;
  /** Calls it will still meet; null without an end. */
  readonly left: number | null;
}

export class Faults {
  readonly #given: readonly FaultRule[];
  #armed: Armed[] = [];
  #count = 0;

  constructor(rules: readonly FaultRule[] = []) {
    this.#given = rules;
    this.reset();
  }

  add(rule: FaultRule): number {
    demandSense(rule);
    this.#count += 1;
    const left = rule.times ?? (rule.probability === undefined ? 1 : Infinity);
    this.#armed.push({ id: this.#count, rule, chance: createChance(rule.seed ?? 'fault'), left });
    return this.#count;
  }

  remove(id: number): void {
    this.#armed = this.#armed.filter((armed) => armed.id !== id);
  }

  clear(): void {
    this.#armed = [];
  }

  /** Back to the rules it was made with. */
  reset(): void {
    this.clear();
    for (const rule of this.#given) this.add(rule);
  }

  list(): readonly ArmedFault[] {
    return this.#armed.map(({ id, rule, left }) => ({ ...rule, id, left: Number.isFinite(left) ? left : null }));
  }

  /** What happens to this call: the oldest rule that means it. */
  take(method: string, path: string): FaultRule | null {
    const met = this.#armed.find(
      ({ rule, chance }) =>
        matchesRoute(rule.route ?? '*', method, path) && (rule.probability === undefined || chance.next() < rule.probability),
    );
    if (!met) return null;
    met.left -= 1;
    if (met.left <= 0) this.remove(met.id);
    return met.rule;
  }
}

export const rateLimited = (): ApiError =>
  new ApiError(429, {
    type: 'invalid_request_error',
    code: 'rate_limit',
    message: 'Request rate limit exceeded. Too many calls reached the account within a second; space them out and try again.',
  });

export const lockTimeout = (): ApiError =>
  new ApiError(429, {
    type: 'invalid_request_error',
    code: 'lock_timeout',
    message: 'This object cannot be accessed right now because another API request is accessing it. Try the call again.',
  });

export const keyInUse = (): ApiError =>
  new ApiError(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: 'Another request with this idempotency key is still in progress.',
  });

const forbidden = (): ApiError =>
  new ApiError(403, {
    type: 'invalid_request_error',
    message: 'The provided key does not have the permission that this endpoint requires.',
  });

const brokenServer = (status: number, outcome = 'Nothing was done.'): ApiError =>
  new ApiError(status, { type: 'api_error', message: `Something went wrong on the side of the API. ${outcome}` });

/** Refuses before anything of the call was begun. */
export function refuseEarly(fault: FaultRule | null): void {
  if (fault?.kind === 'rate_limit') throw rateLimited();
  if (fault?.kind === 'lock_timeout') throw lockTimeout();
  if (fault?.kind === 'key_in_use') throw keyInUse();
  if (fault?.kind === 'forbidden') throw forbidden();
  if (fault?.kind === 'unavailable') throw brokenServer(503);
  if (fault?.kind === 'cut_before') throw new ConnectionCut();
}

/** Refuses in the course of the work. */
export function refuseLate(fault: FaultRule | null): void {
  if (fault?.kind === 'server_error') throw brokenServer(500);
}

/** Refuses when the work was done. */
export function refuseDone(fault: FaultRule | null): void {
  if (fault?.kind === 'server_error_after') throw brokenServer(500, 'The work was done all the same.');
}
