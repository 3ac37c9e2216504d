/**
 * Step webhook: Stripe's signature scheme (docs.stripe.com/webhooks#verify-manually).
 */
import { createHmac } from 'node:crypto';

/** The `Stripe-Signature` of a body, signed with the whole `whsec_…` text at `seconds`. */
export function signatureHeader(body: string, secret: string, seconds: number): string {
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex');
  return `t=${seconds},v1=${signature}`;
}
