import type { WebhookEvent } from '../stripe/webhook-event.ts';
import type { EventFamily, Subject } from './event-family.ts';
import { catalogEvents } from './events/catalog-events.ts';
import { checkoutEvents } from './events/checkout-events.ts';
import { customerEvents } from './events/customer-events.ts';
import { disputeEvents } from './events/dispute-events.ts';
import { refundEvents } from './events/refund-events.ts';
import { subscriptionEvents } from './events/subscription-events.ts';

const families: readonly EventFamily[] = [subscriptionEvents, checkoutEvents, customerEvents, catalogEvents, refundEvents, disputeEvents];

/** Every event type that is handled, and by whom; any other is acknowledged and forgotten. */
export const eventRegistry: ReadonlyMap<string, EventFamily> = byType();

function byType(): Map<string, EventFamily> {
  const found = new Map<string, EventFamily>();
  for (const family of families) {
    for (const type of family.types) {
      if (found.has(type)) throw new Error(`${type} belongs to two families; one of them would never hear of it.`);
      found.set(type, family);
    }
  }
  return found;
}

/**
 * What a handled event is about; undefined when it concerns nothing that we keep. `nameless` for one that should name an object
 * and does not: nothing could be read of it, however often it were tried.
 */
export function subjectOf(event: WebhookEvent): Subject | 'nameless' | undefined {
  const subject = eventRegistry.get(event.type)?.subject(event);
  return subject?.id === '' ? 'nameless' : subject;
}

/** What the webhook endpoint at Stripe must send, in alphabetical order. */
export const handledEvents: readonly string[] = [...eventRegistry.keys()].toSorted();
