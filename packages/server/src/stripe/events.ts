import type { StripeGateway } from './gateway.ts';
import { toWebhookEvent, type WebhookEvent } from './webhook-event.ts';

/** Every event that Stripe still has since a moment (Unix seconds), newest first. */
export async function* listEvents(stripe: StripeGateway, since: number): AsyncGenerator<WebhookEvent> {
  const client = await stripe();
  for await (const event of client.events.list({ created: { gte: since }, limit: 100 })) {
    const known = toWebhookEvent(event);
    if (known) yield known;
  }
}
