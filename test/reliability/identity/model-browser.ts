/** A browser with tabs, its storage, a clock and a network that answers when it is told to; pages in it run the real modules. */
import { comeBack, completeCheckout } from '../../../packages/widgets/src/checkout/finish-checkout.ts';
import '../../../packages/widgets/src/checkout/start-checkout.ts';
import type { Page } from '../../../packages/widgets/src/provider/page.ts';
import { returnKey } from '../../../packages/widgets/src/provider/return-key.ts';
import { askAgain, loadAccount, showVisitor, signOut, visitorOf } from '../../../packages/widgets/src/provider/sign-in.ts';
import { keptIn } from '../../../packages/widgets/src/provider/storage.ts';
import { Store, type Follower } from '../../../packages/widgets/src/provider/store.ts';
import { hashOf, ModelServer, type Answer, type Question } from './model-server.ts';

const server = 'https://till.example';
const tokenUrl = 'https://shop.example/token';
export const shop = 'https://shop.example/prices';

/** How an answer gets lost: the server never saw the question, did the work, or stumbled. */
export type Trouble = 'unreachable' | 'lost' | 'stumbles' | 'busy';

export interface Pending {
  readonly page: LoadedPage;
  readonly url: string;
  readonly question: Question;
  /** How many times the page had asked the owner's site before this. */
  readonly turn: number;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: Error) => void;
}

/** One document: it ends with the next load. */
export interface LoadedPage {
  readonly tab: Tab;
  readonly store: Store;
  /** Runs scripts: not left, not in the back/forward cache. */
  running: boolean;
  /** How often it asked the owner's site. */
  turns: number;
  /** Whom the latest answer named, and when that came; undefined while nothing is known. */
  named: string | undefined;
  namedAt: number;
  pressedAt: number;
  hear: (message: unknown) => void;
}

export interface Tab {
  storage: Storage;
  url: URL;
  page: LoadedPage | undefined;
  /** The checkout whose payment page stands in it. */
  paying: string | undefined;
  hasPanel: boolean;
}

/** As a browser has it: its own keys are what is kept. */
function storage(values: object = {}): Storage {
  const methods = {
    getItem(this: Record<string, string>, name: string) {
      return this[name] ?? null;
    },
    setItem(this: Record<string, string>, name: string, value: string) {
      this[name] = value;
    },
    removeItem(this: Record<string, string>, name: string) {
      delete this[name];
    },
  };
  return Object.assign(Object.create(methods) as Storage, values);
}

export class ModelBrowser {
  time = 1_800_000_000_000;
  /** Whom the owner's site names: a person, or nobody. */
  owner = '';
  readonly server = new ModelServer(() => this.time);
  readonly tabs: Tab[] = [];
  pending: Pending[] = [];
  timers: { readonly at: number; readonly page: LoadedPage; readonly work: () => void }[] = [];
  readonly options: { readonly asksOwner: boolean; readonly keeps: boolean };
  /** Checkouts whose buyer was told that they have bought. */
  readonly confirmed = new Set<string>();
  /** Told of everything that a page shows or asks. */
  onShow: (page: LoadedPage) => void = () => undefined;
  onAsk: (page: LoadedPage, question: Question) => void = () => undefined;
  readonly #storage = storage();
  #jti = 0;

  constructor(options: { readonly asksOwner: boolean; readonly keeps: boolean }) {
    this.options = options;
  }

  open(from?: Tab): Tab {
    const url = new URL(from?.url ?? shop);
    const tab: Tab = { storage: storage(from?.storage), url, page: undefined, paying: undefined, hasPanel: true };
    this.tabs.push(tab);
    return tab;
  }

  /** Loads the address that the tab stands at, as `<till-provider>` does. */
  load(tab: Tab): LoadedPage {
    this.leave(tab);
    tab.paying = undefined;
    const page = this.#page(tab);
    tab.page = page;
    const { store } = page;
    const mark = tab.url.searchParams.has('till_checkout') || tab.url.searchParams.has('till_canceled');
    if (store.tokenUrl !== null) void showVisitor(store);
    if (mark || store.page.tab.get(returnKey(server)) !== undefined) void comeBack(store);
    if (tab.hasPanel) void loadAccount(store);
    return page;
  }

  /** The document ends; what it had asked may still reach the server. */
  leave(tab: Tab): void {
    const { page } = tab;
    if (!page) return;
    page.running = false;
    page.store.live = false;
    this.timers = this.timers.filter((timer) => timer.page !== page);
    this.pending = this.pending.filter((one) => one.page !== page || one.question.method === 'DELETE');
    tab.page = undefined;
  }

  /** Back out of the browser's cache, with everything as it was when the page was left. */
  restore(tab: Tab): void {
    const { page } = tab;
    if (!page) return;
    tab.paying = undefined;
    page.running = true;
    for (const one of this.pending.filter((each) => each.page === page)) this.answer(one, 'unreachable');
    page.store.set({ purchase: { status: 'initial' } });
    this.returned(page);
  }

  /** The page is seen again. */
  returned({ store }: LoadedPage): void {
    if (store.tokenUrl !== null) {
      store.set({ asking: true });
      void askAgain(store);
    }
    this.#lookForPayment(store);
  }

  /** The window has the focus again. */
  focused({ store }: LoadedPage): void {
    if (store.tokenUrl !== null) void visitorOf(store).focused();
    this.#lookForPayment(store);
  }

  refresh({ store }: LoadedPage): void {
    if (store.tokenUrl === null) return void store.loadAgain?.();
    visitorOf(store).comeIn();
    void visitorOf(store)
      .ask()
      .then(() => showVisitor(store));
  }

  signOut({ store }: LoadedPage): void {
    void signOut(store);
  }

  buy(page: LoadedPage): void {
    if (page.store.state.purchase.status === 'pending') return;
    page.pressedAt = this.time;
    void page.store.checkout({ planId: 'team', interval: 'month' } as never);
  }

  /** Stripe's page leads back to the shop. */
  comeBack(tab: Tab, mark: 'till_checkout' | 'till_canceled'): LoadedPage {
    tab.url = new URL(`${shop}?${mark}=${tab.paying ?? ''}`);
    return this.load(tab);
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
    const due = this.timers.filter(({ at, page }) => at <= this.time && page.running);
    this.timers = this.timers.filter((timer) => !due.includes(timer));
    for (const { work } of due) work();
  }

  answer(one: Pending, trouble?: Trouble): void {
    this.pending = this.pending.filter((each) => each !== one);
    const { page } = one;
    const answer = trouble === 'unreachable' || trouble === 'busy' ? undefined : this.#serve(one, trouble === 'stumbles');
    if (trouble === 'unreachable' || trouble === 'lost') return one.reject(new TypeError('Failed to fetch'));
    one.resolve(toResponse(answer ?? { status: 429, body: { code: 'too_many_requests' }, headers: { 'Retry-After': '40' } }, one.url));
    if (one.url === tokenUrl && answer && answer.status < 500 && one.turn === page.turns) {
      page.named = answer.status === 200 ? this.owner : '';
      page.namedAt = this.time;
    }
  }

  #serve({ url, question }: Pending, stumbles: boolean): Answer {
    if (url !== tokenUrl) {
      // a server that stumbles may have done the work
      const answer = this.server.answer(question);
      return stumbles ? { status: 503, body: { code: 'internal_error' } } : answer;
    }
    if (stumbles) return { status: 503 };
    if (!this.owner) return { status: 401 };
    const claims = Buffer.from(JSON.stringify({ iss: 'shop', sub: this.owner, jti: (this.#jti += 1) })).toString('base64url');
    return { status: 200, body: { token: `e30.${claims}.x` } };
  }

  #lookForPayment(store: Store): void {
    const id = store.state.returning ?? store.awaited;
    if (id !== undefined) void completeCheckout(store, id);
  }

  #page(tab: Tab): LoadedPage {
    const { asksOwner } = this.options;
    const kept = (one: Storage) => (this.options.keeps ? keptIn(() => one) : keptIn(() => forbidden()));
    const environment: Page = {
      tab: kept(tab.storage),
      browser: kept(this.#storage),
      fetch: (url, init) => this.#ask(page, String(url), init),
      now: () => this.time,
      later: (work, milliseconds) => void this.timers.push({ at: this.time + milliseconds, page, work }),
      tabs: (_, hear) => {
        heard = hear;
        return { tell: (message) => this.#tell(page, message) };
      },
      address: () => new URL(tab.url),
      replaceAddress: (address) => void (tab.url = new URL(address)),
      leave: (address) => {
        tab.paying = address.split('/').at(-1);
        page.running = false;
        return 'left';
      },
    };
    let heard: (message: unknown) => void = () => undefined;
    const store = new Store(
      server,
      asksOwner ? tokenUrl : null,
      () => Promise.resolve(),
      () => undefined,
      environment,
    );
    const page: LoadedPage = {
      tab,
      store,
      running: true,
      turns: 0,
      named: asksOwner ? undefined : '',
      namedAt: this.time,
      pressedAt: this.time,
      hear: (message) => heard(message),
    };
    const show = (): void => {
      if (page.running) this.onShow(page);
    };
    const follower: Follower = Object.assign(new EventTarget(), { localName: 'till-checkout', requestUpdate: show });
    store.followers.add(follower);
    return page;
  }

  #ask(page: LoadedPage, url: string, init: RequestInit | undefined): Promise<Response> {
    const bearer = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '');
    const body = JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as Record<string, unknown>;
    const question = { method: init?.method ?? 'GET', path: url.replace(server, '').split('?')[0]!, bearer, body };
    if (url === tokenUrl) page.turns += 1;
    else this.onAsk(page, question);
    return new Promise((resolve, reject) => this.pending.push({ page, url, question, turn: page.turns, resolve, reject }));
  }

  #tell(from: LoadedPage, message: object): void {
    for (const { page } of this.tabs) if (page?.running && page !== from) queueMicrotask(() => page.running && page.hear(message));
  }
}

function forbidden(): never {
  throw new DOMException('The operation is insecure.', 'SecurityError');
}

const toResponse = ({ status, body, headers }: Answer, url: string): Response =>
  ({
    ok: status < 300,
    status,
    url,
    redirected: false,
    headers: new Headers(headers),
    json: () => Promise.resolve(structuredClone(body ?? {})),
  }) as unknown as Response;

/** Lets everything that is under way come to a stop. */
export const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Hashes at once, so that nothing of a page runs while the model stands still. */
export async function withHashesAtOnce<Result>(work: () => Promise<Result>): Promise<Result> {
  const { subtle } = globalThis.crypto;
  const before = Object.getOwnPropertyDescriptor(subtle, 'digest');
  const digest = (_: unknown, data: Uint8Array) =>
    Promise.resolve(new Uint8Array(Buffer.from(hashOf(new TextDecoder().decode(data)), 'base64url')).buffer);
  Object.defineProperty(subtle, 'digest', { configurable: true, value: digest });
  try {
    return await work();
  } finally {
    if (before) Object.defineProperty(subtle, 'digest', before);
    else delete (subtle as { digest?: unknown }).digest;
  }
}
