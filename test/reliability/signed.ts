/** Deliveries as Stripe writes them, signed by hand, so that a test can spoil any part of one. */
import { createHmac } from 'node:crypto';
import type { TestTill } from '../support/till.ts';

export interface Delivery {
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Null: the header is not sent. */
  readonly signature: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export const hmac = (secret: string, text: string, algorithm = 'sha256'): string =>
  createHmac(algorithm, secret).update(text).digest('hex');

/** The header over a body, with one `v1` for each secret. */
export const signatureOf = (body: string, at: number, ...secrets: readonly string[]): string =>
  [`t=${at}`, ...secrets.map((secret) => `v1=${hmac(secret, `${at}.${body}`)}`)].join(',');

/** A snapshot event; pretty-printed, as Stripe sends it. */
export function eventBody(id: string, more: Readonly<Record<string, unknown>> = {}): string {
  const object = { id: 'sub_none', object: 'subscription', customer: 'cus_none' };
  const event = { id, object: 'event', api_version: '2026-10-28.endive', type: 'customer.subscription.updated', livemode: false };
  return JSON.stringify({ ...event, data: { object }, ...more }, null, 2);
}

/** Hands a delivery to the server; answers the status. */
export async function deliver(till: Pick<TestTill, 'app'>, { body, signature, headers = {} }: Delivery): Promise<number> {
  const request = new Request('https://till.example/webhooks/stripe', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...(signature !== null && { 'stripe-signature': signature }), ...headers },
  });
  const response = await till.app.fetch(request);
  await response.text();
  return response.status;
}

/** Delivers an event with a genuine signature of this moment. */
export const deliverGenuine = (till: TestTill, body: string): Promise<number> =>
  deliver(till, { body, signature: signatureOf(body, till.now(), till.webhookSecret) });
