/**
 * Random lives of customers, driven through the served widgets in a real browser, one server and one browser for all.
 *
 * Promise: a life is a list of differences between what the widgets showed and what the sandbox charged, empty when there is
 * none; the same number gives the same life.
 */
import type { Locator, Page } from 'playwright';
import { Dice } from '../money/random-case.ts';
import { openShop, type Shop } from './shop.ts';
import { catalog, codes } from './shown-charged-catalog.ts';
import { claimsIn, dayText, readMoney, readReceipts, type ShownReceipt } from './shown-receipts.ts';

export interface LivesResult {
  readonly lives: number;
  /** Amounts that were compared with a charge. */
  readonly amounts: number;
  readonly receipts: number;
  readonly differences: readonly string[];
}

/** Plays lives from `first` on; throws only when a page does not get where it should. */
export async function playLives(first: number, count: number): Promise<LivesResult> {
  const result = { lives: 0, amounts: 0, receipts: 0, differences: [] as string[] };
  while (result.lives < count) await playInOneShop(first + result.lives, first + count, result);
  return result;
}

/** Cards run out in 2040: with the clock here, a new shop is opened. */
const latest = Date.UTC(2036, 0, 1) / 1000;

async function playInOneShop(first: number, end: number, result: { lives: number } & Life['result']): Promise<void> {
  const shop = await openShop(catalog);
  try {
    const stripe = await shop.till.stripe();
    for (const [code, terms] of Object.entries(codes)) {
      const coupon = await stripe.coupons.create({ name: code.toLowerCase(), ...terms });
      await stripe.promotionCodes.create({ code, promotion: { type: 'coupon', coupon: coupon.id } });
    }
    const page = await shop.visit('/');
    for (let number = first; number < end && shop.till.now() < latest; number += 1) {
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
  differences: string[];
}

class Life {
  readonly #dice: Dice;
  readonly #sub: string;
  readonly #page: Page;
  #subscriptionId = '';
  #told: string[] = [];

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
    await this.#renew();
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
    const [shown] = await this.#receipts(page.locator('till-total'), 'total');
    await page
      .getByRole('button', { name: /^(?:Subscribe|Start free trial)$/u })
      .first()
      .click();
    await page.waitForURL(/\/c\/pay\//u, { waitUntil: 'commit' });
    const id = /\/c\/pay\/([^?#/]+)/u.exec(page.url())?.[1] ?? '';
    await page.goto(await this.shop.till.pay(id, undefined, `${this.#sub}@example.com`));
    await page.getByRole('heading', { name: 'Thank you, you are all set.' }).waitFor();
    await this.shop.till.settle();
    const stripe = await this.shop.till.stripe();
    this.#subscriptionId = String((await stripe.checkout.sessions.retrieve(id)).subscription);
    const paid = (await this.#invoices()).reduce((sum, { amount_paid }) => sum + amount_paid, 0);
    const [confirmed] = await this.#receipts(checkout, 'confirmation');
    this.#compare('confirmation', confirmed?.sum ?? Number.NaN, paid);
    if (shown?.label === 'Due today') this.#compare('total today', shown.sum, paid);
    else {
      this.#compare('total before a trial', 0, paid);
      const next = await this.#chargedNext();
      this.#compare('total at the end of the trial', shown?.sum ?? Number.NaN, next);
    }
  }

  /** What the next payment is by the sandbox: the trial's end is turned to in `#renew`, this only asks for its preview. */
  async #chargedNext(): Promise<number> {
    const stripe = await this.shop.till.stripe();
    return (await stripe.invoices.createPreview({ subscription: this.#subscriptionId })).amount_due;
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
    const said = await panel.getByText(/^\s*(?:Next payment: .+ on |Free until .+ Then )/u).allTextContents();
    const [claim] = claimsIn(said.join(' '));
    if (!claim) return;
    const known = new Set((await this.#invoices()).map(({ id }) => id));
    const stripe = await this.shop.till.stripe();
    const { items } = await stripe.subscriptions.retrieve(this.#subscriptionId);
    const end = Math.min(...items.data.map((item) => item.current_period_end));
    await this.shop.till.advance(end - this.shop.till.now() + 2 * 3600);
    const made = (await this.#invoices()).filter(({ id }) => !known.has(id));
    const onDay = made.filter(({ created }) => dayText(created) === claim.on);
    if (onDay.length !== made.length)
      this.result.differences.push(
        `life ${this.number}: ${claim.on} was named, ${made.map(({ created }) => dayText(created)).join()} charged`,
      );
    this.#compare(
      `panel, ${claim.on}`,
      claim.amount,
      onDay.reduce((sum, { amount_paid }) => sum + amount_paid, 0),
    );
  }

  /** What the owner does at Stripe: a coupon, a tax, credit, a pause, or a dearer price for those who come later. */
  async #owner(): Promise<void> {
    const stripe = await this.shop.till.stripe();
    const id = this.#subscriptionId;
    const what = this.#dice.pick(['coupon', 'tax', 'credit', 'pause', 'price']);
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
      await stripe.prices.create({ product: String(price.product), ...dearer, lookup_key: 'solo_month', transfer_lookup_key: true });
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
    await confirm.waitFor();
    await this.#receipts(panel, 'change');
    const shown = readMoney((await confirm.textContent()) ?? '');
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
