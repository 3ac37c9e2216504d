/**
 * How far our clock is from Stripe's.
 *
 * Promise: a clock that goes wrong is shown by `/readyz` before signatures fail by it: they are refused from 300 seconds on.
 */
import type { Check } from './health.ts';

const maxSkewSeconds = 60;

export interface StripeClock {
  /** Takes what Stripe's answers carry as their date, in Unix seconds. */
  readonly heard: (unixSeconds: number) => void;
  readonly check: () => Promise<Readonly<Record<'clock', Check>>>;
}

export function createStripeClock(now: () => number): StripeClock {
  let skew = 0;
  return {
    heard: (unixSeconds) => {
      skew = now() - unixSeconds;
    },
    check: () => Promise.resolve({ clock: Math.abs(skew) > maxSkewSeconds ? 'degraded' : 'ok' }),
  };
}
