/**
 * Step webhook: Stripe's signature scheme (docs.stripe.com/webhooks#verify-manually).
 */
import { createHmac } from 'node:crypto';
import type { EndpointSecrets } from '../objects/event.ts';

const signed = (body: string, secret: string, seconds: number): string =>
  `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex')}`;

/** The `Stripe-Signature` of a body at `seconds`; a rolled secret signs beside the new one until it expires. */
export function signatureHeader(body: string, { secret, rolled }: EndpointSecrets, seconds: number, now: number): string {
  const secrets = rolled && now < rolled.until ? [secret, rolled.secret] : [secret];
  return [`t=${seconds}`, ...secrets.map((each) => signed(body, each, seconds))].join(',');
}
