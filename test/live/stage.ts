/** The SDK on a stage: the same calls go to a sandbox or to Stripe, and every one of them is kept with its answer. */
import Stripe from 'stripe';
import type { Exchange } from '@tillkit/sandbox';
import { decodeForm } from '@tillkit/sandbox/http/form';
import type { Stage } from './walk/section.ts';

export interface StageOptions {
  readonly apiKey: string;
  /** Sends a request to the sandbox or to Stripe. */
  readonly send: (request: Request) => Promise<Response>;
  readonly unique: string;
  readonly now: () => number;
  /** Waits before a test clock is asked again; milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

export interface TappedStage extends Stage {
  /** Every call so far, in order. */
  readonly exchanges: readonly Exchange[];
}

async function exchangeOf(request: Request, response: Response): Promise<Exchange> {
  const { pathname, search } = new URL(request.url);
  const form = request.method === 'POST' ? await request.text() : search.slice(1);
  return { method: request.method, path: pathname, params: decodeForm(form), status: response.status, body: await response.json() };
}

/** Opens a stage on which nothing has been played yet. */
export function openStage({ apiKey, send, unique, now, pause }: StageOptions): TappedStage {
  const exchanges: Exchange[] = [];
  const stripe = new Stripe(apiKey, {
    maxNetworkRetries: 2,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(async (url: string | URL | Request, init?: RequestInit) => {
      const request = new Request(url, init);
      const copy = request.clone();
      const response = await send(request);
      exchanges.push(await exchangeOf(copy, response.clone()));
      return response;
    }),
  });
  return {
    stripe,
    unique,
    now,
    exchanges,
    async advance(clock, to) {
      await stripe.testHelpers.testClocks.advance(clock, { frozen_time: to });
      for (;;) {
        const { status } = await stripe.testHelpers.testClocks.retrieve(clock);
        if (status === 'ready') return;
        if (status === 'internal_failure') throw new Error('The test clock failed.');
        await pause(2000);
      }
    },
  };
}
