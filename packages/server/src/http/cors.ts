/**
 * Which pages may call.
 *
 * Promise: scripts and the catalog answer any origin, everything else exact allowed origins only, beside the
 * refusal itself; no cookie is read or set anywhere, so there are no credentials to allow.
 */
import type { Context } from 'hono';
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

/** Told about a page that called and may not. */
export type ForeignOrigin = (origin: string) => void;

/**
 * For what only the owner's pages may call. A GET without `Origin` comes from no foreign page; its token decides. A foreign page may
 * read that it was refused, and nothing else: its preflight is answered so that the browser asks at all, and the refusal is the same
 * for everybody.
 */
export function allowOrigins(origins: readonly string[], foreign: ForeignOrigin = () => undefined) {
  const allowed = new Set(origins);
  return createMiddleware<TillEnv>(async (c, next) => {
    c.header('Vary', 'Origin', { append: true });
    const origin = c.req.header('origin');
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
    const isPreflight = c.req.method === 'OPTIONS';
    if (origin === undefined && !reads) throw new BillingError('origin_not_allowed');
    if (origin !== undefined && !allowed.has(origin)) {
      c.header('Access-Control-Allow-Origin', '*');
      if (isPreflight) return answerPreflight(c);
      foreign(origin);
      throw new BillingError('origin_not_allowed');
    }
    if (origin !== undefined) {
      c.set('origin', origin);
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Expose-Headers', 'Retry-After, Till-Session, X-Request-Id');
    }
    if (!isPreflight) return next();
    c.header('Access-Control-Max-Age', '600');
    return answerPreflight(c);
  });
}

function answerPreflight(c: Context<TillEnv>): Response {
  c.header('Access-Control-Allow-Methods', 'GET, POST, DELETE');
  c.header('Access-Control-Allow-Headers', 'authorization, content-type');
  return c.body(null, 204);
}
