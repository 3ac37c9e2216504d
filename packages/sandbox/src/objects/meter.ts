/** Step subscription: meters, and what was used (API 2026-10-28.endive). */
import type { Price } from './catalog.ts';
import { memory } from './memory.ts';

export interface Meter {
  readonly id: string;
  readonly object: 'billing.meter';
  readonly created: number;
  readonly customer_mapping: { readonly event_payload_key: string; readonly type: 'by_id' };
  readonly default_aggregation: { readonly formula: 'count' | 'last' | 'sum' };
  readonly display_name: string;
  readonly event_name: string;
  readonly event_time_window: 'day' | 'hour' | null;
  readonly livemode: false;
  readonly status: 'active' | 'inactive';
  readonly status_transitions: { readonly deactivated_at: number | null };
  readonly updated: number;
  readonly value_settings: { readonly event_payload_key: string };
}

/** One use; Stripe shows meter events without an id. */
export interface MeterEventRow {
  readonly id: string;
  readonly object: 'billing.meter_event';
  readonly [memory]: {
    readonly meter: string;
    readonly customer: string;
    readonly identifier: string;
    /** Unix seconds at which it was used. */
    readonly timestamp: number;
    /** Unix seconds at which it was told. */
    readonly created: number;
    readonly value: number;
    readonly payload: Readonly<Record<string, string>>;
  };
}

/** Under which the uses of one customer are found. */
export const usageKey = (meter: string, customer: string): string => `${meter} ${customer}`;
export const usageKeyOf = ({ [memory]: { meter, customer } }: MeterEventRow): string => usageKey(meter, customer);

/** Billed by what was used, after the period. */
export const isMetered = ({ price }: { readonly price: Price }): boolean => price.recurring?.usage_type === 'metered';
