/**
 * The way to Stripe. Everything in this folder speaks Stripe's snake_case; nothing outside does.
 *
 * Promise: the SDK is loaded when it is first needed, one pinned API version is spoken, no call takes longer than ten
 * seconds, and every write carries an idempotency key of ours, unless it is the same however often it is made.
 */
import type { Stripe } from 'stripe';
import type { StripeConfig } from '../config.ts';
import { createPace } from './pace.ts';
import { noted, type StripeTraffic } from './traffic.ts';

/** Hands out the one SDK client of this process. */
export type StripeGateway = () => Promise<Stripe>;

/** The version of Stripe's API that every call of ours speaks. */
export const apiVersion = '2026-10-28.endive';
const timeoutMilliseconds = 10_000;

export interface GatewayOptions {
  /** Calls that leave in any second at most, those that the SDK makes again included; default: as many as there are. */
  readonly callsPerSecond?: number;
  /** Counts what goes to and fro, and hears what time it is there. */
  readonly traffic?: StripeTraffic;
}

type HttpClient = NonNullable<NonNullable<ConstructorParameters<typeof Stripe>[1]>['httpClient']>;

/** `fetch` replaces the network, for a sandbox in the same process. */
export function createStripeGateway(
  { secretKey, apiBase }: StripeConfig,
  fetch?: typeof globalThis.fetch,
  { callsPerSecond = Infinity, traffic }: GatewayOptions = {},
): StripeGateway {
  let client: Promise<Stripe> | undefined;
  const turn = createPace(callsPerSecond);
  const connect = async (): Promise<Stripe> => {
    const { default: StripeClient } = await import('stripe');
    const http: HttpClient = fetch ? StripeClient.createFetchHttpClient(fetch) : StripeClient.createNodeHttpClient();
    return new StripeClient(secretKey, {
      apiVersion,
      timeout: timeoutMilliseconds,
      maxNetworkRetries: 2,
      telemetry: false,
      appInfo: { name: 'Tillkit' },
      ...(apiBase && { protocol: 'http', host: apiBase.hostname.replaceAll(/[[\]]/gu, ''), port: apiBase.port || '80' }),
      httpClient: {
        getClientName: () => http.getClientName(),
        async makeRequest(...call) {
          await turn();
          return traffic ? noted(traffic, http.makeRequest(...call)) : http.makeRequest(...call);
        },
      },
    });
  };
  return () => (client ??= connect());
}
