/**
 * Standard Webhooks (standardwebhooks.com): how a receiver knows that a message is ours.
 */
import { createHmac } from 'node:crypto';

/** A key of 24 to 64 bytes, as `whsec_` and Base64. */
const secretShape = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u;

/** The key in a secret; undefined when it has not the form, or too few or many bytes. */
export function parseSecret(secret: string): Buffer | undefined {
  if (!secretShape.test(secret)) return undefined;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

export interface Message {
  /** The same for every try, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly body: string;
}

/** Headers with a signature for each key: during a rotation a receiver may know either. `now` in Unix seconds. */
export function signedHeaders({ id, body }: Message, keys: readonly Buffer[], now: number): Record<string, string> {
  const sign = (key: Buffer): string => `v1,${createHmac('sha256', key).update(`${id}.${now}.${body}`).digest('base64')}`;
  return { 'webhook-id': id, 'webhook-timestamp': String(now), 'webhook-signature': keys.map(sign).join(' ') };
}
