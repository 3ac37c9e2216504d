/** Step 5, webhook: a Stripe event as a hint, in our spelling. Its snapshot of the object is read for ids only. */
import type { Stripe } from 'stripe';

export interface WebhookEvent {
  readonly id: string;
  readonly type: string;
  readonly livemode: boolean;
  readonly objectId: string;
  /** The subscription that the object is or belongs to. */
  readonly subscriptionId?: string;
  readonly customerId?: string;
}

/** The parts of any event's object that say what it belongs to. */
interface EventObject {
  readonly id?: string;
  readonly object?: string;
  readonly customer?: unknown;
  readonly subscription?: unknown;
  readonly released_subscription?: unknown;
  readonly parent?: { readonly subscription_details?: { readonly subscription?: unknown } | null } | null;
}

export function toWebhookEvent({ id, type, livemode, data }: Stripe.Event): WebhookEvent {
  const object = data.object as EventObject;
  const subscriptionId = subscriptionOf(object);
  const customerId = object.object === 'customer' ? object.id : idIn(object.customer);
  return { id, type, livemode, objectId: object.id ?? '', ...(subscriptionId && { subscriptionId }), ...(customerId && { customerId }) };
}

function subscriptionOf(object: EventObject): string | undefined {
  if (object.object === 'subscription') return object.id;
  return idIn(object.subscription) ?? idIn(object.released_subscription) ?? idIn(object.parent?.subscription_details?.subscription);
}

function idIn(reference: unknown): string | undefined {
  if (typeof reference === 'string') return reference;
  const id = typeof reference === 'object' && reference !== null && 'id' in reference ? reference.id : undefined;
  return typeof id === 'string' ? id : undefined;
}
