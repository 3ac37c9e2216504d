import { TillError } from './client.ts';

/** What `work` comes to, or `stripe_unavailable` after so many milliseconds: what is not ours may never answer. */
export function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TillError('stripe_unavailable')), milliseconds);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
