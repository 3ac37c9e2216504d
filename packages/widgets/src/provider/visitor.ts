/**
 * Whose page this is, where a `token-url` says so (decision 0035).
 *
 * Promise: the page belongs to whom the owner's site names now. It is asked on load, on every return to the page and before a
 * purchase; while the question is open nothing of anybody is drawn, and when the answer is another person or nobody, the session
 * of the one before is ended.
 */
import { connect, TillError } from './client.ts';
import { askOwner, type Named } from './owner.ts';
import type { Store } from './store.ts';

/** Asking because the window has the focus again waits this long after the last answer. */
const restMilliseconds = 5000;
/** A token that was read may sign in for this long; it lives for minutes, but the owner's clock is not ours. */
const tokenMilliseconds = 30_000;

export class Visitor {
  readonly #store: Store;
  /** Whom the owner named last; undefined while nothing is known. */
  #owner: string | undefined;
  #token: { readonly token: string; readonly readAt: number } | undefined;
  #answeredAt = -Infinity;
  /** How many answers there were. */
  #answers = 0;
  /** The question that is under way. */
  #question: Promise<void> | undefined;
  #turn = 0;
  /** Whom the page signed out by hand: they come in again when the page is loaded or asks for it. */
  #left: string | undefined;

  constructor(store: Store) {
    this.#store = store;
    connect(store).onAsk = () => this.#askedByTab();
  }

  /** Whom the owner names; empty for nobody, undefined while it is not known. */
  get owner(): string | undefined {
    return this.#owner;
  }

  /**
   * Resolves once it is known who is here, asked no longer ago than `maxAge` milliseconds; throws `offline` when it cannot be
   * known: an older answer does not stand in for one that did not come.
   */
  async known(maxAge = Infinity): Promise<void> {
    const since = this.#store.page.now() - maxAge;
    const isKnown = (): boolean => this.#owner !== undefined && this.#answeredAt >= since;
    if (this.#question) await this.#question;
    if (!isKnown()) await this.ask();
    if (!isKnown()) throw new TillError('offline');
  }

  /** Asks anew, and covers what is shown until the answer is here. An answer to an earlier question counts no more. */
  ask({ cover = true } = {}): Promise<void> {
    const turn = (this.#turn += 1);
    if (cover) this.#store.set({ asking: true });
    const question = this.#ask(turn).finally(() => {
      if (this.#question === question) this.#question = undefined;
    });
    return (this.#question = question);
  }

  /** The window has the focus again: somebody may have logged out in another one beside it. */
  async focused(): Promise<void> {
    if (!this.#question && this.#store.page.now() - this.#answeredAt >= restMilliseconds) await this.ask({ cover: false });
  }

  /** Whoever was signed out by hand may come in again. */
  comeIn(): void {
    this.#left = undefined;
  }

  /** The page signs out by hand. */
  leave(): void {
    this.#left = this.#owner;
    this.#token = undefined;
  }

  /** A token for one sign-in, of whom the owner names now; undefined for nobody. Throws `offline` when it cannot be had. */
  async takeToken(): Promise<string | undefined> {
    const { page } = this.#store;
    const isFresh = (): boolean => this.#token !== undefined && page.now() - this.#token.readAt < tokenMilliseconds;
    // another sign-in may take what this one has asked for
    while (this.#owner && this.#owner !== this.#left && !isFresh()) {
      const answers = this.#answers;
      await this.ask({ cover: false });
      if (this.#answers === answers) throw new TillError('offline');
    }
    if (this.#owner === undefined) throw new TillError('offline');
    if (this.#owner === this.#left) return undefined;
    const token = this.#token?.token;
    this.#token = undefined;
    return token;
  }

  /** However many tabs tell it, one question follows the one that is under way. A tab that nobody sees asks when it is seen. */
  #askedByTab(): void {
    if (this.#again || !this.#store.live) return;
    this.#again = true;
    void Promise.resolve(this.#question).then(() => {
      this.#again = false;
      return this.ask();
    });
  }
  #again = false;

  async #ask(turn: number): Promise<void> {
    const { page, tokenUrl } = this.#store;
    const named = tokenUrl === null ? { owner: '' } : await askOwner(page, tokenUrl);
    if (turn === this.#turn) this.#settle(named);
    else await this.#question; // a later question is under way, and its answer is the one that counts
  }

  #settle(named: Named | undefined): void {
    const store = this.#store;
    // a site that cannot be reached has not logged anybody out; who was not confirmed on this page is nobody to it
    if (!named) return store.set({ asking: false });
    const client = connect(store);
    const { owner, token } = named;
    const changed = this.#owner !== undefined && this.#owner !== owner;
    this.#answeredAt = store.page.now();
    this.#answers += 1;
    this.#owner = owner;
    this.#token = token === undefined ? undefined : { token, readAt: store.page.now() };
    if (owner !== this.#left) this.#left = undefined;
    const { kept } = client;
    if (kept?.owner === owner) client.adopt();
    else if (kept || client.signedIn || changed) void client.signOut();
    if (changed) client.askTabs();
    store.set({ asking: false });
  }
}
