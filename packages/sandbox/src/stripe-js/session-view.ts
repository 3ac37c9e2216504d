/**
 * Step checkout: a checkout session as Stripe.js shows it to the page (`StripeCheckoutSession` of @stripe/stripe-js 10).
 *
 * Promise: every amount is the session's own, in minor units and as text; nothing is added up here.
 */
import { needsCard } from '../billing/checkout.ts';
import { decimalsOf } from '../money/currency.ts';
import { amountOf } from '../money/price-amount.ts';
import type { CheckoutSession, SessionLineItem, SessionTerms } from '../objects/checkout-session.ts';
import { memory } from '../objects/memory.ts';
import type { PaymentMethod } from '../objects/payment.ts';
import { toLineItems } from '../resources/checkout-session-items.ts';
import { taxedBuyer, wantedAgain } from '../resources/checkout-session-totals.ts';
import type { World } from '../world.ts';
import { amountIn, discountAmounts, type ShownAmount, taxAmounts, taxStatus, taxSums } from './session-amounts.ts';

function lineView(world: World, session: CheckoutSession, line: SessionLineItem): object {
  const { price, quantity, currency } = line;
  const amount = amountIn(currency);
  const product = world.tables.products.get(price.product);
  const tax = taxSums([line]);
  return {
    id: line.id,
    name: product?.name ?? line.description,
    description: product?.description ?? null,
    images: product?.images ?? [],
    priceId: price.id,
    quantity,
    unitLabel: product?.unit_label ?? null,
    unitAmount: amount(amountOf(price, currency, 1)),
    unitAmountDecimal: null,
    subtotal: amount(line.amount_subtotal),
    discount: amount(line.amount_discount),
    taxExclusive: amount(tax.exclusive),
    taxInclusive: amount(tax.inclusive),
    total: amount(line.amount_total),
    discountAmounts: line.amount_discount > 0 ? discountAmounts(world, session, line.amount_discount) : null,
    taxAmounts: taxAmounts([line], currency),
    recurring: price.recurring && {
      interval: price.recurring.interval,
      intervalCount: price.recurring.interval_count,
      usageType: price.recurring.usage_type,
    },
    adjustableQuantity: adjustableOf(line),
    isRemovable: false,
    pricing: null,
    transformQuantity: null,
  };
}

type OptionalItem = NonNullable<CheckoutSession['optional_items']>[number];

function optionalView(
  world: World,
  { currency, line_items }: CheckoutSession,
  { price: id, quantity, adjustable_quantity }: OptionalItem,
): object {
  const price = world.tables.prices.get(id);
  const product = world.tables.products.get(price?.product ?? '');
  return {
    priceId: id,
    name: product?.name ?? id,
    description: product?.description ?? null,
    images: product?.images ?? [],
    unitLabel: product?.unit_label ?? null,
    unitAmount: amountIn(currency ?? 'usd')(price ? amountOf(price, currency ?? 'usd', 1) : 0),
    unitAmountDecimal: null,
    quantity,
    adjustableQuantity: adjustableOf({ adjustable_quantity }),
    recurring: price?.recurring ? { interval: price.recurring.interval, intervalCount: price.recurring.interval_count } : null,
    isSelected: line_items.data.some((line) => line.price.id === id),
  };
}

/** Limits within which the buyer may change the quantity; null when the session does not allow it. */
function adjustableOf({ adjustable_quantity }: { readonly adjustable_quantity: unknown }): { minimum: number; maximum: number } | null {
  if (typeof adjustable_quantity !== 'object' || adjustable_quantity === null) return null;
  const { enabled, minimum, maximum } = adjustable_quantity as { enabled?: boolean; minimum?: number | null; maximum?: number | null };
  return enabled ? { minimum: minimum ?? 0, maximum: maximum ?? 99 } : null;
}

/** Coupons that go on after the first payment. */
function lastingTerms(world: World, { [memory]: { terms } }: CheckoutSession): SessionTerms {
  const couponOf = ({ coupon, promotion_code }: SessionTerms['discounts'][number]): string =>
    world.tables.promotionCodes.get(promotion_code ?? '')?.promotion.coupon ?? coupon ?? '';
  return { ...terms, discounts: terms.discounts.filter((one) => world.tables.coupons.get(couponOf(one))?.duration !== 'once') };
}

/** The recurring lines as they are priced once the trial and coupons for one payment are over. */
function linesNext(world: World, session: CheckoutSession, currency: string): readonly SessionLineItem[] {
  const lines = wantedAgain(session).filter(({ price }) => price.recurring);
  const customer = taxedBuyer(world, session);
  return world.rehearse(() => toLineItems(world, lines, { currency, onTrial: false, customer, terms: lastingTerms(world, session) }));
}

function trialView(world: World, { [memory]: { plan } }: CheckoutSession): object | null {
  const { trial_end, trial_period_days } = plan;
  if (trial_end === null && trial_period_days === null) return null;
  const days = trial_period_days ?? Math.ceil(((trial_end ?? 0) - world.now()) / 86_400);
  return { trialEnd: trial_end ?? world.now() + days * 86_400, trialPeriodDays: days };
}

function recurringView(world: World, session: CheckoutSession): object | null {
  const recurring = session.line_items.data.find(({ price }) => price.recurring)?.price.recurring;
  if (!recurring || session.currency === null) return null;
  const items = linesNext(world, session, session.currency);
  const amount = amountIn(session.currency);
  const sumOf = (name: 'amount_subtotal' | 'amount_discount' | 'amount_total'): ShownAmount =>
    amount(items.reduce((sum, item) => sum + item[name], 0));
  const tax = taxSums(items);
  return {
    interval: recurring.interval,
    intervalCount: recurring.interval_count,
    isProrated: false,
    dueNext: {
      subtotal: sumOf('amount_subtotal'),
      total: sumOf('amount_total'),
      discount: sumOf('amount_discount'),
      taxInclusive: amount(tax.inclusive),
      taxExclusive: amount(tax.exclusive),
      billingCycleAnchor: session[memory].plan.trial_end,
    },
    trial: trialView(world, session),
  };
}

const savedView = ({ id, type, card, billing_details }: PaymentMethod): object => ({
  id,
  type,
  card: { brand: card?.brand, expMonth: card?.exp_month, expYear: card?.exp_year, last4: card?.last4 },
  billingDetails: billing_details,
});

/** Cards of the session's customer that may be shown again. */
const savedCards = (world: World, customer: string | null): readonly PaymentMethod[] =>
  world.tables.paymentMethods.of(customer ?? '').filter(({ type, allow_redisplay }) => type === 'card' && allow_redisplay === 'always');

function totalView(
  { amount_subtotal, amount_total, total_details, line_items }: CheckoutSession,
  amount: (minor: number) => ShownAmount,
): object {
  const tax = taxSums(line_items.data);
  return {
    appliedBalance: amount(0),
    balanceAppliedToNextInvoice: false,
    discount: amount(total_details?.amount_discount ?? 0),
    shippingRate: amount(total_details?.amount_shipping ?? 0),
    subtotal: amount(amount_subtotal ?? 0),
    surcharge: amount(0),
    taxExclusive: amount(tax.exclusive),
    taxInclusive: amount(tax.inclusive),
    total: amount(amount_total ?? 0),
  };
}

/** What the page sees; what the buyer typed is put in by Stripe.js itself. */
function sessionView(world: World, session: CheckoutSession): object {
  const currency = session.currency ?? 'usd';
  const customer = world.tables.customers.get(session.customer ?? '');
  return {
    id: session.id,
    livemode: false,
    billingAddress: null,
    businessName: null,
    nameCollection: null,
    canConfirm: false,
    currency,
    currencyOptions: null,
    discountAmounts: discountAmounts(world, session, session.total_details?.amount_discount ?? 0),
    email: customer?.email ?? session.customer_email,
    lastPaymentError: null,
    lineItems: session.line_items.data.map((line) => lineView(world, session, line)),
    minorUnitsAmountDivisor: 10 ** decimalsOf(currency),
    optionalItems: session.optional_items?.map((item) => optionalView(world, session, item)) ?? null,
    phoneNumber: null,
    recurring: recurringView(world, session),
    savedPaymentMethods: session.customer === null ? null : savedCards(world, session.customer).map(savedView),
    shipping: null,
    shippingAddress: null,
    shippingOptions: [],
    status: session.status === 'complete' ? { type: 'complete', paymentStatus: session.payment_status } : { type: session.status },
    surcharge: null,
    tax: taxStatus(session),
    taxAmounts: taxAmounts(session.line_items.data, currency),
    taxIdInfo: null,
    total: totalView(session, amountIn(currency)),
  };
}

/** What Stripe.js itself needs to know of the session. */
export const sessionFacts = (world: World, session: CheckoutSession): object => ({
  session: sessionView(world, session),
  needsPaymentMethod: needsCard(session),
  mode: session.mode,
  types: session.allowed_payment_method_types ?? ['card'],
  isTaxedByPlace: session.automatic_tax.enabled,
  taxesByShipping: session.shipping_address_collection !== null,
  canSave: session.saved_payment_method_options?.payment_method_save === 'enabled',
  returnUrl: session.return_url ?? null,
  url: `/c/pay/${session.id}`,
  uiMode: session.ui_mode,
  redirectOnCompletion: session.redirect_on_completion ?? null,
});
