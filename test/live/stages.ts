import { createSandbox } from '@tillkit/sandbox';
import { observe } from '../contract/observer.ts';
import { openStage, type TappedStage } from './stage.ts';

/** An empty sandbox at `now`, in unix seconds. */
export function sandboxStage(unique: string, now: number): TappedStage {
  const sandbox = createSandbox({ now, seedKey: unique, observe });
  return openStage({
    apiKey: 'sk_test_sandbox',
    send: (request) => sandbox.fetch(request),
    unique,
    now: () => sandbox.clock.now(),
    pause: () => sandbox.deliveries.flush(),
  });
}

/** Stripe itself, with a test key. */
export function liveStage(apiKey: string, unique: string, pause: (milliseconds: number) => Promise<void>): TappedStage {
  return openStage({ apiKey, send: (request) => fetch(request), unique, now: () => Math.floor(Date.now() / 1000), pause });
}
