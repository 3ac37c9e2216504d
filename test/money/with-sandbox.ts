/** What the sandbox says about a random case, asked as any client would, over its own HTTP surface. */
import type { Stripe } from 'stripe';
import { createSandbox, type Sandbox } from '@tillkit/sandbox';
import type { ChangeCase, CouponTerms, MoneyCase, PriceTerms } from './random-case.ts';

/** One line as Stripe shows it, minor units. */
export interface SandboxLine {
  readonly id: string;
  readonly amount: number;
  readonly proration: boolean;
}

export interface SandboxTotal {
  readonly lines: readonly SandboxLine[];
  readonly subtotal: number;
  readonly discount: number;
  readonly tax: number;
  readonly total: number;
  readonly amountDue: number;
}

type Parameters = Readonly<Record<string, unknown>>;
interface Made {
  readonly id: string;
}
/** 1 March 2027, in a month of 31 days. */
export const beginning = Date.UTC(2027, 2, 1) / 1000;

/** Parameters in Stripe's form encoding. */
function encode(value: unknown, path: string, into: URLSearchParams): URLSearchParams {
  if (Array.isArray(value)) value.forEach((entry, index) => encode(entry, `${path}[${index}]`, into));
  else if (typeof value === 'object' && value !== null)
    for (const [name, entry] of Object.entries(value)) encode(entry, path ? `${path}[${name}]` : name, into);
  else if (value !== undefined) into.append(path, String(value));
  return into;
}

export class SandboxAccount {
  readonly #sandbox: Sandbox = createSandbox({ now: beginning, seedKey: 'money' });
  #requests = 0;
  #meterId: string | undefined;

  /** Number of requests so far. */
  get requests(): number {
    return this.#requests;
  }

  async post<Answer = Made>(path: string, params: Parameters): Promise<Answer> {
    this.#requests += 1;
    const response = await this.#sandbox.fetch(
      new Request(`http://sandbox.localhost/v1/${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_money', 'content-type': 'application/x-www-form-urlencoded' },
        body: encode(params, '', new URLSearchParams()).toString(),
      }),
    );
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}\n${JSON.stringify(params)}`);
    return body as Answer;
  }

  /** One meter for everything that is billed by use. */
  async #meter(): Promise<string> {
    this.#meterId ??= (
      await this.post('billing/meters', { display_name: 'Use', event_name: 'use', default_aggregation: { formula: 'sum' } })
    ).id;
    return this.#meterId;
  }

  async #price(
    terms: PriceTerms,
    { currency, interval }: { currency: string; interval?: string | undefined },
    product: string,
  ): Promise<string> {
    const { tiers, tiers_mode, transform_quantity, unit_amount_decimal, usage_type } = terms;
    const { id } = await this.post('prices', {
      product,
      currency,
      ...(tiers ? { billing_scheme: 'tiered', tiers_mode, tiers } : { unit_amount_decimal }),
      ...(transform_quantity && { transform_quantity }),
      ...(interval && { recurring: { interval, ...(usage_type && { usage_type, meter: await this.#meter() }) } }),
    });
    return id;
  }

  async #coupons(given: readonly CouponTerms[], currency: string, products: ReadonlyMap<string, string>): Promise<string[]> {
    const ids: string[] = [];
    for (const { percent_off, amount_off, duration, applies_to } of given) {
      const { id } = await this.post('coupons', {
        duration,
        ...(percent_off === undefined ? { amount_off, currency } : { percent_off }),
        ...(applies_to && { applies_to: { products: applies_to.map((item) => products.get(item)) } }),
      });
      ids.push(id);
    }
    return ids;
  }

  async #taxRates(given: MoneyCase['taxRates']): Promise<string[]> {
    const ids: string[] = [];
    for (const { percentage, inclusive } of given)
      ids.push((await this.post('tax_rates', { display_name: 'Tax', inclusive, percentage })).id);
    return ids;
  }

  async #setUp({ items, currency, coupons, taxRates, setupFee }: MoneyCase) {
    const products = new Map<string, string>();
    const prices = new Map<string, string>();
    for (const { id, price, interval } of items) {
      products.set(id, (await this.post('products', { name: id })).id);
      prices.set(id, await this.#price(price, { currency, interval }, products.get(id)!));
    }
    if (setupFee) prices.set('setup', await this.#price(setupFee, { currency }, products.get('plan')!));
    return {
      products,
      prices,
      discounts: (await this.#coupons(coupons, currency, products)).map((coupon) => ({ coupon })),
      rates: await this.#taxRates(taxRates),
    };
  }

  /** The first invoice of a purchase. */
  async previewPurchase(purchase: MoneyCase): Promise<SandboxTotal> {
    const { products, prices, discounts, rates } = await this.#setUp(purchase);
    const { currency, items, balance, trialDays, setupFee } = purchase;
    const customer = await this.post('customers', { balance });
    const line = ({ id, quantity, price }: MoneyCase['items'][number]) => ({
      price: prices.get(id),
      ...(price.usage_type ? {} : { quantity }),
    });
    const once = items.filter(({ interval }) => !interval).map(line);
    const invoice = await this.post<Stripe.Invoice>('invoices/create_preview', {
      customer: customer.id,
      currency,
      ...(discounts.length > 0 && { discounts }),
      subscription_details: {
        items: items.filter(({ interval }) => interval).map(line),
        ...(trialDays && { trial_end: beginning + trialDays * 86_400 }),
        ...(rates.length > 0 && { default_tax_rates: rates }),
      },
      invoice_items: [...(setupFee ? [{ price: prices.get('setup'), quantity: 1 }] : []), ...once],
    });
    return toTotal(invoice, products);
  }

  /** What a change in the middle of a period comes to, invoiced at once. */
  async previewChange(change: ChangeCase): Promise<SandboxTotal> {
    const { products, prices, discounts, rates } = await this.#setUp(change);
    const { currency, items, billingMode, after, wishes } = change;
    const customer = await this.post('customers', {});
    const subscription = await this.post<Stripe.Subscription>('subscriptions', {
      customer: customer.id,
      currency,
      items: items.map(({ id, quantity }) => ({ price: prices.get(id), quantity })),
      billing_mode: { type: billingMode },
      payment_behavior: 'default_incomplete',
      ...(discounts.length > 0 && { discounts }),
      ...(rates.length > 0 && { default_tax_rates: rates }),
    });
    await this.post(`invoices/${String(subscription.latest_invoice)}/pay`, { paid_out_of_band: true }).catch((error: unknown) => {
      if (!String(error).includes('already paid')) throw error;
    });
    const held = new Map(subscription.items.data.map((item) => [item.price.id, item.id]));
    const wished = [];
    for (const { id, quantity, price } of wishes) {
      const item = held.get(prices.get(id)!);
      if (quantity === 0) wished.push({ id: item, deleted: true });
      else if (!price) wished.push({ id: item, quantity });
      else wished.push({ id: item, quantity, price: await this.#price(price, { currency, interval: change.interval }, products.get(id)!) });
    }
    const invoice = await this.post<Stripe.Invoice>('invoices/create_preview', {
      subscription: subscription.id,
      subscription_details: { items: wished, proration_behavior: 'always_invoice', proration_date: beginning + after },
    });
    return toTotal(invoice, products);
  }
}

function toTotal(invoice: Stripe.Invoice, products: ReadonlyMap<string, string>): SandboxTotal {
  const idOf = new Map([...products].map(([id, product]) => [product, id]));
  const sum = (list: readonly { readonly amount: number }[] | null): number =>
    (list ?? []).reduce((total, { amount }) => total + amount, 0);
  return {
    lines: invoice.lines.data.map(({ amount, pricing, parent }) => ({
      id: idOf.get(String(pricing?.price_details?.product)) ?? '?',
      amount,
      proration: Boolean(parent?.subscription_item_details?.proration),
    })),
    subtotal: invoice.subtotal,
    discount: sum(invoice.total_discount_amounts),
    tax: sum(invoice.total_taxes),
    total: invoice.total,
    amountDue: invoice.amount_due,
  };
}
