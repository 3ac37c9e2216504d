/**
 * The way to Stripe. Everything in this folder speaks Stripe's snake_case; nothing outside does.
 *
 * Promise: the SDK is loaded when it is first needed, one pinned API version is spoken, no call takes longer than ten
 * seconds, and every write carries an idempotency key of ours.
 */
import type { Stripe } from 'stripe';
import type { StripeConfig } from '../config.ts';

/** Hands out the one SDK client of this process. */
export type StripeGateway = () => Promise<Stripe>;

const apiVersion = '2026-10-28.endive';
const timeoutMilliseconds = 10_000;

/** The same way to Stripe for work in the background: at most so many errands a second, each of one to three calls. */
export function paced(gateway: StripeGateway, errandsPerSecond: number): StripeGateway {
  let free = 0;
  return async () => {
    const at = performance.now();
    free = Math.max(free, at - 1000) + 1000 / errandsPerSecond;
    // within a second's worth nobody waits; afterwards errands leave one by one
    const wait = free - at;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    return gateway();
  };
}

/** `fetch` replaces the network, for a sandbox in the same process. */
export function createStripeGateway({ secretKey, apiBase }: StripeConfig, fetch?: typeof globalThis.fetch): StripeGateway {
  let client: Promise<Stripe> | undefined;
  const connect = async (): Promise<Stripe> => {
    const { default: StripeClient } = await import('stripe');
    return new StripeClient(secretKey, {
      apiVersion,
      timeout: timeoutMilliseconds,
      maxNetworkRetries: 2,
      telemetry: false,
      appInfo: { name: 'Tillkit' },
      ...(apiBase && { protocol: 'http', host: apiBase.hostname.replaceAll(/[[\]]/gu, ''), port: apiBase.port || '80' }),
      ...(fetch && { httpClient: StripeClient.createFetchHttpClient(fetch) }),
    });
  };
  return () => (client ??= connect());
}
