/** Step subscription: subscriptions, items and schedules (API 2026-10-28.endive). */
import type { Metadata, Price } from './catalog.ts';
import type { TaxRate } from './discount.ts';
import type { SubList } from './invoice.ts';
import type { memory } from './memory.ts';

export type SubscriptionStatus =
  | 'active'
  | 'canceled'
  | 'incomplete'
  | 'incomplete_expired'
  | 'past_due'
  | 'paused'
  | 'trialing'
  | 'unpaid';
export type MissingPaymentMethod = 'cancel' | 'create_invoice' | 'pause';

export interface SubscriptionItem {
  readonly id: string;
  readonly object: 'subscription_item';
  readonly created: number;
  readonly current_period_end: number;
  readonly current_period_start: number;
  readonly discounts: readonly string[];
  readonly metadata: Metadata;
  readonly price: Price;
  readonly quantity: number;
  readonly subscription: string;
  readonly tax_rates: readonly TaxRate[];
}

export const subscriptionItemConstants = { billing_thresholds: null, current_trial: null } as const;

/** What was really billed for the rest of an item's period; flexible billing credits from it. */
export interface Debit {
  /** Minor units. */
  readonly amount: number;
  readonly start: number;
  readonly end: number;
}

export interface CancellationDetails {
  readonly comment: string | null;
  readonly feedback: string | null;
  readonly feedback_option: null;
  readonly reason: 'cancellation_requested' | 'payment_failed' | 'payment_disputed' | null;
}

export interface SubscriptionMemory {
  readonly debits: Readonly<Record<string, Debit>>;
  /** The end of trial of which `trial_will_end` has told. */
  readonly toldTrialEnd: number | null;
  /** The end of period of which `invoice.upcoming` has told. */
  readonly toldUpcoming: number | null;
  /** What waits for an invoice to be paid: a change (`pending_if_incomplete`), or being resumed, `until` unix seconds. */
  readonly pending:
    | { readonly kind: 'update'; readonly invoice: string; readonly next: SubscriptionChange }
    | { readonly kind: 'resume'; readonly invoice: string; readonly next: SubscriptionChange; readonly until: number }
    | null;
}

/** What a waiting change will set; null where it changes nothing. */
export interface PendingUpdate {
  readonly billing_cycle_anchor: number | null;
  readonly cancel_at_period_end: boolean | null;
  readonly discount: null;
  readonly discounts: null;
  readonly expires_at: number;
  readonly metadata: Metadata | null;
  readonly subscription_items: readonly SubscriptionItem[] | null;
  readonly trial_end: number | null;
  readonly trial_from_plan: null;
}

export interface Subscription {
  readonly id: string;
  readonly object: 'subscription';
  readonly billing_cycle_anchor: number;
  readonly billing_mode: {
    readonly type: 'classic' | 'flexible';
    readonly flexible: { readonly proration_discounts: string } | null;
    readonly updated_at?: number;
  };
  readonly cancel_at: number | null;
  readonly cancel_at_period_end: boolean;
  readonly canceled_at: number | null;
  readonly cancellation_details: CancellationDetails;
  readonly collection_method: 'charge_automatically' | 'send_invoice';
  readonly created: number;
  readonly currency: string;
  readonly customer: string;
  /** Days from an invoice's creation; null when it is charged. */
  readonly days_until_due: number | null;
  readonly automatic_tax: {
    readonly disabled_reason: null;
    readonly enabled: boolean;
    readonly liability: { readonly type: 'self' } | null;
  };
  readonly default_payment_method: string | null;
  readonly default_tax_rates: readonly TaxRate[];
  readonly description: string | null;
  readonly discounts: readonly string[];
  readonly ended_at: number | null;
  readonly items: SubList<SubscriptionItem>;
  readonly latest_invoice: string | null;
  readonly metadata: Metadata;
  readonly pause_collection: {
    readonly behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void';
    readonly resumes_at: number | null;
  } | null;
  readonly payment_settings: {
    readonly payment_method_options: null;
    readonly payment_method_types: null;
    readonly save_default_payment_method: 'off' | 'on_subscription';
  };
  readonly pending_setup_intent: string | null;
  readonly pending_update: PendingUpdate | null;
  readonly schedule: string | null;
  readonly start_date: number;
  readonly status: SubscriptionStatus;
  /** There while the subscription is paused. */
  readonly status_details: { readonly paused: object } | undefined;
  readonly trial_end: number | null;
  readonly trial_settings: {
    readonly end_behavior: { readonly billing_cycle_anchor: null; readonly missing_payment_method: MissingPaymentMethod };
  };
  readonly trial_start: number | null;
  readonly [memory]: SubscriptionMemory;
}

/** The part of a subscription that an update may replace. */
export type SubscriptionChange = Partial<Subscription>;

export const subscriptionConstants = {
  application: null,
  application_fee_percent: null,
  billing_cycle_anchor_config: null,
  billing_schedules: [],
  billing_thresholds: null,
  collection_method: 'charge_automatically',
  customer_account: null,
  days_until_due: null,
  default_source: null,
  invoice_settings: { account_tax_ids: null, custom_fields: null, description: null, footer: null, issuer: { type: 'self' } },
  livemode: false,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pending_invoice_item_interval: null,
  test_clock: null,
  transfer_data: null,
} as const;

export interface SchedulePhaseItem {
  readonly metadata: Metadata;
  /** The price again, by its old name. */
  readonly plan: string;
  readonly price: string;
  readonly quantity: number;
  readonly discounts: readonly PhaseDiscount[];
  readonly tax_rates: readonly TaxRate[];
}

export const schedulePhaseItemConstants = { billing_thresholds: null } as const;

export interface PhaseDiscount {
  readonly coupon: string | null;
  readonly discount: string | null;
  readonly promotion_code: string | null;
}

export interface SchedulePhase {
  /** `phase_start`: its beginning starts a new period, billed whole; null: the anchor stays unless the change moves it. */
  readonly billing_cycle_anchor: 'automatic' | 'phase_start' | null;
  /** With none those of the customer hold, and never those that the subscription had (API types, `Phase.discounts`). */
  readonly discounts: readonly PhaseDiscount[];
  /** Empty and null: the subscription keeps its own. */
  readonly default_tax_rates: readonly TaxRate[];
  readonly default_payment_method: string | null;
  readonly description: string | null;
  readonly start_date: number;
  readonly end_date: number;
  readonly items: readonly SchedulePhaseItem[];
  readonly metadata: Metadata;
  readonly proration_behavior: 'always_invoice' | 'create_prorations' | 'none';
  readonly trial_end: number | null;
  readonly currency: string;
}

export interface SubscriptionSchedule {
  readonly id: string;
  readonly object: 'subscription_schedule';
  readonly canceled_at: number | null;
  readonly completed_at: number | null;
  readonly created: number;
  readonly current_phase: { readonly start_date: number; readonly end_date: number } | null;
  readonly customer: string;
  readonly end_behavior: 'cancel' | 'release';
  readonly metadata: Metadata;
  readonly phases: readonly SchedulePhase[];
  readonly released_at: number | null;
  readonly released_subscription: string | null;
  readonly status: 'not_started' | 'active' | 'completed' | 'released' | 'canceled';
  readonly subscription: string | null;
}

export const schedulePhaseConstants = {
  add_invoice_items: [],
  application_fee_percent: null,
  billing_thresholds: null,
  collection_method: null,
  invoice_settings: null,
  on_behalf_of: null,
  transfer_data: null,
} as const;

export const scheduleConstants = {
  application: null,
  billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
  customer_account: null,
  default_settings: {
    application_fee_percent: null,
    billing_cycle_anchor: 'automatic',
    billing_thresholds: null,
    collection_method: 'charge_automatically',
    default_payment_method: null,
    description: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      days_until_due: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    on_behalf_of: null,
    transfer_data: null,
  },
  livemode: false,
  pause_schedules: [],
  test_clock: null,
} as const;
