/** Steps 4 and 7: what a purchase or a change costs, by Stripe's own arithmetic, signed so that exactly this can follow. */
import { PreviewRequestSchema, type ChangeTarget, type PreviewResponse } from '@tillkit/core/contract/contract';
import type { Selection } from '@tillkit/core/selection/selection';
import { Hono, type Context } from 'hono';
import { acceptSelection } from '../checkout/accept-selection.ts';
import { ownedBy, refuseOtherCurrency, trialAvailable } from '../checkout/buyer.ts';
import { toPricedLines } from '../checkout/priced-lines.ts';
import { findPromotionCode } from '../checkout/promotion-code.ts';
import { readJson } from '../http/read-body.ts';
import { findPrincipal, requirePrincipal } from '../identity/principal.ts';
import { ownSubscription } from '../subscription/own.ts';
import type { Till, TillEnv } from '../till.ts';
import { planChange } from './plan-change.ts';
import { priceChange, type PricedChange } from './preview-change.ts';
import { pricePurchase } from './preview-purchase.ts';
import { priceResumption } from './resume-preview.ts';
import { stateOf } from './state-of.ts';
import { previewLifeSeconds, pricesOf, signPreview, type PreviewSubject } from './preview-token.ts';

interface Priced extends PricedChange {
  /** What the signature binds the amounts to. */
  readonly subject: PreviewSubject;
}

/** POST /v1/previews */
export function previews(till: Till) {
  return new Hono<TillEnv>().post('/', async (c) => {
    const request = await readJson(c, PreviewRequestSchema);

    const { invoice, total, subject } =
      'selection' in request
        ? await purchase(c, request.selection, request.promotionCode)
        : 'target' in request
          ? await change(c, request.subscriptionId, request.target)
          : await resumption(c, request.subscriptionId);

    const expiresAt = till.now() + previewLifeSeconds;
    const amounts = { dueNow: invoice.dueNow, total, recurring: invoice.recurring.amount };
    const preview = signPreview({ ...subject, ...amounts, expiresAt }, await till.store.secrets.key('preview'));
    return c.json<PreviewResponse>({ invoice, preview, expiresAt }, 201);
  });

  async function purchase(c: Context<TillEnv>, wished: Selection, code: string | undefined): Promise<Priced> {
    const offer = await till.catalog.current();
    const selection = acceptSelection(offer.catalog, wished);
    const buyer = await findPrincipal(c, till);
    const owned = await ownedBy(till, buyer, offer);
    refuseOtherCurrency(selection, owned);
    const withTrial = trialAvailable(selection, owned, offer);
    const customerId = buyer?.customerId;
    const promotionCode = code === undefined ? undefined : await findPromotionCode(c, till, { code, selection, customerId, offer });
    const priced = await pricePurchase(till, { selection, customerId, withTrial, offer, locale: c.req.query('locale'), promotionCode });
    const promotionCodeId = promotionCode?.id;
    const { recurring, oneTime } = toPricedLines(selection, offer);
    return {
      ...priced,
      subject: {
        kind: 'purchase',
        selection,
        prices: pricesOf([...recurring, ...oneTime]),
        ...(customerId && { customerId }),
        ...(promotionCodeId && { promotionCodeId }),
      },
    };
  }

  async function resumption(c: Context<TillEnv>, subscriptionId: string): Promise<Priced> {
    const subscription = await ownSubscription(till, await requirePrincipal(c, till), subscriptionId);
    const priced = await priceResumption(till, subscription, await till.catalog.current(), c.req.query('locale'));
    const { customerId } = subscription;
    return { ...priced, subject: { kind: 'resume', customerId, subscriptionId, state: stateOf(subscription) } };
  }

  async function change(c: Context<TillEnv>, subscriptionId: string, wish: ChangeTarget): Promise<Priced> {
    const principal = await requirePrincipal(c, till);
    const fact = await ownSubscription(till, principal, subscriptionId);
    const offer = await till.catalog.current();
    const planned = planChange(fact, wish, offer);
    const priced = await priceChange(till, fact, planned, offer, { locale: c.req.query('locale') });
    const { prorationDate } = priced.invoice;
    const { customerId } = fact;
    const dated = prorationDate === undefined ? {} : { prorationDate };
    const { target, mode, lines } = planned;
    return {
      ...priced,
      subject: { kind: 'change', customerId, subscriptionId, target, mode, prices: pricesOf(lines), state: stateOf(fact), ...dated },
    };
  }
}
