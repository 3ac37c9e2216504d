/**
 * Step 5, webhook: how many deliveries were refused for their signature since the last genuine one.
 *
 * Promise: a wrong webhook secret is seen in the log, on `/readyz` and by `till doctor`; strangers who post nonsense cost a line
 * and a write in a minute at most, and one genuine delivery takes all of it back.
 */
import type { Till } from '../till.ts';

const cursor = 'signatures.refused';
/** Between two lines in the log, and two writes. */
const pauseSeconds = 60;

/** As far as the database was told; 0 after a genuine delivery. */
export const readRefused = async ({ cursors }: Pick<Till['store'], 'cursors'>): Promise<number> => (await cursors.read(cursor)) ?? 0;

export interface RefusedSignatures {
  refused(): Promise<void>;
  /** Must not hold the acknowledgment up: what fails here is left for the next time. */
  genuine(): Promise<void>;
}

export function createRefusedSignatures({ store, now, log }: Pick<Till, 'store' | 'now' | 'log'>): RefusedSignatures {
  let count = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  /** Another process, or this one before a restart, may have left a count. */
  let isCleared = false;

  const write = async (value: number): Promise<boolean> =>
    store.cursors.write(cursor, value).then(
      () => true,
      () => false,
    );

  return {
    async refused() {
      count += 1;
      isCleared = false;
      if (Math.abs(now() - toldAt) < pauseSeconds) return;
      toldAt = now();
      log.warn('webhook.signature_refused', { count, message: 'see whether STRIPE_WEBHOOK_SECRET is that of this endpoint' });
      await write(count);
    },
    async genuine() {
      if (isCleared) return;
      count = 0;
      toldAt = Number.NEGATIVE_INFINITY;
      isCleared = true;
      isCleared = (await readRefused(store).catch(() => 1)) === 0 || (await write(0));
    },
  };
}
