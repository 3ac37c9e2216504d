/**
 * Random walks through logging in, out and over, buying, coming back and losing answers.
 *
 * What must hold: a page shows nothing of anybody but whom the owner's site named last; whoever has paid finds it; and nobody
 * is led to pay for the same thing twice.
 */
import { ModelBrowser, settle, withHashesAtOnce, type LoadedPage, type Tab, type Trouble } from './model-browser.ts';
import type { Checkout, Question } from './model-server.ts';

const steps = 30;
/** As start-checkout.ts has it. */
const buyerMaxAge = 2000;

/** Mulberry32: a small generator whose sequence depends on the seed alone. */
function randomFrom(seed: number): () => number {
  let state = Math.trunc(seed);
  return () => {
    state = Math.trunc(state + 0x6d_2b_79_f5);
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface WalkCounts {
  walks: number;
  steps: number;
  purchases: number;
}

class Walk {
  readonly #random: () => number;
  readonly browser: ModelBrowser;
  readonly trail: string[] = [];
  /** What the buyer whom nobody knows has paid for and was not told yet. */
  #unconfirmed: Checkout | undefined;
  /** Payments of that buyer. */
  #anonymousPayments = 0;
  /** Where that buyer came back to. */
  #backIn: Tab | undefined;
  purchases = 0;
  #fault: string | undefined;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.browser = new ModelBrowser({ asksOwner: this.#random() < 0.85, keeps: this.#random() < 0.85 });
    this.browser.onShow = (page) => this.#look(page);
    this.browser.onAsk = (page, question) => this.#listen(page, question);
  }

  async run(): Promise<void> {
    this.browser.load(this.browser.open());
    for (let step = 0; step < steps; step += 1) {
      await settle();
      this.#holds();
      this.#step();
    }
    await this.#end();
  }

  #fail(sentence: string): void {
    this.#fault ??= sentence;
  }

  #holds(): void {
    if (this.#fault !== undefined) throw new Error(`${this.#fault}\n${this.trail.join(' → ')}`);
  }

  /** What a page shows belongs to whom it was told last. */
  #look({ store: { state, tokenUrl }, named }: LoadedPage): void {
    const { confirmed, server } = this.browser;
    if (state.purchase.status === 'complete' && state.purchase.value) {
      const checkout = server.checkouts.get(state.purchase.value.checkoutSessionId)!;
      confirmed.add(checkout.id);
      if (this.#unconfirmed === checkout) this.#unconfirmed = undefined;
      if (!state.asking && checkout.owner && checkout.owner !== named) this.#fail(`shows the purchase of ${checkout.owner} to ${named}`);
    }
    if (tokenUrl === null || state.asking || state.account.status !== 'complete') return;
    for (const { customerId } of state.account.value.subscriptions) {
      const of = /^cus_(ada|bob)$/u.exec(customerId)?.[1] ?? '';
      if (of !== named) this.#fail(`shows the account of ${of || customerId} to ${named ?? 'whom nobody has named'}`);
    }
  }

  /** What is bought is for whom the owner named just before, and is not bought again by somebody who has paid. */
  #listen(page: LoadedPage, { path, bearer }: Question): void {
    if (path !== '/v1/checkout-sessions') return;
    const { server, options } = this.browser;
    const buyer = server.sessions.get(bearer ?? '')?.owner ?? '';
    if (page.store.tokenUrl !== null && buyer !== page.named) this.#fail(`buys for ${buyer || 'nobody'} what ${page.named} wants`);
    if (page.store.tokenUrl !== null && page.namedAt < page.pressedAt - buyerMaxAge) this.#fail('buys for somebody who was named long ago');
    const isBack = this.#unconfirmed && page.tab.url.searchParams.get('till_checkout') === this.#unconfirmed.id;
    if (isBack && buyer === '' && options.keeps) this.#fail('leads a buyer who came back to a second payment');
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }

  #step(): void {
    const { browser } = this;
    const running = browser.tabs.flatMap(({ page }) => (page?.running ? [page] : []));
    const at = this.#pick(browser.tabs)!;
    const page = this.#pick(running);
    const chance = this.#random();
    if (chance < 0.4) return this.#network();
    if (chance < 0.48) return this.#login();
    if (chance < 0.56) return this.#wait();
    if (at.paying !== undefined && chance < 0.8) return this.#atStripe(at);
    if (!page) return;
    this.#inPage(page, chance);
  }

  #network(): void {
    const { browser } = this;
    const one = this.#pick(browser.pending.filter(({ page }) => page.running || !page.tab.paying));
    if (!one) return;
    const troubles: readonly Trouble[] = ['unreachable', 'lost', 'stumbles', 'busy'];
    const trouble = this.#random() < 0.25 ? this.#pick(troubles) : undefined;
    this.trail.push(`${one.question.method} ${one.question.path.replace('https://shop.example', '')}: ${trouble ?? 'answered'}`);
    browser.answer(one, trouble);
  }

  #login(): void {
    const before = this.browser.owner;
    this.browser.owner = this.browser.options.asksOwner ? this.#pick(['', 'ada', 'bob'])! : '';
    if (this.browser.owner === before) return;
    this.trail.push(`${this.browser.owner || 'nobody'} is logged in`);
  }

  #wait(): void {
    const { browser } = this;
    if (this.#random() < 0.3) {
      const session = this.#pick([...browser.server.sessions.values()]);
      // a checkout's session that ends before its answer has come cannot be asked for again
      if (session?.owner) session.alive = false;
      this.trail.push('a session expires');
      return;
    }
    const seconds = this.#pick([1, 6, 40])!;
    this.trail.push(`${seconds} s`);
    browser.advance(seconds * 1000);
  }

  #atStripe(tab: Tab): void {
    const { browser } = this;
    const checkout = browser.server.checkouts.get(tab.paying!)!;
    const chance = this.#random();
    if (checkout.paid) return this.#comeBack(tab);
    if (chance < 0.7 && checkout.owner === browser.owner) {
      this.trail.push(`pays ${checkout.id}`);
      this.#pay(tab, checkout);
    } else if (chance < 0.85) {
      this.trail.push(`back to the page that was left for ${checkout.id}`);
      browser.restore(tab);
    } else {
      this.trail.push(`turns back from ${checkout.id}`);
      browser.comeBack(tab, 'till_canceled');
    }
  }

  #pay(tab: Tab, checkout: Checkout): void {
    const { server } = this.browser;
    if (checkout.customerId !== undefined && server.subscribed.has(checkout.customerId)) return; // refused when it is paid
    // who has paid does not pay elsewhere, but may where the page that they came back to leads them
    if (!checkout.owner && this.#anonymousPayments > 0 && tab !== this.#backIn) return;
    server.pay(checkout);
    this.purchases += 1;
    if (checkout.owner) return;
    this.#anonymousPayments += 1;
    this.#unconfirmed = checkout;
  }

  #comeBack(tab: Tab): void {
    this.trail.push(`comes back from ${tab.paying}`);
    if (this.#unconfirmed?.id === tab.paying) this.#backIn = tab;
    this.browser.comeBack(tab, 'till_checkout');
  }

  #inPage(page: LoadedPage, chance: number): void {
    const { browser } = this;
    const name = `tab ${browser.tabs.indexOf(page.tab) + 1}`;
    const acts: readonly (readonly [number, string, () => unknown])[] = [
      [0.74, 'buys', () => this.#buy(page)],
      [0.8, 'is loaded again', () => browser.load(page.tab)],
      [0.85, 'is seen again', () => browser.returned(page)],
      [0.89, 'has the focus', () => browser.focused(page)],
      [0.92, 'refreshes', () => browser.refresh(page)],
      [0.94, 'signs out', () => browser.signOut(page)],
      [0.97, 'is opened beside it', () => this.#another()],
      [1, 'is duplicated', () => this.#another(page.tab)],
    ];
    const [, what, act] = acts.find(([below]) => chance < below)!;
    this.trail.push(`${name} ${what}`);
    act();
  }

  /** Who has paid tries again only where they came back to, and were not told. */
  #buy(page: LoadedPage): void {
    if (this.#anonymousPayments === 0 || page.store.client?.signedIn || (this.#unconfirmed && page.tab === this.#backIn))
      this.browser.buy(page);
  }

  #another(from?: Tab): void {
    if (this.browser.tabs.length < 3) this.browser.load(this.browser.open(from));
  }

  /** Everything answers from now on: whoever has paid must find it. */
  async #end(): Promise<void> {
    const { browser } = this;
    const waiting = this.#unconfirmed;
    this.trail.push('the end');
    for (const tab of browser.tabs) if (tab.paying !== undefined && browser.server.checkouts.get(tab.paying)!.paid) this.#comeBack(tab);
    await this.#rest();
    if (waiting && browser.options.keeps && !browser.confirmed.has(waiting.id)) this.#fail(`never tells the buyer of ${waiting.id}`);
    if (this.#anonymousPayments > 1 && browser.options.keeps) this.#fail('one buyer has paid twice');
    const owners = new Set([...browser.server.checkouts.values()].filter(({ paid }) => paid).map(({ owner }) => owner));
    for (const owner of owners) if (owner) await this.#findsAccount(owner);
    this.#holds();
  }

  async #findsAccount(owner: string): Promise<void> {
    const { browser } = this;
    browser.owner = owner;
    const { store } = browser.load(browser.tabs[0]!);
    await this.#rest();
    const { account } = store.state;
    const isThere = account.status === 'complete' && account.value.subscriptions.some(({ customerId }) => customerId === `cus_${owner}`);
    if (!isThere) this.#fail(`does not show ${owner} what ${owner} has bought: ${JSON.stringify(account)}`);
  }

  async #rest(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) {
      await settle();
      const next = this.browser.pending.find(({ page }) => page.running || !page.tab.paying);
      if (next) this.browser.answer(next);
      else if (this.browser.timers.length === 0) return;
      else this.browser.advance(41_000);
    }
  }
}

/** Walks `count` times, each from a seed of its own; throws with the seed of the first that goes wrong. */
export async function runIdentityWalks(count: number, seed: number): Promise<WalkCounts> {
  const counts: WalkCounts = { walks: 0, steps: 0, purchases: 0 };
  await withHashesAtOnce(async () => {
    for (let each = seed; each < seed + count; each += 1) {
      const walk = new Walk(each);
      try {
        await walk.run();
      } catch (error) {
        throw new Error(`runIdentityWalks(1, ${each}): ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
      counts.walks += 1;
      counts.steps += steps;
      counts.purchases += walk.purchases;
    }
  });
  return counts;
}
