/** Step webhook: events and the endpoints they go to (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';
import type { memory } from './memory.ts';

export const apiVersion = '2026-10-28.endive';

export interface StripeEvent {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: Readonly<Record<string, unknown>>; readonly previous_attributes?: Readonly<Record<string, unknown>> };
  readonly livemode: false;
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}

/** What signs an endpoint's events; a rolled secret goes on signing until `until`, in unix seconds. */
export interface EndpointSecrets {
  readonly secret: string;
  readonly rolled?: { readonly secret: string; readonly until: number };
}

export interface WebhookEndpoint {
  readonly id: string;
  readonly object: 'webhook_endpoint';
  readonly api_version: string | null;
  readonly application: null;
  readonly created: number;
  readonly description: string | null;
  readonly enabled_events: readonly string[];
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly status: 'enabled' | 'disabled';
  readonly url: string;
  readonly [memory]: EndpointSecrets;
}
