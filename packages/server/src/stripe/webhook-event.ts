/**
 * Step 5, webhook: a Stripe event as a hint, in our spelling.
 *
 * Promise: of the event's own copy of the object only ids are read, so that it does not matter in which API version, or
 * whether as a snapshot or a thin event (which names the object only), it was written.
 */
export interface WebhookEvent {
  readonly id: string;
  /** Without the `v1.` of thin events. */
  readonly type: string;
  readonly livemode: boolean;
  /** The connected account that it is about; absent for our own. */
  readonly account?: string;
  /** Stripe's name for the kind of object, such as `invoice`. */
  readonly objectKind: string;
  readonly objectId: string;
  /** The subscription that the object is or belongs to, where the event says so. */
  readonly subscriptionId?: string;
  readonly customerId?: string;
  /** The charge that the object is or belongs to. */
  readonly chargeId?: string;
  /** It names its object and says nothing more of it. */
  readonly thin?: true;
}

/** The parts of any event's object that say what it belongs to, in every API version. */
interface EventObject {
  readonly id?: unknown;
  readonly object?: unknown;
  readonly customer?: unknown;
  readonly charge?: unknown;
  readonly subscription?: unknown;
  readonly released_subscription?: unknown;
  readonly parent?: { readonly subscription_details?: { readonly subscription?: unknown } | null } | null;
}

interface Snapshot {
  readonly object: 'event';
  readonly id: string;
  readonly type: string;
  readonly livemode: boolean;
  readonly account?: string;
  readonly data: { readonly object: EventObject };
}

interface Thin {
  readonly object: 'v2.core.event';
  readonly id: string;
  readonly type: string;
  readonly livemode: boolean;
  readonly context?: string | null;
  /** Null for an event about nothing in particular. */
  readonly related_object?: { readonly id?: unknown; readonly type?: unknown } | null;
}

/** The event in a genuine body; undefined when it is none that we can read. */
export function toWebhookEvent(body: unknown): WebhookEvent | undefined {
  if (isSnapshot(body)) return fromSnapshot(body);
  if (isThin(body)) return fromThin(body);
  return undefined;
}

const withoutVersion = (name: string): string => name.replace(/^v1\./u, '');

/** Printable ASCII without spaces, as all ids are: nothing that a database or an address would stumble over. */
const isId = (value: unknown): value is string => typeof value === 'string' && /^[!-~]{1,255}$/u.test(value);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const hasHead = (body: Readonly<Record<string, unknown>>): boolean =>
  isId(body.id) && typeof body.type === 'string' && typeof body.livemode === 'boolean';

function isSnapshot(body: unknown): body is Snapshot {
  if (!isRecord(body) || (body.object !== 'event' && body.object !== undefined) || !hasHead(body)) return false;
  return isRecord(body.data) && isRecord(body.data.object);
}

function isThin(body: unknown): body is Thin {
  return isRecord(body) && body.object === 'v2.core.event' && hasHead(body);
}

function fromSnapshot({ id, type, livemode, account, data: { object } }: Snapshot): WebhookEvent {
  const kind = typeof object.object === 'string' ? object.object : '';
  return toEvent({ id, type, livemode, account }, kind, object);
}

function fromThin({ id, type, livemode, context, related_object: related }: Thin): WebhookEvent {
  const kind = typeof related?.type === 'string' ? withoutVersion(related.type) : '';
  const head = { id, type: withoutVersion(type), livemode, account: context ?? undefined };
  return { ...toEvent(head, kind, { id: related?.id, object: kind }), thin: true };
}

interface Head {
  readonly id: string;
  readonly type: string;
  readonly livemode: boolean;
  readonly account: string | undefined;
}

function toEvent({ account, ...head }: Head, objectKind: string, object: EventObject): WebhookEvent {
  const subscriptionId = subscriptionOf(object);
  const customerId = objectKind === 'customer' ? idIn(object.id) : idIn(object.customer);
  const chargeId = objectKind === 'charge' ? idIn(object.id) : idIn(object.charge);
  return {
    ...head,
    ...(account && { account }),
    objectKind,
    objectId: idIn(object.id) ?? '',
    ...(subscriptionId && { subscriptionId }),
    ...(customerId && { customerId }),
    ...(chargeId && { chargeId }),
  };
}

function subscriptionOf(object: EventObject): string | undefined {
  if (object.object === 'subscription') return idIn(object.id);
  return idIn(object.subscription) ?? idIn(object.released_subscription) ?? idIn(object.parent?.subscription_details?.subscription);
}

function idIn(reference: unknown): string | undefined {
  const id = isRecord(reference) ? reference.id : reference;
  return isId(id) ? id : undefined;
}
