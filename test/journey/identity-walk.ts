/**
 * One random walk of a browser through an owner's site: people log in, out and over, buy, turn back, open tabs, reload, and
 * answers fail. The served script in a real browser; the model of the same walks is test/reliability/identity.
 *
 * What must hold: a page shows nothing of anybody but whom the site named to it last; whoever has paid finds it; nobody pays
 * twice.
 */
import type { BrowserContext, Page, Route } from 'playwright';
import { Dice } from '../money/random-case.ts';
import { newContext } from '../support/browser.ts';
import type { Shop } from './shop.ts';

const steps = 8;
const plan = (id: string, name: string) => ({ id, name, prices: [{ interval: 'month', amounts: { usd: 700 } }] });
/** What each of them buys is told apart by its plan. */
export const catalog = {
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: ['usd'],
  plans: [plan('alpha', 'Alpha'), plan('beta', 'Beta'), plan('gamma', 'Gamma')],
};
const plans = { ada: 'Alpha', bob: 'Beta', nobody: 'Gamma' } as const;
type Person = keyof typeof plans;

interface Tab {
  readonly page: Page;
  /** Whom the site named to this page last; undefined before it has. */
  named: Person | undefined;
  /** The checkout whose payment page stands in it, and for whom. */
  paying?: { readonly id: string; readonly person: Person };
}

export interface WalkResult {
  readonly purchases: number;
  readonly faults: readonly string[];
}

export class IdentityWalk {
  readonly #dice: Dice;
  readonly #shop: Shop;
  readonly #number: number;
  readonly #trail: string[] = [];
  readonly #faults: string[] = [];
  readonly #tabs: Tab[] = [];
  readonly #keeps: boolean;
  /** Requests that are under way. */
  #running = 0;
  /** When somebody logged in, out or over; milliseconds. */
  #loggedInAt = 0;
  /** What becomes of the next calls to the server. */
  #trouble: ('stumbles' | 'unreachable' | 'lost')[] = [];
  readonly #paid = new Set<Person>();
  #context!: BrowserContext;

  constructor(shop: Shop, number: number) {
    this.#shop = shop;
    this.#number = number;
    this.#dice = new Dice(number);
    this.#keeps = this.#dice.chance(0.85);
  }

  async play(): Promise<WalkResult> {
    this.#shop.visitor = undefined;
    this.#context = await newContext({ viewport: { width: 1000, height: 700 }, locale: 'en-US' });
    try {
      if (!this.#keeps) await this.#context.addInitScript(forbidStorage);
      this.#context.on('request', () => (this.#running += 1));
      this.#context.on('requestfinished', () => (this.#running -= 1));
      this.#context.on('requestfailed', () => (this.#running -= 1));
      await this.#context.route(`${this.#shop.till.url}/v1/**`, (route) => this.#pass(route));
      await this.#open();
      for (let step = 0; step < steps && this.#faults.length === 0; step += 1) {
        await this.#step();
        await this.#look();
      }
      await this.#end();
    } finally {
      await this.#context.close();
    }
    return { purchases: this.#paid.size, faults: this.#faults };
  }

  #fail(what: string): void {
    this.#faults.push(`walk ${this.#number}: ${what} (${this.#trail.join(' → ')})`);
  }

  async #pass(route: Route): Promise<void> {
    const trouble = route.request().method() === 'OPTIONS' ? undefined : this.#trouble.shift();
    if (trouble === undefined) return route.continue();
    this.#trail.push(`${new URL(route.request().url()).pathname} ${trouble}`);
    if (trouble === 'lost') await route.fetch();
    if (trouble === 'stumbles') await route.fulfill({ status: 503, headers: { 'access-control-allow-origin': this.#shop.site }, body: '' });
    else await route.abort();
  }

  get #visitor(): Person {
    return (this.#shop.visitor?.split('-')[0] as Person | undefined) ?? 'nobody';
  }

  async #open(): Promise<void> {
    const page = await this.#context.newPage();
    const tab: Tab = { page, named: undefined };
    page.on('response', (response) => {
      if (new URL(response.url()).pathname !== '/visitor/token') return;
      tab.named = this.#visitor;
    });
    this.#tabs.push(tab);
    await this.#load(tab);
  }

  /** Nothing is asked any more, and what was answered is drawn. */
  async #quiet({ page }: Tab): Promise<void> {
    for (let calm = 0; calm < 2; calm = this.#running > 0 ? 0 : calm + 1)
      await page.evaluate(() => new Promise((resolve) => void setTimeout(resolve, 20)));
  }

  async #load(tab: Tab, address = `${this.#shop.site}/visitor/shop`): Promise<void> {
    delete tab.paying;
    await tab.page.goto(address, { waitUntil: 'commit' });
    await tab.page.waitForLoadState();
    await this.#quiet(tab);
  }

  async #step(): Promise<void> {
    const dice = this.#dice;
    const tab = dice.pick(this.#tabs);
    const chance = dice.next();
    if (tab.paying && chance < 0.75) return this.#atStripe(tab, tab.paying);
    if (chance < 0.2) return this.#logIn();
    if (chance < 0.3) return this.#stumble();
    if (chance < 0.36) return this.#expire();
    const name = `tab ${this.#tabs.indexOf(tab) + 1}`;
    if (chance < 0.46 && this.#tabs.length < 3) {
      this.#trail.push('another tab');
      await this.#open();
    } else if (chance < 0.56) {
      this.#trail.push(`${name} is loaded again`);
      await this.#load(tab);
    } else if (chance < 0.66) {
      this.#trail.push(`${name} is seen again`);
      await tab.page.evaluate(() => {
        document.dispatchEvent(new Event('visibilitychange'));
        dispatchEvent(new Event('focus'));
      });
      await this.#quiet(tab);
    } else if (!tab.paying) await this.#buy(tab, name);
  }

  #logIn(): void {
    const next = this.#dice.pick(['ada', 'bob', undefined]);
    this.#shop.visitor = next && `${next}-${this.#number}`;
    this.#loggedInAt = Date.now();
    this.#trail.push(`${next ?? 'nobody'} is logged in`);
  }

  #stumble(): void {
    const count = this.#dice.whole(1, 2);
    this.#trouble = Array.from({ length: count }, () => this.#dice.pick(['stumbles', 'unreachable', 'lost'] as const));
  }

  /** Sessions of the server end; the site's own log-ins do not. */
  async #expire(): Promise<void> {
    this.#trail.push('sessions expire');
    await this.#shop.till.advance(2 * 3600);
  }

  async #buy(tab: Tab, name: string): Promise<void> {
    const person = this.#visitor;
    // whom the site named within two seconds buys without being asked for again (start-checkout.ts)
    const named = Date.now() - this.#loggedInAt < 2500 ? tab.named : undefined;
    // a buyer whom nobody knows pays once, and again only where the page that knows of the purchase would lead to it
    if (person === 'nobody' && this.#paid.has('nobody')) return;
    const { page } = tab;
    const choice = page.getByRole('radio', { name: new RegExp(`^${plans[person]}`, 'u') });
    const button = page.getByRole('button', { name: /^Subscribe$/u }).first();
    if ((await choice.count()) === 0 || (await button.count()) === 0 || (await button.isDisabled())) return;
    this.#trail.push(`${person} buys in ${name}`);
    await choice.check({ force: true });
    await button.click();
    await this.#answered(tab);
    const id = /\/c\/pay\/([^?#/]+)/u.exec(page.url())?.[1];
    if (!id) return;
    const stripe = await this.#shop.till.stripe();
    const { customer } = await stripe.checkout.sessions.retrieve(id);
    const subject = customer === null ? 'nobody' : ((await this.#personOf(String(customer))) ?? 'nobody');
    if (subject !== person && subject !== named) this.#fail(`buys for ${subject} what ${person} wants`);
    tab.paying = { id, person: subject };
  }

  /** Stripe's page is there, or the widget has said why not, or asks again. */
  async #answered(tab: Tab): Promise<void> {
    const { page } = tab;
    const until = Date.now() + 100_000;
    for (let waits = true; waits && !page.url().includes('/c/pay/');) {
      if (Date.now() > until) return this.#fail('the button is never answered');
      // the page may be left while it is looked at
      await this.#quiet(tab).catch(() => undefined);
      waits = await page.evaluate(() => document.querySelector('till-checkout')?.matches(':state(pending)') ?? true).catch(() => true);
    }
  }

  /** By the address that the owner's token named. */
  async #personOf(customerId: string): Promise<Person | undefined> {
    const stripe = await this.#shop.till.stripe();
    const customer = await stripe.customers.retrieve(customerId);
    return customer.deleted ? undefined : (/^(ada|bob)-/u.exec(customer.email ?? '')?.[1] as Person | undefined);
  }

  async #atStripe(tab: Tab, { id, person }: NonNullable<Tab['paying']>): Promise<void> {
    const [dice, { page }] = [this.#dice, tab];
    if (dice.chance(0.2)) {
      this.#trail.push(`turns back from ${person}'s payment`);
      delete tab.paying;
      // a page that is still arriving may have no history yet: then it stays
      await page.goBack({ waitUntil: 'commit' }).catch(() => undefined);
      await this.#quiet(tab);
      return;
    }
    // it is they who sit there, and who has paid does not pay in another tab
    if (person !== this.#visitor || (person === 'nobody' && this.#paid.has(person))) return;
    const stripe = await this.#shop.till.stripe();
    if ((await stripe.checkout.sessions.retrieve(id)).status !== 'open') return this.#load(tab);
    this.#trail.push(`${person} pays`);
    const back = await this.#shop.till.pay(id, undefined, `${person}-${this.#number}@example.com`);
    if (!back) return;
    if ((await stripe.checkout.sessions.retrieve(id)).status === 'complete') this.#paid.add(person);
    const isCalm = this.#trouble.length === 0;
    await this.#load(tab, back);
    if (dice.chance(0.3)) await this.#load(tab);
    await this.#shop.till.settle();
    // whom nobody knows has the purchase in the tab that has bought it, as long as that keeps anything
    if (person === 'nobody' && isCalm && this.#keeps && this.#paid.has(person)) await this.#finds(tab, person);
  }

  /** What every page shows belongs to whom the site named to it last. */
  async #look(): Promise<void> {
    for (const tab of this.#tabs) {
      if (tab.paying) continue;
      await this.#quiet(tab);
      const named = tab.named;
      const shown = (await tab.page.locator('till-subscription-panel').allInnerTexts()).join(' ');
      for (const [person, name] of Object.entries(plans))
        if (person !== named && shown.includes(name)) this.#fail(`shows ${person}'s plan to ${named ?? 'whom nobody has named'}`);
    }
  }

  /** Nothing fails any more: whoever has paid finds it, and was charged once. */
  async #end(): Promise<void> {
    this.#trail.push('the end');
    this.#trouble = [];
    const stripe = await this.#shop.till.stripe();
    await this.#shop.till.settle();
    for (const person of ['ada', 'bob', 'nobody'] as const) {
      const email = `${person}-${this.#number}@example.com`;
      const customers = (await stripe.customers.list({ email, limit: 100 })).data;
      const charges = await Promise.all(customers.map(async ({ id }) => (await stripe.charges.list({ customer: id })).data.length));
      const sum = charges.reduce((all, one) => all + one, 0);
      if (sum !== (this.#paid.has(person) ? 1 : 0)) this.#fail(`${person} was charged ${sum} times`);
    }
    for (const person of ['ada', 'bob'] as const) {
      if (!this.#paid.has(person)) continue;
      this.#shop.visitor = `${person}-${this.#number}`;
      await this.#load(this.#tabs[0]!);
      await this.#finds(this.#tabs[0]!, person);
    }
  }

  async #finds({ page }: Tab, person: Person): Promise<void> {
    const heading = page.locator('till-subscription-panel').getByRole('heading', { name: plans[person] });
    await heading.waitFor({ timeout: 20_000 }).catch(() => this.#fail(`does not show ${person} what ${person} has bought`));
  }
}

function forbidStorage(): void {
  for (const name of ['sessionStorage', 'localStorage'])
    Object.defineProperty(globalThis, name, {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    });
}
