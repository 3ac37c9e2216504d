import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { TillEnv } from '../till.ts';
import type { Log } from './log.ts';

/** One line for each request: which route, which answer, how long; not who asked or what for. */
export function requestLog(log: Log) {
  return createMiddleware<TillEnv>(async (c, next) => {
    const began = performance.now();
    await next();
    log.info('request', {
      requestId: c.get('requestId'),
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      milliseconds: Math.round(performance.now() - began),
    });
  });
}
