/**
 * Step checkout: completing a checkout session, by a person on the hosted page or by Stripe.js.
 *
 * Promise: a session is completed at most once. A declined card leaves nothing behind and the session open; which objects Stripe
 * keeps of such a try is not documented.
 */
import { authorizeCharge, authorizeSetup } from '../cards/authorize.ts';
import { invalid } from '../http/api-error.ts';
import type { CheckoutSession, SessionAttempt, SessionLineItem, SessionTerms } from '../objects/checkout-session.ts';
import type { Customer } from '../objects/customer.ts';
import { memory } from '../objects/memory.ts';
import type { PaymentMethod } from '../objects/payment.ts';
import { delayedTypes } from '../objects/payment-method.ts';
import { change, insert, type World } from '../world.ts';
import { addChallenge, challengeUrl } from './challenges.ts';
import { collected, demandDetails, keepTaxId, newCustomerDetails, updateCustomer } from './checkout-details.ts';
import { newCustomer } from './new-customer.ts';
import { attachPaymentMethod, cardError, findPaymentMethod } from './payment-methods.ts';
import { confirmIntent, createIntent } from './payments.ts';
import { confirmSetup, createSetupIntent } from './setups.ts';
import { createSubscription, type WantedItem } from './subscription-create.ts';

export type Completion =
  | { readonly kind: 'complete'; readonly session: CheckoutSession }
  | { readonly kind: 'challenge'; readonly url: string };

/** In which order Stripe typically tells of a paid checkout (stripe.md §3.4); never guaranteed. */
const typicalOrder = [
  'customer.created',
  'payment_method.attached',
  'customer.updated',
  'charge.succeeded',
  'payment_intent.created',
  'payment_intent.succeeded',
  'invoiceitem.created',
  'invoice.created',
  'invoice.finalized',
  'customer.subscription.created',
  'customer.subscription.updated',
  'invoice.updated',
  'invoice_payment.paid',
  'invoice.paid',
  'invoice.payment_succeeded',
  'checkout.session.completed',
];

/** Whether the buyer must enter a card. */
export const needsCard = ({ mode, amount_total, payment_method_collection }: CheckoutSession): boolean =>
  mode === 'setup' || (amount_total ?? 0) > 0 || (mode === 'subscription' && payment_method_collection !== 'if_required');

/** Asks the card's bank before anything is made; throws the bank's refusal. */
function mustChallenge(session: CheckoutSession, method: PaymentMethod, challenged: boolean): boolean {
  const ask = (session.amount_total ?? 0) > 0 ? authorizeCharge : authorizeSetup;
  const verdict = ask(method, { challenged });
  if (verdict.kind === 'declined') throw cardError(verdict.decline, { payment_method: { id: method.id, object: 'payment_method' } });
  return verdict.kind === 'challenge';
}

function buyer(world: World, session: CheckoutSession, attempt: SessionAttempt, method: PaymentMethod | null): Customer | null {
  const known = world.tables.customers.get(session.customer ?? '');
  if (known) return updateCustomer(world, session, known, attempt);
  const keepsCard = session[memory].futureUsage !== null;
  const isGuest = session.mode === 'payment' && session.customer_creation !== 'always' && !keepsCard;
  return isGuest ? null : newCustomer(world, newCustomerDetails(attempt, method));
}

const wanted = ({ price, quantity, metadata, taxes }: SessionLineItem, { automatic_tax, default_tax_rates }: SessionTerms): WantedItem => ({
  price,
  quantity,
  metadata,
  tax_rates: automatic_tax ? [] : taxes.map(({ rate }) => rate).filter((rate) => !default_tax_rates.includes(rate)),
});
const isRecurring = ({ price }: SessionLineItem): boolean => price.recurring !== null;

const trialEndOf = (world: World, { trial_end, trial_period_days }: CheckoutSession[typeof memory]['plan']): number | null =>
  trial_end ?? (trial_period_days === null ? null : world.now() + trial_period_days * 86_400);

function subscribe(world: World, session: CheckoutSession, customer: Customer, method: PaymentMethod | null): Partial<CheckoutSession> {
  const { plan, terms } = session[memory];
  const items = session.line_items.data;
  const subscription = createSubscription(world, {
    customer: world.tables.customers.get(customer.id) ?? customer,
    currency: session.currency ?? 'usd',
    items: items.filter(isRecurring).map((item) => wanted(item, terms)),
    extras: items.filter((item) => !isRecurring(item)).map((item) => wanted(item, terms)),
    ...terms,
    trial_end: trialEndOf(world, plan),
    missing_payment_method: plan.missing_payment_method,
    metadata: plan.metadata,
    description: plan.description,
    default_payment_method: method?.id ?? null,
    save_default_payment_method: 'off',
    billing_mode: plan.billing_mode,
    // a debit on its way is no failure
    payment_behavior: method && delayedTypes.includes(method.type) ? 'allow_incomplete' : 'error_if_incomplete',
    ...(method && { present: method }),
  });
  const pending_setup_intent = null; // the card, if any, was set up on the page
  change(world, 'subscriptions', subscription, { pending_setup_intent });
  return { subscription: subscription.id, invoice: subscription.latest_invoice };
}

function pay(
  world: World,
  session: CheckoutSession,
  customer: Customer | null,
  method: PaymentMethod,
  email: string,
): Partial<CheckoutSession> {
  const intent = createIntent(world, {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? 'usd',
    customer: customer?.id ?? null,
    metadata: session[memory].intentMetadata,
    description: session[memory].intentDescription,
    payment_method: method.id,
    receipt_email: email,
    setup_future_usage: session[memory].futureUsage,
  });
  return { payment_intent: confirmIntent(world, intent, { method, challenged: true }).id };
}

function setUp(world: World, session: CheckoutSession, customer: Customer, method: PaymentMethod): Partial<CheckoutSession> {
  const intent = createSetupIntent(world, { customer: customer.id, usage: 'off_session', metadata: session[memory].setupMetadata });
  return { setup_intent: confirmSetup(world, intent, { method, challenged: true }).id };
}

function fulfill(
  world: World,
  session: CheckoutSession,
  attempt: SessionAttempt,
  method: PaymentMethod | null,
  challenged: boolean,
): Partial<CheckoutSession> {
  const customer = buyer(world, session, attempt, method);
  keepTaxId(world, customer, attempt);
  const isKept = session.mode !== 'payment' || session[memory].futureUsage !== null;
  const keeps = customer !== null && method !== null && isKept;
  const card = keeps ? attachPaymentMethod(world, method, customer.id, challenged) : method;
  const made: Partial<CheckoutSession> = { customer: customer?.id ?? null };
  if (session.mode === 'subscription' && customer) return { ...made, ...subscribe(world, session, customer, card) };
  if (session.mode === 'setup' && customer && card) return { ...made, ...setUp(world, session, customer, card) };
  return card && (session.amount_total ?? 0) > 0 ? { ...made, ...pay(world, session, customer, card, attempt.email) } : made;
}

/** A debit on its way leaves the session unpaid until it has come. */
function paymentStatusOf(
  world: World,
  { amount_total }: CheckoutSession,
  made: Partial<CheckoutSession>,
): CheckoutSession['payment_status'] {
  if ((amount_total ?? 0) === 0) return 'no_payment_required';
  const intent = world.tables.paymentIntents.get(made.payment_intent ?? '');
  const invoice = world.tables.invoices.get(made.invoice ?? '');
  return intent?.status === 'processing' || invoice?.status === 'open' ? 'unpaid' : 'paid';
}

function demandOpen(world: World, { status, expires_at }: CheckoutSession): void {
  if (status === 'open' && expires_at > world.now()) return;
  throw invalid(status === 'complete' ? 'This checkout session is complete.' : 'This checkout session has expired.');
}

/** Completes the session, or says where the buyer has to pass 3D Secure first. Throws 402 when the card is declined. */
export function completeSession(world: World, session: CheckoutSession, attempt: SessionAttempt, challenged = false): Completion {
  demandOpen(world, session);
  const method = attempt.payment_method === null ? null : findPaymentMethod(world, attempt.payment_method, 'payment_method');
  if (!method && needsCard(session)) throw invalid('A payment method is required.', 'parameter_missing', 'payment_method');
  if (attempt.details) demandDetails(session, attempt.details);
  if (method && mustChallenge(session, method, challenged)) {
    const subject = { kind: 'session', session: session.id, attempt: { ...attempt, payment_method: method.id } } as const;
    const { id } = addChallenge(world, subject, { amount: session.amount_total ?? 0, currency: session.currency, returnUrl: null });
    return { kind: 'challenge', url: challengeUrl(world, id) };
  }
  const made = fulfill(world, session, attempt, method, challenged);
  const customer = world.tables.customers.get(made.customer ?? '');
  const done = change(world, 'sessions', session, {
    ...made,
    ...collected(session, attempt, customer, method),
    payment_status: paymentStatusOf(world, session, made),
    status: 'complete',
    url: null,
  });
  world.emit('checkout.session.completed', done);
  world.orderEvents(typicalOrder);
  return { kind: 'complete', session: done };
}

/** What follows for a session when the debit that it waited for has come or failed. */
export function settleSession(world: World, session: CheckoutSession, succeeded: boolean): void {
  if (session.status !== 'complete' || session.payment_status !== 'unpaid') return;
  const told = succeeded ? change(world, 'sessions', session, { payment_status: 'paid' }) : session;
  world.emit(`checkout.session.async_payment_${succeeded ? 'succeeded' : 'failed'}`, told);
}

/** open → expired; with recovery, a link begins a copy of the session for a while. */
export function expireSession(world: World, session: CheckoutSession): CheckoutSession {
  const recovery = session.after_expiration?.recovery;
  const after_expiration = recovery?.enabled
    ? {
        recovery: {
          ...recovery,
          expires_at: world.now() + recoverySeconds,
          url: `${world.settings.publicUrl()}/c/recover/${session.id}`,
        },
      }
    : session.after_expiration;
  const expired = change(world, 'sessions', session, { status: 'expired', url: null, after_expiration });
  world.emit('checkout.session.expired', expired);
  return expired;
}

/** A new open session like the expired one, while its recovery lasts. */
export function recoverSession(world: World, expired: CheckoutSession): CheckoutSession | null {
  const recovery = expired.after_expiration?.recovery;
  if (expired.status !== 'expired' || recovery?.expires_at == null || recovery.expires_at <= world.now()) return null;
  const id = world.ids.next('cs_test', 58);
  return insert(world, 'sessions', {
    ...expired,
    id,
    after_expiration: { recovery: { ...recovery, expires_at: null, url: null } },
    allow_promotion_codes: recovery.allow_promotion_codes || expired.allow_promotion_codes,
    created: world.now(),
    expires_at: world.now() + sessionLifeSeconds,
    line_items: { ...expired.line_items, url: `/v1/checkout/sessions/${id}/line_items` },
    recovered_from: expired.id,
    status: 'open',
    url: `${world.settings.publicUrl()}/c/pay/${id}`,
  });
}

/** How long a recovery link works, in seconds (docs.stripe.com/payments/checkout/abandoned-carts). */
const recoverySeconds = 30 * 86_400;
const sessionLifeSeconds = 86_400;
