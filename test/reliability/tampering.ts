/** Wishes that somebody has tampered with, made from a seed, and what of them may reach Stripe. */
import { createHash } from 'node:crypto';

const odd: readonly unknown[] = [-1, 0, 1e9, 1.5, '1', '', null, true, [], {}, [1], { $gt: 0 }, 'NaN', -0.5, 2 ** 53, 'x'.repeat(300)];
const strangers: readonly (readonly [key: string, value: unknown])[] = [
  ['price', 'price_evil'],
  ['priceId', 'price_evil'],
  ['amount', 1],
  ['unitAmount', 1],
  ['unit_amount', 1],
  ['currency', 'evl'],
  ['mode', 'setup'],
  ['discounts', [{ coupon: 'evil' }]],
  ['coupon', 'evil'],
  ['trial_days', 999],
  ['trialDays', 999],
  ['trial_period_days', 999],
  ['trial_end', 4_000_000_000],
  ['customer', 'cus_evil'],
  ['customerId', 'cus_evil'],
  ['customer_email', 'evil@evil.example'],
  ['metadata', { till_subject: 'evil' }],
  ['success_url', 'https://evil.example'],
  ['successUrl', 'https://evil.example'],
  ['payment_method_types', ['evil']],
  ['line_items', [{ price: 'price_evil', quantity: 1 }]],
  ['expires_at', 1],
  ['application_fee_amount', 1],
  ['on_behalf_of', 'acct_evil'],
  ['tax_rates', ['txr_evil']],
  ['idempotencyKey', 'evil'],
];

/** Draws the same numbers from the same seed, 0 to 1. */
export function draws(seed: string): () => number {
  let count = 0;
  return () =>
    createHash('sha256')
      .update(`${seed}:${(count += 1)}`)
      .digest()
      .readUInt32BE() /
    2 ** 32;
}

/** A copy of a wish with one to three things changed, added or left out, at any depth. */
export function tamper(wish: object, draw: () => number): unknown {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(draw() * items.length)]!;
  const copy = structuredClone(wish) as Record<string, unknown>;
  for (let changes = 1 + Math.floor(draw() * 3); changes > 0; changes -= 1) {
    let place = copy;
    while (draw() < 0.5) {
      const inner = Object.values(place).filter(
        (value): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value),
      );
      if (inner.length === 0) break;
      place = pick(inner);
    }
    const keys = Object.keys(place);
    const what = draw();
    if (what < 0.4) {
      const [key, value] = pick(strangers);
      place[key] = structuredClone(value);
    } else if (what < 0.8 && keys.length > 0) place[pick(keys)] = structuredClone(pick(odd));
    else if (what < 0.9 && keys.length > 0) delete place[pick(keys)];
    else place[pick(keys) ?? 'x'] = { [pick(strangers)[0]]: structuredClone(pick(odd)) };
  }
  return copy;
}

/** What stands in a call to Stripe and may not. */
export function violations(call: string, prices: ReadonlySet<string>): string[] {
  const found: string[] = [];
  if (/evil|evl\b/u.test(call)) found.push('something of the stranger’s');
  for (const [, price] of call.matchAll(/(?:\[price\]|[^_]price)=(price_\w+)/gu)) if (!prices.has(price!)) found.push(`the price ${price}`);
  for (const [, quantity] of call.matchAll(/\[quantity\]=([^&\s]*)/gu))
    if (!/^\d{1,6}$/u.test(quantity!) || Number(quantity) < 1) found.push(`the quantity ${quantity}`);
  if (/trial_period_days\]?=(?!14\b)/u.test(call)) found.push('a trial that the catalog does not give');
  if (/unit_amount|price_data|application_fee|transfer_data/u.test(call)) found.push('an amount');
  return found;
}
