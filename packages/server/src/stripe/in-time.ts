import { BillingError } from '../http/billing-error.ts';

/** How many milliseconds a request that only reads waits for Stripe. */
export const readPatience = {
  /** Before what was read last is answered. */
  withCopy: 2000,
  /** Before it is refused, where nothing was kept that could be answered. */
  withoutCopy: 5000,
};

/** After so many seconds it is worth asking again. */
const pauseSeconds = 5;

/** The answer, which is waited for no longer than so many milliseconds; a late one still ends what it began. */
export function inTime<Answer>(answer: Promise<Answer>, milliseconds: number): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BillingError('stripe_unavailable', { cause: new Error('Stripe takes long to answer.'), retryAfter: pauseSeconds })),
      milliseconds,
    );
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** How long an answer waits for what is told to Stripe on its way, in milliseconds. */
const momentMilliseconds = 1000;

/** Waits for work that deals with its own failures, for a moment only: it goes on by itself. */
export async function forAMoment(work: Promise<void>): Promise<void> {
  await inTime(work, momentMilliseconds).catch(() => undefined);
}
