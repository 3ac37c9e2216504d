import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { TillEnv } from '../till.ts';
import type { Log } from './log.ts';

/** What is known of a request once it was answered: which route, which answer, how long; not who asked or what for. */
export interface AnsweredRequest {
  readonly method: string;
  /** The route's pattern, such as `/v1/subscriptions/:id`, not the address. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** One line for each request; `watchers` hear the same. */
export function requestLog(log: Log, watchers: readonly ((request: AnsweredRequest) => void)[] = []) {
  return createMiddleware<TillEnv>(async (c, next) => {
    const began = performance.now();
    await next();
    const milliseconds = performance.now() - began;
    const answered = { method: c.req.method, route: routePath(c, -1), status: c.res.status, milliseconds };
    log.info('request', { requestId: c.get('requestId'), ...answered, milliseconds: Math.round(milliseconds) });
    for (const watch of watchers) watch(answered);
  });
}
