/**
 * Every event that a widget sends. Facts are named after what happened; wishes end in `-request` and can be canceled
 * with `preventDefault()`, then the widget does nothing further. All bubble and leave shadow roots.
 */
import type { Subscription } from '@tillkit/core/subscription/subscription';
import type { CancelRequest, ChangeTarget } from '@tillkit/core/contract/contract';
import type { Quote } from '@tillkit/core/quote/quote';
import type { Selection } from '@tillkit/core/selection/selection';
import type { TillCheckoutCompleteEvent } from './checkout-complete-event.ts';

/** What all of them have in common. */
export abstract class TillEvent extends Event {
  constructor(type: string, cancelable = false) {
    super(type, { bubbles: true, composed: true, cancelable });
  }
}

/** The buyer chose something else. */
export class TillSelectionChangeEvent extends TillEvent {
  readonly selection: Selection;
  /** Our own estimate of what it costs, minor units. */
  readonly quote: Quote;

  constructor(selection: Selection, quote: Quote) {
    super('till-selection-change');
    this.selection = selection;
    this.quote = quote;
  }
}

/** The buyer wants to pay, or to start a trial or the free plan. */
export class TillCheckoutRequestEvent extends TillEvent {
  readonly selection: Selection;

  constructor(selection: Selection) {
    super('till-checkout-request', true);
    this.selection = selection;
  }
}

/** The customer confirms a change of plan, seats or add-ons. */
export class TillChangeRequestEvent extends TillEvent {
  readonly subscriptionId: string;
  /** The whole target; what is absent stays. */
  readonly change: ChangeTarget;

  constructor(subscriptionId: string, change: ChangeTarget) {
    super('till-change-request', true);
    this.subscriptionId = subscriptionId;
    this.change = change;
  }
}

/** The customer wants to cancel at the end of the period. */
export class TillCancelRequestEvent extends TillEvent {
  readonly subscriptionId: string;
  readonly reason: CancelRequest;

  constructor(subscriptionId: string, reason: CancelRequest) {
    super('till-cancel-request', true);
    this.subscriptionId = subscriptionId;
    this.reason = reason;
  }
}

/** The customer wants to keep a subscription that is about to end. */
export class TillResumeRequestEvent extends TillEvent {
  readonly subscriptionId: string;

  constructor(subscriptionId: string) {
    super('till-resume-request', true);
    this.subscriptionId = subscriptionId;
  }
}

/** A subscription is not what it was: changed, canceled, resumed or paid. */
export class TillSubscriptionChangeEvent extends TillEvent {
  readonly subscription: Subscription;

  constructor(subscription: Subscription) {
    super('till-subscription-change');
    this.subscription = subscription;
  }
}

/** Something went wrong; the widget shows it in words too. `code` is one of core's error codes, or `offline`. */
export class TillErrorEvent extends TillEvent {
  readonly code: string;
  /** Request id, to find it in the server's log. */
  readonly instance: string | undefined;

  constructor(code: string, instance?: string) {
    super('till-error');
    this.code = code;
    this.instance = instance;
  }
}

declare global {
  interface HTMLElementEventMap {
    'till-selection-change': TillSelectionChangeEvent;
    'till-checkout-request': TillCheckoutRequestEvent;
    'till-checkout-complete': TillCheckoutCompleteEvent;
    'till-change-request': TillChangeRequestEvent;
    'till-cancel-request': TillCancelRequestEvent;
    'till-resume-request': TillResumeRequestEvent;
    'till-subscription-change': TillSubscriptionChangeEvent;
    'till-error': TillErrorEvent;
  }
}
