import { isKept } from './stripe-errors.ts';

/** For so long everybody who meets a kept 500 goes on under the same second key. */
const epochSeconds = 300;

/**
 * Makes something under an idempotency key, and under a second one when Stripe answered 500: it keeps that answer for a day,
 * in which nobody could buy. Requests of the same five minutes share the second key, so that they too make one thing.
 */
export async function pastKeptAnswer<Made>(key: string, now: number, make: (key: string) => Promise<Made>): Promise<Made> {
  try {
    return await make(key);
  } catch (error) {
    if (!isKept(error)) throw error;
    return make(`${key}:${Math.floor(now / epochSeconds)}`);
  }
}
