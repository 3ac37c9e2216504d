/**
 * Random lives of customers, driven through the served widgets in a real browser, one server and one browser for all.
 *
 * Promise: a life is a list of differences between what the widgets showed and what the sandbox charged, empty when there is
 * none; the same number gives the same life.
 */
import type { Locator, Page } from 'playwright';
import { Dice } from '../money/random-case.ts';
import { openShop, type Shop } from './shop.ts';
import { catalogOf, codes, shops } from './shown-charged-catalog.ts';
import { type Claim, claimsIn, dayText, readMoney, readReceipts, type ShownReceipt } from './shown-receipts.ts';

export interface LivesResult {
  readonly lives: number;
  /** Amounts that were compared with a charge. */
  readonly amounts: number;
  readonly receipts: number;
  /** How often it came to what: each way in which a change is paid, and each place that names a payment to come. */
  readonly counts: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
}

/** Plays lives from `first` on; throws only when a page does not get where it should. */
export async function playLives(first: number, count: number): Promise<LivesResult> {
  const result = { lives: 0, amounts: 0, receipts: 0, counts: {} as Record<string, number>, differences: [] as string[] };
  while (result.lives < count) await playInOneShop(first + result.lives, first + count, result);
  return result;
}

/** In which of the shops a life is lived: many in one, so that few are opened. */
const termsOf = (number: number) => shops[Math.floor((number - 1) / 17) % shops.length]!;

/** Cards run out in 2040: with the clock here, a new shop is opened. */
const latest = Date.UTC(2036, 0, 1) / 1000;

async function playInOneShop(first: number, end: number, result: { lives: number } & Life['result']): Promise<void> {
  const terms = termsOf(first);
  const shop = await openShop(catalogOf(terms));
  try {
    const stripe = await shop.till.stripe();
    for (const [code, terms] of Object.entries(codes)) {
      const coupon = await stripe.coupons.create({ name: code.toLowerCase(), ...terms });
      await stripe.promotionCodes.create({ code, promotion: { type: 'coupon', coupon: coupon.id } });
    }
    const page = await shop.visit('/');
    for (let number = first; number < end && termsOf(number) === terms && shop.till.now() < latest; number += 1) {
      await new Life(shop, page, number, result).play();
      result.lives += 1;
    }
  } finally {
    await shop.close();
  }
}

interface PlayedResult {
  amounts: number;
  receipts: number;
  counts: Record<string, number>;
  differences: string[];
}

class Life {
  readonly #dice: Dice;
  readonly #sub: string;
  readonly #page: Page;
  #subscriptionId = '';
  #told: string[] = [];
  /** What the confirmation or the view of a change has named for a day to come. */
  #named: { readonly where: string; readonly claim: Claim }[] = [];

  readonly shop: Shop;
  readonly number: number;
  readonly result: PlayedResult;

  constructor(shop: Shop, page: Page, number: number, result: PlayedResult) {
    this.shop = shop;
    this.number = number;
    this.result = result;
    this.#page = page;
    this.#dice = new Dice(number);
    this.#sub = `life${number}`;
  }

  async play(): Promise<void> {
    const page = this.#page;
    // nothing of the one before is left in the tab
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(`${this.shop.site}/members/pricing-with-code?sub=${this.#sub}`);
    await this.#buy();
    if (this.#dice.chance(0.75)) await this.#renew();
    if (this.#dice.chance(0.6)) await this.#owner();
    if (this.#dice.chance(0.7)) await this.#change();
    await this.#renew();
    const stripe = await this.shop.till.stripe();
    await stripe.subscriptions.cancel(this.#subscriptionId);
    await this.shop.till.settle();
  }

  #compare(what: string, shown: number, charged: number): void {
    this.result.amounts += 1;
    if (shown !== charged)
      this.result.differences.push(`life ${this.number}, ${what}: shown ${shown}, charged ${charged} (${this.#told.join('; ')})`);
  }

  #count(what: string): void {
    this.result.counts[what] = (this.result.counts[what] ?? 0) + 1;
  }

  async #receipts(inside: Locator, where: string): Promise<ShownReceipt[]> {
    const receipts = await readReceipts(inside);
    for (const { lines, label, sum } of receipts) {
      this.result.receipts += 1;
      const all = lines.reduce((total, text) => total + readMoney(text), 0);
      if (all !== sum) this.result.differences.push(`life ${this.number}, ${where}, ${label}: ${lines.join(' + ')} is not ${sum}`);
    }
    return receipts;
  }

  /** Ids and amounts of what was made so far. */
  async #invoices() {
    const stripe = await this.shop.till.stripe();
    return (await stripe.invoices.list({ subscription: this.#subscriptionId, limit: 100 })).data;
  }

  async #buy(): Promise<void> {
    const [page, dice] = [this.#page, this.#dice];
    const checkout = page.locator('till-checkout');
    const plan = dice.pick(['Solo', 'Team', 'Pro']);
    const interval = dice.pick(['Monthly', 'Monthly', 'Yearly']);
    await page.getByRole('radio', { name: new RegExp(`^${plan}`, 'u') }).check({ force: true });
    await page.getByRole('radio', { name: new RegExp(`^${interval}`, 'u') }).check({ force: true });
    this.#told.push(`${plan} ${interval}`);
    const fill = async (name: string, value: number): Promise<void> => {
      const field = checkout.getByRole('spinbutton', { name, exact: true });
      await field.fill(String(value));
      await field.blur();
      this.#told.push(`${name} ${value}`);
    };
    if (plan === 'Team') await fill('Seats', dice.whole(2, 20));
    if (dice.chance(0.5)) await fill('Storage', dice.whole(1, 300));
    if (dice.chance(0.4)) await fill('Messages', dice.whole(1, 5) * 500);
    if (dice.chance(0.3)) {
      await page.getByRole('checkbox', { name: 'Add Training' }).check();
      this.#told.push('Training');
    }
    if (dice.chance(0.4)) {
      const code = dice.pick(Object.keys(codes));
      await page.getByLabel('Promotion code').fill(code);
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByText(/^Applied: /u).waitFor();
      this.#told.push(code);
    }
    const shown = await this.#subscribe();
    const id = /\/c\/pay\/([^?#/]+)/u.exec(page.url())?.[1] ?? '';
    await page.goto(await this.#pay(id));
    await page.getByRole('heading', { name: 'Thank you, you are all set.' }).waitFor();
    await this.shop.till.settle();
    const stripe = await this.shop.till.stripe();
    this.#subscriptionId = String((await stripe.checkout.sessions.retrieve(id)).subscription);
    const made = await this.#invoices();
    const paid = made.reduce((sum, { amount_paid }) => sum + amount_paid, 0);
    const [confirmed] = await this.#receipts(checkout, 'confirmation');
    this.#compare('confirmation', confirmed?.sum ?? Number.NaN, paid);
    await this.#note('confirmation', checkout);
    if (shown?.label === 'Due today') this.#compare('total today', shown.sum, paid - made.reduce((sum, one) => sum + this.#onTop(one), 0));
    else {
      this.#compare('total before a trial', 0, paid);
      const next = await this.#chargedNext();
      this.#compare('total at the end of the trial', shown?.sum ?? Number.NaN, next);
    }
  }

  /** Presses the button; once more where the page had a catalog of a moment ago (`cacheForVisitors`). Answers what was shown last. */
  async #subscribe(): Promise<ShownReceipt | undefined> {
    const page = this.#page;
    const button = page.getByRole('button', { name: /^(?:Subscribe|Start free trial)$/u }).first();
    const left = (): Promise<boolean> => page.waitForURL(/\/c\/pay\//u, { waitUntil: 'commit' }).then(() => true);
    const changed = page.getByText('The amount has changed meanwhile.').first();
    const [shown] = await this.#receipts(page.locator('till-total'), 'total');
    await button.click();
    const leaves = left().catch(() => false);
    if (await Promise.race([leaves, changed.waitFor().then(() => false)])) return shown;
    const [anew] = await this.#receipts(page.locator('till-total'), 'total');
    await button.click();
    await left();
    return anew;
  }

  /** What the next payment is by the sandbox: the trial's end is turned to in `#renew`, this only asks for its preview. */
  async #chargedNext(): Promise<number> {
    const stripe = await this.shop.till.stripe();
    const next = await stripe.invoices.createPreview({ subscription: this.#subscriptionId });
    return next.amount_due - this.#onTop(next);
  }

  /** The tax that the total says comes on top. */
  #onTop({ total, total_excluding_tax }: { readonly total: number; readonly total_excluding_tax: number | null }): number {
    return termsOf(this.number).tax === 'exclusive' ? total - (total_excluding_tax ?? total) : 0;
  }

  /** Fills in Stripe's page, with where the buyer lives; answers where it leads. */
  async #pay(id: string): Promise<string> {
    const country = termsOf(this.number).tax === 'none' ? {} : { country: 'DE', line1: 'Street 1', city: 'Berlin', postal_code: '10115' };
    const card = { number: '4242 4242 4242 4242', expiry: '12 / 40', cvc: '123', name: 'A Buyer' };
    const body = new URLSearchParams({ email: `${this.#sub}@example.com`, ...card, ...country });
    const answer = await this.shop.till.sandbox.fetch(new Request(`http://sandbox.localhost/c/pay/${id}`, { method: 'POST', body }));
    return answer.headers.get('location') ?? '';
  }

  /** Notes what a widget says of days to come; the next renewal is held against it. */
  async #note(where: string, inside: Locator): Promise<void> {
    const said = await inside.getByText(/^\s*(?:Free until .+ )?Next payment: .+ on /u).allTextContents();
    this.#named.push(...claimsIn(said.join(' ')).map((claim) => ({ where, claim })));
  }

  async #panel(): Promise<Locator> {
    await this.#page.goto(`${this.shop.site}/members/account?sub=${this.#sub}`);
    const panel = this.#page.locator('till-subscription-panel');
    await panel.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    return panel;
  }

  /** Reads the panel, turns the clock past the day that it names, and compares. */
  async #renew(): Promise<void> {
    const panel = await this.#panel();
    await this.#receipts(panel, 'panel');
    const said = await panel.getByText(/^\s*(?:(?:Free until .+ )?Next payment: .+ on |Free until .+ Then )/u).allTextContents();
    const [claim] = claimsIn(said.join(' '));
    const named = this.#named.splice(0);
    const rests = (await panel.getByText('Payments are paused. Nothing is charged until you resume.').count()) > 0;
    if (!claim && !rests) this.result.differences.push(`life ${this.number}: the panel names no payment (${this.#told.join('; ')})`);
    const known = new Set((await this.#invoices()).map(({ id }) => id));
    const stripe = await this.shop.till.stripe();
    const { items } = await stripe.subscriptions.retrieve(this.#subscriptionId);
    const end = Math.min(...items.data.map((item) => item.current_period_end));
    await this.shop.till.advance(end - this.shop.till.now() + 2 * 3600);
    const made = (await this.#invoices()).filter(({ id }) => !known.has(id));
    if (!claim) {
      this.#count('rests');
      this.#compare(
        'panel of what rests',
        0,
        made.reduce((sum, { amount_paid }) => sum + amount_paid, 0),
      );
      return;
    }
    const onDay = made.filter(({ created }) => dayText(created) === claim.on);
    if (onDay.length !== made.length)
      this.result.differences.push(
        `life ${this.number}: ${claim.on} was named, ${made.map(({ created }) => dayText(created)).join()} charged`,
      );
    for (const { where, claim: one } of [{ where: 'panel', claim }, ...named]) {
      this.#count(`named by the ${where}`);
      const due = made.filter(({ created }) => dayText(created) === one.on);
      this.#compare(
        `${where}, ${one.on}`,
        one.amount,
        due.reduce((sum, { amount_paid }) => sum + amount_paid, 0),
      );
    }
  }

  /** What the owner does at Stripe: a coupon, a tax, credit, a pause, or a dearer price for those who come later. */
  async #owner(): Promise<void> {
    const stripe = await this.shop.till.stripe();
    const id = this.#subscriptionId;
    this.#named = [];
    // Stripe refuses rates of one's own where it works the tax out
    const rates = termsOf(this.number).tax === 'none' ? ['tax'] : [];
    const what = this.#dice.pick(['coupon', ...rates, 'credit', 'pause', 'price']);
    this.#told.push(what);
    if (what === 'coupon')
      await stripe.subscriptions.update(id, {
        discounts: [{ coupon: (await stripe.coupons.create({ percent_off: 25, duration: 'forever' })).id }],
      });
    if (what === 'tax')
      await stripe.subscriptions.update(id, {
        default_tax_rates: [(await stripe.taxRates.create({ display_name: 'VAT', percentage: 19, inclusive: this.#dice.chance(0.5) })).id],
      });
    const { customer, items } = await stripe.subscriptions.retrieve(id);
    if (what === 'credit')
      await stripe.customers.createBalanceTransaction(String(customer), { amount: -this.#dice.whole(100, 3000), currency: 'usd' });
    if (what === 'pause') await stripe.subscriptions.update(id, { pause_collection: { behavior: 'void' } });
    const price = items.data.find((item) => item.price.lookup_key === 'solo_month')?.price;
    if (what === 'price' && price) {
      const dearer = { currency: 'usd', unit_amount: (price.unit_amount ?? 0) + 100, recurring: { interval: 'month' } } as const;
      const taxed = { tax_behavior: price.tax_behavior ?? 'unspecified' } as const;
      await stripe.prices.create({
        product: String(price.product),
        ...dearer,
        ...taxed,
        lookup_key: 'solo_month',
        transfer_lookup_key: true,
      });
    }
    await this.shop.till.settle();
  }

  /** A change through the panel, at the price that it shows. */
  async #change(): Promise<void> {
    const page = this.#page;
    const panel = await this.#panel();
    const open = panel.getByRole('button', { name: /^Change plan/u });
    if ((await open.count()) === 0) return;
    await open.click();
    const plan = this.#dice.pick(['Solo', 'Team', 'Pro']);
    await panel.getByRole('radio', { name: new RegExp(`^${plan}`, 'u') }).check({ force: true });
    const storage = panel.getByRole('spinbutton', { name: 'Storage', exact: true });
    await storage.fill(String(this.#dice.whole(0, 200)));
    await storage.blur();
    this.#told.push(`change to ${plan}`);
    const see = panel.getByRole('button', { name: /^See what it costs$/u });
    if (await see.isDisabled()) return;
    await see.click();
    const confirm = panel.getByRole('button', { name: /^Change (?:and pay|now|on)/u });
    const refusal = panel.getByRole('alert');
    await confirm.or(refusal).first().waitFor();
    if ((await refusal.count()) > 0) {
      const why = (await refusal.allInnerTexts()).join(' ');
      // in a trial nothing more is free than what was chosen at its start
      if (why.includes('or during a trial')) this.#count('too many for a trial');
      else this.result.differences.push(`life ${this.number}: the change is refused: ${why} (${this.#told.join('; ')})`);
      return;
    }
    await this.#receipts(panel, 'change');
    const shown = readMoney((await confirm.textContent()) ?? '');
    const label = (await confirm.textContent()) ?? '';
    const waits = (await panel.getByText('On your next invoice').count()) > 0;
    const kind = /and pay/u.test(label) ? 'at once' : waits ? 'next invoice' : /Change on/u.test(label) ? 'later' : 'free';
    this.#count(kind);
    this.#told.push(kind);
    this.#named = [];
    await this.#note('change', panel);
    const known = new Set((await this.#invoices()).map(({ id }) => id));
    await confirm.click();
    await page
      .getByRole('button', { name: /^Change plan|^Undo this change/u })
      .first()
      .waitFor();
    await this.shop.till.settle();
    const made = (await this.#invoices()).filter(({ id }) => !known.has(id));
    this.#compare(
      'change',
      shown,
      made.reduce((sum, { amount_paid }) => sum + amount_paid, 0),
    );
  }
}
