/**
 * Step webhook: which endpoints an event goes to, what is sent again, and whose secret is changed.
 */
import type { StripeEvent, WebhookEndpoint } from '../objects/event.ts';
import { memory } from '../objects/memory.ts';
import { matchesType } from '../resources/events.ts';
import type { World } from '../world.ts';
import type { Deliveries, Delivery } from './deliveries.ts';
import type { WebhookMode } from './mode.ts';

const longestRollSeconds = 24 * 60 * 60;

const wants = ({ status, enabled_events }: WebhookEndpoint, { type }: StripeEvent): boolean =>
  status === 'enabled' && enabled_events.some((pattern) => matchesType(type, pattern));

/** Records an event and sends it to every endpoint that wants it. */
export function publishEvent(world: World, deliveries: Deliveries, event: StripeEvent): StripeEvent {
  const endpoints = world.tables.endpoints.all().filter((endpoint) => wants(endpoint, event));
  const counted = { ...event, pending_webhooks: endpoints.length };
  world.tables.events.put(counted);
  for (const endpoint of endpoints) deliveries.add(counted, endpoint);
  return counted;
}

/** One endpoint less that an event waits for. */
export function countTaken(world: World, id: string): void {
  const event = world.tables.events.get(id);
  if (event && event.pending_webhooks > 0) world.tables.events.put({ ...event, pending_webhooks: event.pending_webhooks - 1 });
}

/** What a person does with webhooks in Stripe's Dashboard. */
export interface WebhookHands {
  /** How deliveries from now on are treated. */
  setMode(mode: WebhookMode): void;
  /** Sends an event again to the endpoints that want it now, or to the one named. */
  resend(event: string, endpoint?: string): readonly Delivery[];
  /** A new signing secret; the old one signs too for some seconds more, at most a day. */
  rollSecret(endpoint: string, seconds?: number): string;
}

function demanded<T>(row: T | undefined, kind: string, id: string): T {
  if (row === undefined) throw new RangeError(`There is no ${kind} ${id}.`);
  return row;
}

export function webhookHands(world: World, deliveries: Deliveries): WebhookHands {
  const { events, endpoints } = world.tables;
  return {
    setMode: (mode) => deliveries.setMode(mode),
    resend(eventId, endpointId) {
      const event = demanded(events.get(eventId), 'event', eventId);
      const named = endpointId === undefined ? null : demanded(endpoints.get(endpointId), 'webhook endpoint', endpointId);
      const to = named ? [named] : endpoints.all().filter((endpoint) => wants(endpoint, event));
      return to.map((endpoint) => deliveries.resend(event, endpoint));
    },
    rollSecret(id, seconds = longestRollSeconds) {
      if (!(seconds >= 0 && seconds <= longestRollSeconds)) throw new RangeError('A rolled secret lives at most a day.');
      const endpoint = demanded(endpoints.get(id), 'webhook endpoint', id);
      const secret = world.ids.next('whsec', 32);
      endpoints.put({ ...endpoint, [memory]: { secret, rolled: { secret: endpoint[memory].secret, until: world.now() + seconds } } });
      return secret;
    },
  };
}
