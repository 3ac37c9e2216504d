import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Store } from '../../../store/store.ts';

/** Eight digits, each value as likely as any other. */
export const newCode = (): string => String(randomInt(100_000_000)).padStart(8, '0');

/** HMAC-SHA-256 under a key that the server made for itself; what it was made of cannot be told from it without the key. */
export type Keyed = (purpose: 'code' | 'address' | 'network', ...parts: readonly string[]) => Promise<string>;

export function createKeyed(store: Store): Keyed {
  let key: Promise<Buffer> | undefined;
  return async (purpose, ...parts) => {
    key ??= store.secrets.key('mailer-codes').catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return createHmac('sha256', await key)
      .update(JSON.stringify([purpose, ...parts]))
      .digest('base64url');
  };
}

/** Whether two HMACs are the same, in a time that does not tell where they differ. */
export const same = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
