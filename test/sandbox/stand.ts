import Stripe from 'stripe';
import { createSandbox, type Sandbox, type SandboxOptions } from '@tillkit/sandbox';
import { observe } from '../contract/observer.ts';

export const start = Date.UTC(2026, 0, 1) / 1000;
export const day = 86_400;

export interface Stand {
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
}

/** A sandbox at 1 January 2026 and the unmodified SDK that talks to it without a port. */
export function stand(options: SandboxOptions = {}): Stand {
  const sandbox = createSandbox({ now: start, seedKey: 'test', observe, ...options });
  return { sandbox, stripe: sdk(sandbox) };
}

export function sdk(sandbox: Sandbox): Stripe {
  return new Stripe('sk_test_sandbox', {
    host: 'sandbox.localhost',
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient((url: string | URL | Request, init?: RequestInit) => sandbox.fetch(new Request(url, init))),
  });
}

export interface Plan {
  readonly amount?: number;
  readonly interval?: 'day' | 'week' | 'month' | 'year';
  readonly name?: string;
  readonly currency?: string;
}

/** A product with one recurring price, `$29.00` a month if nothing else is said. */
export async function priced(
  stripe: Stripe,
  { amount = 2900, interval = 'month', name = 'Pro', currency = 'usd' }: Plan = {},
): Promise<Stripe.Price> {
  const product = await stripe.products.create({ name });
  return stripe.prices.create({ product: product.id, currency, unit_amount: amount, recurring: { interval } });
}

/** A customer whose default card is `token`. */
export async function customerWith(stripe: Stripe, token = 'pm_card_visa'): Promise<Stripe.Customer> {
  return stripe.customers.create({ email: 'ada@example.com', payment_method: token, invoice_settings: { default_payment_method: token } });
}

/** Fills in and sends the hosted page; follows nothing. */
export async function payHosted(sandbox: Sandbox, url: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
  const typed = { email: 'ada@example.com', number: '4242 4242 4242 4242', expiry: '12 / 34', cvc: '123', name: 'Ada', ...fields };
  return sandbox.fetch(new Request(url, { method: 'POST', body: new URLSearchParams(typed) }));
}

/** Fulfills an answer whose body is not looked at. */
export const location = (response: Response): string => response.headers.get('location') ?? '';
