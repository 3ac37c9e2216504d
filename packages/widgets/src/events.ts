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
  constructor(
    readonly selection: Selection,
    /** Our own estimate of what it costs, minor units. */
    readonly quote: Quote,
  ) {
    super('till-selection-change');
  }
}

/** The buyer wants to pay, or to start a trial or the free plan. */
export class TillCheckoutRequestEvent extends TillEvent {
  constructor(readonly selection: Selection) {
    super('till-checkout-request', true);
  }
}

/** The customer confirms a change of plan, seats or add-ons. */
export class TillChangeRequestEvent extends TillEvent {
  constructor(
    readonly subscriptionId: string,
    /** The whole target; what is absent stays. */
    readonly change: ChangeTarget,
  ) {
    super('till-change-request', true);
  }
}

/** The customer wants to cancel at the end of the period. */
export class TillCancelRequestEvent extends TillEvent {
  constructor(
    readonly subscriptionId: string,
    readonly reason: CancelRequest,
  ) {
    super('till-cancel-request', true);
  }
}

/** The customer wants to keep a subscription that is about to end. */
export class TillResumeRequestEvent extends TillEvent {
  constructor(readonly subscriptionId: string) {
    super('till-resume-request', true);
  }
}

/** A subscription is not what it was: changed, canceled, resumed or paid. */
export class TillSubscriptionChangeEvent extends TillEvent {
  constructor(readonly subscription: Subscription) {
    super('till-subscription-change');
  }
}

/** Something went wrong; the widget shows it in words too. `code` is one of core's error codes, or `offline`. */
export class TillErrorEvent extends TillEvent {
  constructor(
    readonly code: string,
    /** Request id, to find it in the server's log. */
    readonly instance?: string,
  ) {
    super('till-error');
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
