/**
 * The only module that talks to the companion server.
 *
 * Promise: an answer is the contract's JSON or a `TillError` with a stable code; the session token travels as a bearer
 * header, never as a cookie, and lives in this object and in the page's own sessionStorage.
 */
import { paths } from '@tillkit/core/contract/paths';
import type { ErrorCode } from '@tillkit/core/contract/error-codes';
import type { Problem, SessionRequest, SessionResponse } from '@tillkit/core/contract/contract';
import type { Store } from './store.ts';

/** A refusal by the server, or no answer at all (`offline`). */
export class TillError extends Error {
  constructor(
    readonly code: ErrorCode | 'offline',
    /** Request id, to find it in the server's log. */
    readonly instance?: string,
    /** How often a wrong code may still be corrected. */
    readonly triesLeft?: number,
  ) {
    super(code);
  }
}

type Method = 'GET' | 'POST' | 'DELETE';

/** What tabs tell one another when a token was followed by a fresh one. */
interface Followed {
  readonly old: string;
  readonly fresh: string;
}

export class TillClient {
  /** How many session tokens it has had: the one after may be another visitor's. */
  sessions = 0;
  #token: string | undefined;
  readonly #storageKey: string;
  readonly #tabs: BroadcastChannel;

  constructor(
    /** Origin of the companion server. */
    readonly server: string,
    readonly fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis),
  ) {
    this.#storageKey = `till:session:${server}`;
    this.#token = sessionStorage.getItem(this.#storageKey) ?? undefined;
    this.#tabs = new BroadcastChannel(this.#storageKey);
    this.#tabs.addEventListener('message', ({ data }: MessageEvent<Followed>) => {
      // a tab that was duplicated holds the same token; any other has a session of its own
      if (this.#token !== undefined && data.old === this.#token) this.#keep(data.fresh);
    });
  }

  /** Whether a session token is at hand; the server may still refuse it. */
  get signedIn(): boolean {
    return this.#token !== undefined;
  }

  /** Exchanges an owner's token or a finished checkout for a session, and keeps it. */
  async signIn(request: SessionRequest): Promise<SessionResponse> {
    const session = await this.request<SessionResponse>('POST', paths.sessions, request);
    this.#keep(session.token);
    return session;
  }

  /** Forgets the session here, so that the next sign-in is a fresh one. */
  forget(): void {
    this.#keep(undefined);
  }

  /** Forgets the session here and on the server. */
  async signOut(): Promise<void> {
    const ended = this.request('DELETE', paths.sessions).catch(() => undefined);
    this.#keep(undefined);
    await ended;
  }

  async request<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (this.#token) headers.authorization = `Bearer ${this.#token}`;
    const response = await this.fetch(this.server + path, {
      method,
      headers,
      credentials: 'omit',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new TillError('offline');
    });
    const fresh = response.headers.get('Till-Session');
    if (fresh && headers.authorization) this.#follow(headers.authorization.slice('Bearer '.length), fresh);
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Answer;
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    // an answer to an earlier token says nothing about the one that we have by now
    if (response.status === 401 && headers.authorization === `Bearer ${this.#token}`) this.#keep(undefined);
    throw new TillError((problem.code ?? 'internal_error') as ErrorCode, problem.instance, problem.triesLeft);
  }

  /** Goes on with the token that follows the one that was sent, here and in tabs that hold the same. */
  #follow(old: string, fresh: string): void {
    if (this.#token === old) this.#keep(fresh);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel reaches its own origin only
    this.#tabs.postMessage({ old, fresh } satisfies Followed);
  }

  #keep(token: string | undefined): void {
    this.sessions += 1;
    this.#token = token;
    if (token) sessionStorage.setItem(this.#storageKey, token);
    else sessionStorage.removeItem(this.#storageKey);
  }
}

/** Gives a store its client, once. */
export function connect(store: Store): TillClient {
  return (store.client ??= new TillClient(store.server));
}
