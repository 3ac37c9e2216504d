import type { SessionResponse } from '@tillkit/core/contract/contract';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { TillEvent } from './events.ts';

/** A purchase is finished; fires once for each, also on the page that the buyer comes back to. */
export class TillCheckoutCompleteEvent extends TillEvent {
  readonly customerId: string | undefined;
  readonly subscriptionId: string | undefined;
  readonly subscription: Subscription | undefined;

  /** Absent when a free plan or a trial began without a checkout session. */
  readonly checkout: SessionResponse['checkout'];

  constructor(checkout: SessionResponse['checkout'], subscription = checkout?.subscription) {
    super('till-checkout-complete');
    this.checkout = checkout;
    this.subscription = subscription;
    this.subscriptionId = subscription?.id;
    this.customerId = checkout?.customerId ?? subscription?.customerId;
  }
}
