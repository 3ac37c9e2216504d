/**
 * The way to Stripe. Everything in this folder speaks Stripe's snake_case; nothing outside does.
 *
 * Promise: the SDK is loaded when it is first needed, one pinned API version is spoken, no call takes longer than ten
 * seconds, and every write carries an idempotency key of ours.
 */
import type { Stripe } from 'stripe';
import type { StripeConfig } from '../config.ts';
import { createPace } from './pace.ts';

/** Hands out the one SDK client of this process. */
export type StripeGateway = () => Promise<Stripe>;

const apiVersion = '2026-10-28.endive';
const timeoutMilliseconds = 10_000;

export interface GatewayOptions {
  /** Calls that leave in any second at most, those that the SDK makes again included; default: as many as there are. */
  readonly callsPerSecond?: number;
  /** Told what Stripe's clock shows (Unix seconds), with each answer that says it. */
  readonly heard?: (unixSeconds: number) => void;
}

/** `fetch` replaces the network, for a sandbox in the same process. */
export function createStripeGateway(
  { secretKey, apiBase }: StripeConfig,
  fetch?: typeof globalThis.fetch,
  { callsPerSecond = Infinity, heard }: GatewayOptions = {},
): StripeGateway {
  let client: Promise<Stripe> | undefined;
  const turn = createPace(callsPerSecond);
  const connect = async (): Promise<Stripe> => {
    const { default: StripeClient } = await import('stripe');
    const http = fetch ? StripeClient.createFetchHttpClient(fetch) : StripeClient.createNodeHttpClient();
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
          const answer = await http.makeRequest(...call);
          const date = Date.parse(String(answer.getHeaders().date));
          if (Number.isFinite(date)) heard?.(date / 1000);
          return answer;
        },
      },
    });
  };
  return () => (client ??= connect());
}
