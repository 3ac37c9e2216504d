import { newVerifier, shop, startTill } from '../support/till.ts';
import { draws, tamper, violations } from './tampering.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: { storage: 1 } };

export interface TamperingResult {
  readonly tried: number;
  /** Answered with success: what was changed did not matter, or was a wish that anybody may have. */
  readonly taken: number;
  readonly serverErrors: number;
  /** Calls to Stripe, and what stood in them that may not. */
  readonly calls: number;
  readonly violations: readonly string[];
}

/** Sends so many tampered wishes by every route that takes one, and looks at everything that reached Stripe. */
export async function tamperOften(count: number, seed: string): Promise<TamperingResult> {
  const till = await startTill();
  const draw = draws(seed);
  const client = await till.stripe();
  const prices = new Set<string>();
  for await (const { id } of client.prices.list({ limit: 100 })) prices.add(id);
  const token = await till.signIn('ada');
  const { checkout } = await till.buy(company, { token });
  const id = checkout.subscription!.id;
  const shown = await till.call<{ preview: string }>('POST', '/v1/previews', { token, body: { subscriptionId: id, target: { seats: 2 } } });
  const wishes = (): readonly (readonly [path: string, wish: object, signedIn: boolean])[] => [
    [
      '/v1/checkout-sessions',
      { selection: company, returnUrl: shop, verifierHash: newVerifier().verifierHash, uiMode: 'hosted_page' },
      false,
    ],
    [
      '/v1/checkout-sessions',
      { selection: { ...company, planId: 'team' }, returnUrl: shop, verifierHash: newVerifier().verifierHash },
      true,
    ],
    ['/v1/previews', { selection: company }, false],
    ['/v1/previews', { subscriptionId: id, target: { planId: 'company', seats: 2, addOns: { storage: 2 } } }, true],
    ['/v1/subscriptions', { selection: { ...company, addOns: {} } }, true],
    [`/v1/subscriptions/${id}/changes`, { preview: shown.body.preview }, true],
    [`/v1/subscriptions/${id}/cancel`, { feedback: 'unused', comment: 'x' }, true],
  ];
  const from = till.stripeSent.length;
  let [taken, serverErrors] = [0, 0];
  for (let tried = 0; tried < count; tried += 1) {
    const [path, wish, signedIn] = wishes()[Math.floor(draw() * 7)]!;
    const { status } = await till.call('POST', path, { body: tamper(wish, draw), ...(signedIn && { token }) });
    if (status < 300) taken += 1;
    if (status >= 500) serverErrors += 1;
  }
  const sent = till.stripeSent.slice(from);
  const found = sent.flatMap((call) => violations(call, prices).map((what) => `${what}: ${call.slice(0, 300)}`));
  await till.close();
  return { tried: count, taken, serverErrors, calls: sent.length, violations: found };
}
