/** Step 4, checkout: an accepted selection as Stripe takes it. */
import { findAddOn, findPlan, isOneTime } from '@tillkit/core/catalog/lookup';
import type { CheckoutSessionRequest } from '@tillkit/core/contract/contract';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import type { Selection } from '@tillkit/core/selection/selection';
import type { Offer } from '../catalog/catalog-source.ts';
import { ensureCustomer } from '../identity/principal.ts';
import type { KnownIdentity } from '../store/identities.ts';
import type { CheckoutOrder } from '../stripe/checkout-sessions.ts';
import { noteOf } from '../stripe/metadata.ts';
import type { PromotionCode } from '../stripe/promotion-codes.ts';
import type { OwnedSubscription } from '../subscription/live.ts';
import { refuseLargeTrial, trialStartOf } from '../subscription/trial-quantities.ts';
import type { Till } from '../till.ts';
import { groupOf, trialAvailable } from './buyer.ts';
import type { NewIntent } from './intent.ts';
import { toPricedLines } from './priced-lines.ts';
import type { ReturnAddresses } from './return-address.ts';
import { demandShown } from './shown-amounts.ts';

/** An order before it is known when, and under which key, it is sent. */
export type WishedOrder = Omit<CheckoutOrder, 'idempotencyKey' | 'expiresAt'>;

export interface OrderSource {
  readonly intent: NewIntent;
  readonly request: CheckoutSessionRequest;
  readonly addresses: ReturnAddresses;
  readonly buyer: KnownIdentity | undefined;
  readonly owned: readonly OwnedSubscription[];
  readonly offer: Offer;
  readonly promotionCode?: PromotionCode | undefined;
}

/** The order for Stripe. Trial and card rule come from the catalog and from what the buyer had before, never from the page. */
export async function toOrder(
  till: Till,
  { intent, request, addresses, buyer, owned, offer, promotionCode }: OrderSource,
): Promise<WishedOrder> {
  const { selection } = intent;
  const { recurring, oneTime } = toPricedLines(selection, offer);
  const withTrial = trialAvailable(selection, owned, offer);
  const discounts = promotionCode && { discounts: [promotionCode.discount] };
  const quote = quoteExactly(offer.catalog, selection, { trialAvailable: withTrial, ...discounts });
  demandShown(request.shown, quote);
  const trial = quote.trial && 'planId' in selection ? findPlan(offer.catalog, selection.planId)!.trial : undefined;
  if (trial) refuseLargeTrial(selection, offer);
  return {
    mode: recurring.length ? 'subscription' : 'payment',
    uiMode: request.uiMode ?? 'hosted_page',
    lines: [...recurring, ...oneTime],
    currency: selection.currency,
    ...(trial && { trial }),
    cardOptional: !quote.cardRequired,
    automaticTax: offer.catalog.tax !== 'none',
    ...(promotionCode && { promotionCodeId: promotionCode.id }),
    ...addresses,
    locale: request.locale,
    ...(buyer && { customerId: await ensureCustomer(till, buyer) }),
    note: {
      intentId: intent.id,
      ...noteOf(selection, groupOf(selection, offer)),
      ...(hasOneTime(selection, offer) && { oneTime: true }),
      ...(trial && trialStartOf(selection)),
    },
  };
}

/** Whether add-ons that are paid once are bought with a plan; a setup fee is none. */
const hasOneTime = (selection: Selection, { catalog }: Offer): boolean =>
  'planId' in selection && Object.keys(selection.addOns).some((id) => isOneTime(findAddOn(catalog, id)!));
