/**
 * Step 5, webhook: whether Stripe itself wrote these bytes, just now.
 *
 * Promise: there is no way around the check: it is the SDK's own (what its `constructEvent` does first) over the raw bytes,
 * with one of up to three secrets, and a signature may be at most 300 s away from our clock in either direction.
 */
import { BillingError } from '../http/billing-error.ts';
import type { StripeGateway } from './gateway.ts';

/** The largest difference between Stripe's clock and ours; the SDK checks only the past. */
const maxSkewSeconds = 300;
const maxHeaderLength = 1024;

export interface Delivery {
  readonly body: Buffer;
  readonly signature: string | undefined;
}

/** Told how many seconds a delivery that Stripe did sign is too old, or (below 0) ahead: a clock is wrong, or it was captured. */
export type OutsideWindow = (secondsOld: number) => void;

/** The JSON in a delivery; throws `signature_invalid` for anything that is not genuine and recent. */
export async function verifyWebhook(
  stripe: StripeGateway,
  secrets: readonly string[],
  { body, signature }: Delivery,
  now: number,
  outsideWindow: OutsideWindow = () => undefined,
): Promise<unknown> {
  const signedAt = signature === undefined ? undefined : timestampOf(signature);
  if (signature === undefined || signedAt === undefined) throw new BillingError('signature_invalid');
  const text = decode(body);
  const { webhooks } = await stripe();
  for (const secret of secrets) {
    try {
      // the moment is judged here alone: the SDK looks at the past only
      webhooks.signature!.verifyHeader(text, signature, secret, 0);
    } catch {
      continue; // the next secret may fit: two are valid while one is rotated
    }
    if (Math.abs(now - signedAt) <= maxSkewSeconds) return parse(text);
    outsideWindow(now - signedAt);
    break;
  }
  throw new BillingError('signature_invalid');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BillingError('invalid_request');
  }
}

/** Exactly these bytes as text: no byte order mark dropped, nothing replaced, or it would not be what was signed. */
function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new BillingError('signature_invalid');
  }
}

/** As Stripe writes it: `name=value` pairs and commas, no spaces; several headers, which HTTP joins by ", ", are none. */
const wellFormed = /^[a-z]\w*=\w*(?:,[a-z]\w*=\w*)*$/u;

/** The one timestamp of a well-formed header; undefined for any other. */
function timestampOf(header: string): number | undefined {
  if (header.length > maxHeaderLength || !wellFormed.test(header)) return undefined;
  const times = header.split(',').filter((part) => part.startsWith('t='));
  return times.length === 1 && /^t=\d{1,12}$/u.test(times[0]!) ? Number(times[0]!.slice(2)) : undefined;
}
