/** Step 3, quote: what a code takes off, for the live total of a page. */
import { DiscountRequestSchema, type DiscountResponse } from '@tillkit/core/contract/contract';
import { Hono } from 'hono';
import { readJson } from '../http/read-body.ts';
import { findPrincipal } from '../identity/principal.ts';
import type { Till, TillEnv } from '../till.ts';
import { acceptSelection } from './accept-selection.ts';
import { findPromotionCode } from './promotion-code.ts';

/** POST /v1/discounts */
export function discounts(till: Till) {
  return new Hono<TillEnv>().post('/', async (c) => {
    const { promotionCode: code, selection: wished } = await readJson(c, DiscountRequestSchema);
    const offer = await till.catalog.current();
    const selection = acceptSelection(offer.catalog, wished);
    const customerId = (await findPrincipal(c, till))?.customerId;
    const { discount } = await findPromotionCode(c, till, { code, selection, customerId, offer });
    return c.json<DiscountResponse>({ discount });
  });
}
