/**
 * Step 4, checkout: from a selection to Stripe's page.
 *
 * Promise: what is sold is what the catalog sells. A page sends ids and quantities; every price, trial and customer is
 * looked up here, and the buyer can only come back to an allowed origin.
 */
import { isDeepStrictEqual } from 'node:util';
import { CheckoutSessionRequestSchema, type CheckoutSessionResponse } from '@tillkit/core/contract/contract';
import { Hono } from 'hono';
import { BillingError } from '../http/billing-error.ts';
import { readJson } from '../http/read-body.ts';
import { keepLanguage } from '../identity/customer-language.ts';
import { findPrincipal } from '../identity/principal.ts';
import { demandStillReaches } from '../identity/still-reaches.ts';
import { hashSecret } from '../identity/session-token.ts';
import { acceptPreview } from '../preview/accept-preview.ts';
import { pricesOf } from '../preview/preview-token.ts';
import type { CheckoutIntent } from '../store/checkout-intents.ts';
import { createCheckoutSession, expireIfOpen, readCheckoutSession, type OpenCheckout } from '../stripe/checkout-sessions.ts';
import { pastKeptAnswer } from '../stripe/kept-answers.ts';
import type { Till, TillEnv } from '../till.ts';
import { acceptSelection } from './accept-selection.ts';
import { ownedBefore, ownedBy, refuseConflicts } from './buyer.ts';
import { toIntent } from './intent.ts';
import { openOneCheckout, type WantedCheckout } from './one-open-checkout.ts';
import { Queues } from '../ops/queues.ts';
import { findPromotionCode } from './promotion-code.ts';
import { toOrder, type WishedOrder } from './order.ts';
import { toReturnAddresses } from './return-address.ts';

/** POST /v1/checkout-sessions */
export function checkoutSessions(till: Till) {
  const queues = new Queues();
  return new Hono<TillEnv>().post('/', async (c) => {
    const request = await readJson(c, CheckoutSessionRequestSchema);
    const addresses = toReturnAddresses(request.returnUrl, till.config.origins);
    const offer = await till.catalog.current();
    const selection = acceptSelection(offer.catalog, request.selection);

    const buyer = await findPrincipal(c, till);
    const owned = await ownedBy(till, buyer, offer);
    refuseConflicts(selection, owned, offer);

    const shown = request.preview === undefined ? undefined : await acceptPreview(till, request.preview, selection, buyer);
    const code = request.promotionCode;
    const promotionCode =
      code === undefined ? undefined : await findPromotionCode(c, till, { code, selection, customerId: buyer?.customerId, offer });
    if (shown && shown.promotionCodeId !== promotionCode?.id) throw new BillingError('preview_changed', { detail: 'The code is another.' });

    const intent = toIntent({ ...request, selection, origin: c.get('origin')!, buyer });
    const order = await toOrder(till, { intent, request, addresses, buyer, owned, offer, promotionCode });
    const { id, net, ...session } = await openOnce(till, queues, order, {
      owner: { identity: buyer, customerId: order.customerId, verifierHash: intent.verifierHash },
      // what began while this one waited is written down
      demandAllowed: async () => refuseConflicts(selection, await ownedBefore(till, order.customerId, offer), offer),
    });
    // what is paid after a trial, or by use, is in no total
    if (shown && (shown.total !== net || !isDeepStrictEqual(shown.prices, pricesOf(order.lines)))) {
      await expireIfOpen(till.stripe, id);
      const detail = shown.total === net ? 'A price is another.' : `total: ${shown.total} when shown, ${net} now`;
      throw new BillingError('preview_changed', { detail });
    }
    await noteIntent(till, order.customerId, { ...intent, checkoutSessionId: id, status: 'open', createdAt: till.now() });
    await keepLanguage(till, order.customerId, { locale: request.locale ?? c.req.query('locale'), replaces: 'always' });

    return c.json<CheckoutSessionResponse>({ checkoutSessionId: id, ...session }, 201);
  });
}

/** Writes the intent down; the checkout of somebody who was erased meanwhile, or is of another customer, is closed again. */
async function noteIntent({ stripe, store }: Till, customerId: string | undefined, intent: CheckoutIntent): Promise<void> {
  const { identity, checkoutSessionId } = intent;
  try {
    await store.transaction(async (tables) => {
      if (identity) await demandStillReaches(tables, identity, customerId);
      await tables.checkoutIntents.add(intent);
    });
  } catch (error) {
    if (error instanceof BillingError) await expireIfOpen(stripe, checkoutSessionId);
    throw error;
  }
}

type Opening = Pick<WantedCheckout, 'owner' | 'demandAllowed'>;

/** A plan is open once for each customer; what is sold alone can be bought as often as one likes. */
function openOnce(till: Till, queues: Queues, order: WishedOrder, opening: Opening): Promise<OpenCheckout> {
  const { group } = order.note;
  // Stripe takes one key for one and the same request only: another language or another price is another wish
  const wish = hashSecret(JSON.stringify(order));
  if (group === undefined) return openNext(till, order, `checkout:${wish}`);
  return openOneCheckout(till, queues, {
    ...opening,
    group,
    intentId: wish,
    open: ({ attempt, startedAt }) =>
      createCheckoutSession(till.stripe, {
        ...order,
        // a form in the page may stand open for a day, Stripe's page is left sooner
        expiresAt: startedAt + (order.uiMode === 'elements' ? 23 : 2) * 3600,
        idempotencyKey: `checkout:${wish}:${attempt}`,
      }),
  });
}

/** The session that this wish has; once that was paid or has run out, the one that followed it. */
async function openNext(till: Till, order: WishedOrder, idempotencyKey: string): Promise<OpenCheckout> {
  const session = await pastKeptAnswer(idempotencyKey, till.now(), (key) =>
    createCheckoutSession(till.stripe, { ...order, idempotencyKey: key }),
  );
  if (!(await till.store.checkoutIntents.find(session.id))) return session;
  const { status } = await readCheckoutSession(till.stripe, session.id);
  return status === 'open' ? session : openNext(till, order, `checkout:after:${session.id}`);
}
