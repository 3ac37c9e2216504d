/**
 * Step 6, subscription: everything that the owner and the customer can hear, by type.
 *
 * Promise: a payload carries Stripe's ids, moments (Unix seconds) and amounts (minor units), and nothing personal; who wants
 * a name or an address reads it from Stripe. Types and fields are only ever added. `docs/events.md` is held equal to this.
 */
import type { IntervalKey } from '@tillkit/core/catalog/catalog';
import type { SubscriptionStatus } from '@tillkit/core/subscription/subscription';
import type { OutboxEntry } from '../store/outbox.ts';

/** What is sold, by Stripe's product. */
export interface SoldItem {
  readonly productId: string;
  readonly quantity: number;
  readonly interval: IntervalKey;
}

interface OfSubscription {
  readonly subscriptionId: string;
  readonly customerId: string;
  /** Plan of the catalog; absent when the catalog does not sell it (any more). */
  readonly planId?: string;
}

interface OfInvoice {
  readonly invoiceId: string;
  readonly customerId: string;
  /** Absent for what was bought once. */
  readonly subscriptionId?: string;
  readonly currency: string;
}

interface OfCharge {
  readonly chargeId: string;
  readonly customerId?: string;
  readonly invoiceId?: string;
  readonly subscriptionId?: string;
  readonly currency: string;
}

/** Why a subscription ended. */
export type EndReason = 'requested' | 'payment_failed' | 'payment_disputed' | 'trial_ended';

/** The payload of each type. */
export interface EventPayloads {
  'subscription.started': OfSubscription & {
    readonly status: SubscriptionStatus;
    readonly currency: string;
    readonly items: readonly SoldItem[];
    readonly trialEnd?: number;
  };
  'subscription.trial_will_end': OfSubscription & { readonly trialEnd: number; readonly hasPaymentMethod: boolean };
  'subscription.trial_ended_without_card': OfSubscription & {
    readonly trialEnd: number;
    /** What the plan's policy made of it: it ended, stands still, or an invoice was made that waits to be paid. */
    readonly outcome: 'canceled' | 'paused' | 'invoiced';
  };
  'subscription.plan_changed': OfSubscription & {
    readonly previousPlanId?: string;
    readonly currency: string;
    readonly items: readonly SoldItem[];
    readonly previousItems: readonly SoldItem[];
  };
  'subscription.change_scheduled': OfSubscription & {
    /** When it will be so. */
    readonly at: number;
    readonly nextPlanId?: string;
    readonly nextItems: readonly SoldItem[];
  };
  'subscription.change_withdrawn': OfSubscription;
  'subscription.cancel_scheduled': OfSubscription & { readonly cancelAt: number };
  'subscription.cancel_withdrawn': OfSubscription;
  'subscription.canceled': OfSubscription & { readonly endedAt: number; readonly reason: EndReason };
  'subscription.paused': OfSubscription & { readonly reason: 'requested' | 'trial_ended' };
  'subscription.resumed': OfSubscription;
  'subscription.duplicate': OfSubscription & {
    /** The one that was there before; of another customer with the same e-mail address, or of the same. */
    readonly otherCustomerId: string;
    readonly otherSubscriptionId: string;
    readonly group: string;
  };
  'renewal.upcoming': OfSubscription & { readonly at: number; readonly amount: number; readonly currency: string };
  'invoice.ready': OfInvoice & { readonly status: 'open' | 'paid'; readonly total: number; readonly amountDue: number };
  'payment.failed': OfInvoice & {
    readonly amountDue: number;
    /** Counts from 1. */
    readonly attempt: number;
    /** Absent: Stripe does not try again by itself. */
    readonly nextAttemptAt?: number;
  };
  'payment.action_required': OfInvoice & { readonly amountDue: number };
  'payment.recovered': OfInvoice & { readonly amountPaid: number };
  'charge.refunded': OfCharge & {
    readonly refundId: string;
    readonly amount: number;
    /** Of the whole charge by then. */
    readonly amountRefunded: number;
    readonly amountCharged: number;
  };
  'dispute.created': OfCharge & {
    readonly disputeId: string;
    readonly amount: number;
    readonly reason: string;
    readonly status: string;
    readonly respondBy?: number;
  };
  'dispute.closed': OfCharge & { readonly disputeId: string; readonly amount: number; readonly reason: string; readonly status: string };
}

export type EventType = keyof EventPayloads;

/** Each type with the fact that it tells. */
export const eventTypes: Readonly<Record<EventType, string>> = {
  'subscription.started': 'A subscription runs for the first time: bought, free, or on trial.',
  'subscription.trial_will_end': 'Three days before a trial ends (at once for a shorter one), unless the subscription ends with it.',
  'subscription.trial_ended_without_card': "A trial ran out and there was no card; `outcome` says what the plan's policy made of it.",
  'subscription.plan_changed': 'Plan, seats or add-ons are others from now on.',
  'subscription.change_scheduled': 'Plan, seats or add-ons will be others at the end of the period.',
  'subscription.change_withdrawn': 'A scheduled change was taken back.',
  'subscription.cancel_scheduled': 'It will end at `cancelAt`.',
  'subscription.cancel_withdrawn': 'A cancellation was taken back in time.',
  'subscription.canceled': 'It has ended.',
  'subscription.paused': 'It stands still: nothing is charged.',
  'subscription.resumed': 'It goes on after a pause.',
  'subscription.duplicate': 'A customer pays for two subscriptions of one plan group.',
  'renewal.upcoming': 'Some days before a renewal; how many is set in the Stripe dashboard.',
  'invoice.ready': 'An invoice was paid, or sent to be paid. Free ones are not told.',
  'payment.failed': 'A payment that nobody was present for was declined; told for each attempt.',
  'payment.action_required': "A payment waits for the customer's bank to ask the customer.",
  'payment.recovered': 'An invoice was paid after its payment had failed or waited.',
  'charge.refunded': 'Money was given back; told for each refund.',
  'dispute.created': 'A cardholder disputes a payment at the bank.',
  'dispute.closed': 'A dispute was decided: `status` is `won`, `lost` or `warning_closed`.',
};

/** An entry of the outbox; `key` tells two facts of one type apart, and equal facts are told once. */
export function told<Type extends EventType>(type: Type, key: string, payload: EventPayloads[Type]): OutboxEntry {
  return { type, dedupeKey: `${type}:${key}`, payload: { ...payload } };
}
