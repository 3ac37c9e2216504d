/**
 * The only module that talks to the companion server.
 *
 * Promise: an answer is the contract's JSON or a `TillError` with a stable code; the session token travels as a bearer
 * header, never as a cookie, and lives in this object and in the page's own sessionStorage. An answer that was begun for one
 * person never reaches another: it is dropped as `superseded`.
 */
import { paths } from '@tillkit/core/contract/paths';
import type { ErrorCode } from '@tillkit/core/contract/error-codes';
import type { Problem, SessionRequest, SessionResponse } from '@tillkit/core/contract/contract';
import { browserPage, type Page, type Tabs } from './page.ts';
import type { Store } from './store.ts';

/** Codes that no server sends: they are about this page. */
export type PageCode = 'offline' | 'superseded' | 'insecure_context' | 'frame_blocked' | 'other_tab' | 'settled_elsewhere' | 'confirming';

interface TillErrorAnswer {
  /** HTTP status; 0 where nothing answered. */
  readonly status?: number;
  /** Seconds after which to come again. */
  readonly retryAfter?: number;
  /** The page on which it goes on. */
  readonly href?: string;
}

/** A refusal by the server, or no answer at all (`offline`). */
export class TillError extends Error {
  readonly code: ErrorCode | PageCode;
  /** Request id, to find it in the server's log. */
  readonly instance: string | undefined;
  /** How often a wrong code may still be corrected. */
  readonly triesLeft: number | undefined;
  readonly answer: TillErrorAnswer;

  constructor(code: ErrorCode | PageCode, instance?: string, triesLeft?: number, answer: TillErrorAnswer = {}) {
    super(code);
    this.code = code;
    this.instance = instance;
    this.triesLeft = triesLeft;
    this.answer = answer;
  }
}

type Method = 'GET' | 'POST' | 'DELETE';

/** What tabs tell one another. */
interface News {
  /** A token that was followed by `fresh`, or ended without one. */
  readonly old?: string;
  readonly fresh?: string;
  /** The owner's site names somebody else: ask it. */
  readonly ask?: true;
}

/** A session with what it is bound to. */
export interface KeptSession {
  readonly token: string;
  /** Whom the owner's site named when it began, as `SessionResponse.subject`; empty for nobody. */
  readonly owner: string;
  /** Whose it is, as the server says. */
  readonly subject?: string | undefined;
}

/** An answer may take this long; whatever hangs longer has failed. */
const patienceMilliseconds = 60_000;

export class TillClient {
  /** How many session tokens it has had: the one after may be another visitor's. */
  sessions = 0;
  /** How many persons this page has had, nobody included. */
  person = 0;
  /** Told when the page has become another person's. */
  onPerson: (() => void) | undefined;
  /** Told when another tab has found that the owner's site names somebody else. */
  onAsk: (() => void) | undefined;
  #session: KeptSession | undefined;
  /** Whose page it is, also while their session is being renewed. */
  #who: { readonly subject: string | undefined } | undefined;
  readonly #tokenKey: string;
  readonly #boundKey: string;
  readonly #tabs: Tabs;
  readonly #language: (() => string) | undefined;
  /** Origin of the companion server. */
  readonly server: string;
  readonly fetch: typeof globalThis.fetch;
  readonly page: Page;

  constructor(
    server: string,
    fetch?: typeof globalThis.fetch,
    {
      page = browserPage(fetch),
      asksOwner = false,
      language,
    }: { readonly page?: Page; readonly asksOwner?: boolean; readonly language?: () => string } = {},
  ) {
    this.server = server;
    this.page = page;
    this.#language = language;
    this.fetch = page.fetch;
    this.#tokenKey = `till:session:${server}`;
    this.#boundKey = `till:bound:${server}`;
    this.#tabs = page.tabs(this.#tokenKey, (news) => this.#hear(news as News | undefined));
    // what the owner's site began holds only where the owner can be asked whether it still does
    if (!asksOwner && this.kept?.owner === '') this.adopt();
  }

  /** Whether a session token is at hand; the server may still refuse it. */
  get signedIn(): boolean {
    return this.#session !== undefined;
  }

  /** Whose session it is, as the server says. */
  get subject(): string | undefined {
    return this.#session?.subject;
  }

  /** The session that this tab keeps, whether or not it is the present visitor's. */
  get kept(): KeptSession | undefined {
    const { tab } = this.page;
    const token = tab.get(this.#tokenKey);
    if (!token) return undefined;
    const [owner = '', subject] = (tab.get(this.#boundKey) ?? '').split(' ');
    return { token, owner, subject };
  }

  /** Goes on with the session that this tab keeps: it is the present visitor's. */
  adopt(): void {
    const { kept } = this;
    if (kept && kept.token !== this.#session?.token) this.#become(kept);
  }

  /** Exchanges an owner's token, a finished checkout or a code for a session, and keeps it, bound to whom the owner names now. */
  async signIn(request: SessionRequest, owner = ''): Promise<SessionResponse> {
    const session = await this.exchange(request);
    this.keep(session, owner);
    return session;
  }

  /** The same without keeping it. */
  async exchange(request: SessionRequest): Promise<SessionResponse> {
    const session = await this.request<SessionResponse>('POST', paths.sessions, request);
    if (typeof session?.token !== 'string') throw new TillError('internal_error');
    return session;
  }

  keep({ token, subject }: SessionResponse, owner = ''): void {
    this.#become({ token, owner, subject });
  }

  /** Gives the token back, so that the next sign-in is a fresh one; whether it is the same person shows then. */
  forget(): void {
    this.#write(undefined);
  }

  /** Forgets the session here, in tabs that hold the same, and on the server. */
  async signOut(): Promise<void> {
    const { kept } = this;
    this.#become(undefined);
    if (!kept) return;
    this.#tabs.tell({ old: kept.token } satisfies News);
    await this.end(kept.token);
  }

  /** Ends a session on the server, as well as that can be done. */
  async end(token: string): Promise<void> {
    await this.#send('DELETE', paths.sessions, undefined, token).catch(() => undefined);
  }

  /** Has other tabs ask the owner's site whose page they are. */
  askTabs(): void {
    this.#tabs.tell({ ask: true } satisfies News);
  }

  /** Asks the server for something; what it names is named in the page's language. `cache` as of fetch: `reload` reads past what the browser keeps. */
  async request<Answer>(method: Method, path: string, body?: unknown, cache?: RequestCache): Promise<Answer> {
    const { person } = this;
    const token = this.#session?.token;
    const response = await this.#send(method, this.#inLanguage(path), body, token, cache);
    const fresh = response.headers.get('Till-Session');
    if (fresh && token !== undefined) this.#follow(token, fresh);
    // an answer to an earlier token says nothing about the one that we have by now
    if (response.status === 401 && token !== undefined && token === this.#session?.token) this.forget();
    const answer: unknown =
      response.status === 204
        ? undefined
        : await response.json().catch((error: unknown) => {
            // what a server did that falls silent in the middle of saying so is not known
            if (response.ok && !(error instanceof SyntaxError)) throw new TillError('offline');
            return {};
          });
    // what is sold is the same for everybody
    if (person !== this.person && !path.startsWith(paths.catalog)) throw new TillError('superseded');
    if (response.ok) return answer as Answer;
    throw toError(response, answer as Partial<Problem> | null);
  }

  #inLanguage(path: string): string {
    const language = this.#language?.();
    return language ? `${path}${path.includes('?') ? '&' : '?'}locale=${encodeURIComponent(language)}` : path;
  }

  #send(method: Method, path: string, body: unknown, token: string | undefined, cache?: RequestCache): Promise<Response> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    return this.fetch(this.server + path, {
      method,
      headers,
      credentials: 'omit',
      signal: AbortSignal.timeout(patienceMilliseconds),
      ...(method === 'DELETE' && { keepalive: true }),
      ...(cache && { cache }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new TillError('offline');
    });
  }

  /** Goes on with the token that follows the one that was sent, here and in tabs that hold the same. */
  #follow(old: string, fresh: string): void {
    if (this.#session?.token === old) this.#write({ ...this.#session, token: fresh });
    this.#tabs.tell({ old, fresh } satisfies News);
  }

  #hear(news: News | undefined): void {
    if (news?.ask) this.onAsk?.();
    // a tab that was duplicated holds the same token; any other has a session of its own
    if (this.#session === undefined || news?.old !== this.#session.token) return;
    if (news.fresh !== undefined) this.#write({ ...this.#session, token: news.fresh });
    else this.#become(undefined);
  }

  /** The page is this person's from now on; nobody's without a session. */
  #become(session: KeptSession | undefined): void {
    const before = this.#who;
    this.#who = session && { subject: session.subject };
    this.#write(session);
    const isSame = session ? before !== undefined && before.subject === session.subject : before === undefined;
    if (isSame) return;
    this.person += 1;
    this.onPerson?.();
  }

  #write(session: KeptSession | undefined): void {
    const { tab } = this.page;
    const before = this.#session;
    this.sessions += 1;
    this.#session = session;
    if (session) {
      tab.set(this.#tokenKey, session.token);
      const bound = [session.owner, session.subject ?? ''].join(' ').trimEnd();
      if (bound) tab.set(this.#boundKey, bound);
      else tab.remove(this.#boundKey);
    } else if (!before || tab.get(this.#tokenKey) === before.token) {
      tab.remove(this.#tokenKey);
      tab.remove(this.#boundKey);
    }
  }
}

function toError({ status, headers }: Response, problem: Partial<Problem> | null): TillError {
  const code = typeof problem?.code === 'string' ? problem.code : status === 401 ? 'signed_out' : 'internal_error';
  const retryAfter = Number(headers.get('Retry-After') ?? Number.NaN);
  return new TillError(code as ErrorCode, problem?.instance, problem?.triesLeft, {
    status,
    ...(retryAfter >= 0 && { retryAfter }),
  });
}

/** Gives a store its client, once. */
export function connect(store: Store): TillClient {
  if (!(store.client as TillClient | undefined)) {
    store.client = new TillClient(store.server, undefined, {
      page: store.page,
      asksOwner: store.tokenUrl !== null,
      language: () => store.language,
    });
    store.client.onPerson = () => store.become();
  }
  return store.client;
}
