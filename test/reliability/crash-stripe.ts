/**
 * A Stripe for runs with thousands of subscriptions: any id is one of its own, which never changes. It answers in a
 * fraction of a millisecond, so that what is measured is the server.
 *
 * The subscription that it shows is the sandbox's.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { createSandbox } from '@tillkit/sandbox';
import { observe } from '../contract/observer.ts';

export interface QuickStripe {
  readonly url: string;
  /** The calls that came, with their moments in milliseconds. */
  readonly calls: { readonly at: number; readonly path: string }[];
  /** Meets each call first; true: it was answered, or never will be. */
  trouble: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** What consumers of the outbox told, by the key of the entry, with how often. */
  readonly heard: Map<string, number>;
  close(): void;
}

/** A subscription whose trial ended without a card: nothing but itself has to be asked for. */
async function example(): Promise<Record<string, unknown>> {
  const sandbox = createSandbox({ observe });
  const stripe = new Stripe('sk_test_sandbox', {
    httpClient: Stripe.createFetchHttpClient((url: string | URL | Request, init?: RequestInit) => sandbox.fetch(new Request(url, init))),
  });
  const { id: product } = await stripe.products.create({ name: 'Pro' });
  const price = await stripe.prices.create({ product, currency: 'usd', unit_amount: 2900, recurring: { interval: 'month' } });
  const customer = await stripe.customers.create();
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    trial_period_days: 7,
    trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
  });
  return { ...JSON.parse(JSON.stringify(subscription)), status: 'paused' } as Record<string, unknown>;
}

const readAll = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

/** Starts it on a loopback port. */
export async function startQuickStripe(): Promise<QuickStripe> {
  const shown = await example();
  const answer = (response: ServerResponse, body: unknown): void => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  };
  const hear = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const key = await readAll(request);
    stripe.heard.set(key, (stripe.heard.get(key) ?? 0) + 1);
    response.end();
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://stripe');
    if (pathname === '/heard') {
      void hear(request, response);
      return;
    }
    stripe.calls.push({ at: performance.now(), path: pathname });
    request.resume();
    if (stripe.trouble(request, response)) return;
    const id = /^\/v1\/subscriptions\/(\w+)$/u.exec(pathname)?.[1];
    if (id === undefined) answer(response, { object: 'list', data: [], has_more: false, url: pathname });
    else answer(response, { ...shown, id, customer: id.replace('sub_', 'cus_') });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stripe: QuickStripe = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    heard: new Map(),
    trouble: () => false,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return stripe;
}
