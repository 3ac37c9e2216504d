/** Step 7, panel: the way to Stripe's own portal, for what the panel does not do. */
import { PortalSessionRequestSchema, type PortalSessionResponse } from '@tillkit/core/contract/contract';
import { Hono } from 'hono';
import { toAllowedPage } from '../checkout/return-address.ts';
import { BillingError } from '../http/billing-error.ts';
import { readJson } from '../http/read-body.ts';
import { requirePrincipal, requireRecent } from '../identity/principal.ts';
import { demandTheirs } from '../identity/still-reaches.ts';
import { createPortalSession } from '../stripe/portal-sessions.ts';
import type { Till, TillEnv } from '../till.ts';

/** POST /v1/portal-sessions */
export function portalSessions(till: Till) {
  return new Hono<TillEnv>().post('/', async (c) => {
    const { returnUrl, locale } = await readJson(c, PortalSessionRequestSchema);
    const principal = await requirePrincipal(c, till);
    requireRecent(principal, till.now());
    const { customerId } = principal;
    if (!customerId) throw new BillingError('not_found');
    const url = await createPortalSession(till.stripe, {
      customerId,
      returnUrl: toAllowedPage(returnUrl, till.config.origins).href,
      locale,
      idempotencyKey: `portal:${c.get('requestId')}`,
    });
    await demandTheirs(till, principal, customerId);
    return c.json<PortalSessionResponse>({ url }, 201);
  });
}
