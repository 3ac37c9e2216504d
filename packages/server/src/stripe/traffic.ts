/**
 * What is seen of Stripe's answers besides their bodies: how many, how they ended, and what time it is there.
 *
 * Promise: no call of its own is made; one without an answer counts as failed.
 */

export interface StripeTraffic {
  readonly calls: number;
  /** No answer, or one of 500 and above. */
  readonly failed: number;
  /** Answers 429. */
  readonly rateLimited: number;
  /** Seconds by which Stripe's clock was ahead of ours at its last answer; undefined before the first. */
  readonly skewSeconds: number | undefined;
  /** Notes an answer; no status: the connection broke. */
  note(status?: number, date?: string | null): void;
}

/** `now` is our clock in Unix seconds. */
export function createStripeTraffic(now: () => number): StripeTraffic {
  const traffic = { calls: 0, failed: 0, rateLimited: 0, skewSeconds: undefined as number | undefined };
  return Object.assign(traffic, {
    note(status?: number, date?: string | null): void {
      traffic.calls += 1;
      if (status === undefined || status >= 500) traffic.failed += 1;
      if (status === 429) traffic.rateLimited += 1;
      const there = Date.parse(date ?? '') / 1000;
      if (Number.isFinite(there)) traffic.skewSeconds = there - now();
    },
  });
}

interface HttpAnswer {
  getStatusCode(): number;
  getHeaders(): Readonly<Record<string, unknown>>;
}

/** The same answer, noted; the SDK's retries are calls of their own. */
export async function noted<Answer extends HttpAnswer>(traffic: StripeTraffic, answering: Promise<Answer>): Promise<Answer> {
  try {
    const answer = await answering;
    const { date } = answer.getHeaders();
    traffic.note(answer.getStatusCode(), typeof date === 'string' ? date : null);
    return answer;
  } catch (error) {
    traffic.note();
    throw error;
  }
}
