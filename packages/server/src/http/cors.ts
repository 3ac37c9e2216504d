/**
 * Which pages may call.
 *
 * Promise: scripts and the catalog answer any origin, everything else exact allowed origins only; no cookie is read or
 * set anywhere, so there are no credentials to allow.
 */
import { createMiddleware } from 'hono/factory';
import type { TillEnv } from '../till.ts';
import { BillingError } from './billing-error.ts';

/** For what any page may read. */
export const openToAll = createMiddleware(async (c, next) => {
  c.header('Access-Control-Allow-Origin', '*');
  c.header('Cross-Origin-Resource-Policy', 'cross-origin');
  c.header('Vary', 'Origin', { append: true });
  await next();
});

/** For what only the owner's pages may call. A GET without `Origin` comes from no foreign page; its token decides. */
export function allowOrigins(origins: readonly string[]) {
  const allowed = new Set(origins);
  return createMiddleware<TillEnv>(async (c, next) => {
    c.header('Vary', 'Origin', { append: true });
    const origin = c.req.header('origin');
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (origin === undefined ? !reads : !allowed.has(origin)) throw new BillingError('origin_not_allowed');
    if (origin !== undefined) {
      c.set('origin', origin);
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Expose-Headers', 'Retry-After, Till-Session, X-Request-Id');
    }
    if (c.req.method !== 'OPTIONS') return next();
    c.header('Access-Control-Allow-Methods', 'GET, POST, DELETE');
    c.header('Access-Control-Allow-Headers', 'authorization, content-type');
    c.header('Access-Control-Max-Age', '600');
    return c.body(null, 204);
  });
}
