/** A Stripe that fails in four ways, each with its share of the calls. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface TroubleOptions {
  readonly hangMilliseconds: number;
  /** Draws 0 to 1. */
  readonly draw?: () => number;
}

/** 20 % are answered 500, 20 % 429, 10 % hang, 5 % are cut off. */
export function makeTrouble({ hangMilliseconds, draw = Math.random }: TroubleOptions) {
  return (_: IncomingMessage, response: ServerResponse): boolean => {
    const chance = draw();
    const refuse = (status: number, error: object): boolean => {
      response.statusCode = status;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ error }));
      return true;
    };
    if (chance < 0.2) return refuse(500, { type: 'api_error', message: 'Something went wrong.' });
    if (chance < 0.4) {
      response.setHeader('retry-after', '1');
      return refuse(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many calls.' });
    }
    if (chance < 0.5) {
      setTimeout(() => refuse(503, { type: 'api_error', message: 'It took too long.' }), hangMilliseconds).unref();
      return true;
    }
    if (chance < 0.55) {
      response.destroy();
      return true;
    }
    return false;
  };
}

/** The most calls in any second. */
export function mostInASecond(calls: readonly { readonly at: number }[]): number {
  let [most, first] = [0, 0];
  for (const [last, { at }] of calls.entries()) {
    while (calls[first]!.at <= at - 1000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
