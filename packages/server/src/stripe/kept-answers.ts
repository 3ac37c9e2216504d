import { isKept } from './stripe-errors.ts';

/** For so long everybody who meets a kept 500 goes on under the same second key. */
const epochSeconds = 300;

/**
 * Makes something under an idempotency key, and under a second one when Stripe answered 500: it keeps that answer for a day,
 * in which nobody could buy. Requests of the same five minutes share the second key, so that they too make one thing; where it may
 * have been made all the same, `findMade` looks for it after each 500. Throws Stripe's error when it still is not made.
 */
export async function pastKeptAnswer<Made>(
  key: string,
  now: number,
  make: (key: string) => Promise<Made>,
  findMade?: () => Promise<Made | undefined>,
): Promise<Made> {
  let failure: unknown;
  for (const again of [key, `${key}:${Math.floor(now / epochSeconds)}`]) {
    try {
      return await make(again);
    } catch (error) {
      if (!isKept(error)) throw error;
      failure = error;
    }
    const made = await findMade?.();
    if (made !== undefined) return made;
  }
  throw failure;
}

/**
 * Makes what is the same however often it is made, and so needs no key of ours, which would bind it to what was read for the first
 * try. Asked once more after a 500, since the SDK's own key keeps that.
 */
export async function repeatedly<Made>(make: () => Promise<Made>): Promise<Made> {
  try {
    return await make();
  } catch (error) {
    if (!isKept(error)) throw error;
    return make();
  }
}

/**
 * Changes something under an idempotency key. After a 500, which says nothing and which Stripe keeps, a reading tells whether it
 * is made; if not, it is asked for once more under a second key. Throws Stripe's error when it still is not.
 */
export async function untilSure(
  key: string,
  now: number,
  isMade: () => Promise<boolean>,
  make: (key: string) => Promise<void>,
): Promise<void> {
  const tryOnce = async (again: string): Promise<boolean> => {
    try {
      await make(again);
      return true;
    } catch (error) {
      if (!isKept(error)) throw error;
      if (await isMade()) return true;
      if (again !== key) throw error;
      return false;
    }
  };
  if (!(await tryOnce(key))) await tryOnce(`${key}:${Math.floor(now / epochSeconds)}`);
}
