/** Step checkout: `GET` and `POST /c/pay/:session`. */
import { Hono } from 'hono';
import { completeSession, recoverSession } from '../billing/checkout.ts';
import { ApiError, invalid } from '../http/api-error.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import {
  applyPromotionCode,
  changeAddress,
  changeQuantity,
  changeShipping,
  chooseOptional,
} from '../resources/checkout-session-changes.ts';
import { testClockTime } from '../store/test-clock-of.ts';
import type { World } from '../world.ts';
import { unframed } from './html.ts';
import { collectionFields, detailsOf, type Typed } from './checkout-fields.ts';
import { offersOf } from './checkout-offers.ts';
import { cardReader, chosenMethod, hasChoice, paymentFields } from './checkout-payment.ts';
import { checkoutPage, closedPage, type Problem, type TypedFields } from './checkout-page.ts';
import { viewCheckout } from './checkout-view.ts';

const ownCause = { id: null, idempotency_key: null };

export const successUrl = (session: CheckoutSession): string =>
  (session.success_url ?? `/c/pay/${session.id}`).replaceAll('{CHECKOUT_SESSION_ID}', session.id);

function knownEmail(world: World, session: CheckoutSession): string | null {
  return world.tables.customers.get(session.customer ?? '')?.email ?? session.customer_email;
}

/** Month and year of `MM / YY`. */
export function parseExpiry(typed: string): { exp_month: number; exp_year: number } {
  const [, month, year] = /^\s*(\d{1,2})\s*\/?\s*(\d{2}|\d{4})\s*$/u.exec(typed) ?? [];
  if (month === undefined || year === undefined)
    throw invalid("Your card's expiration date is incomplete.", 'incomplete_expiry', 'exp_month');
  return { exp_month: Number(month), exp_year: Number(year) };
}

const fieldOf: Readonly<Record<string, Problem['field']>> = {
  email: 'email',
  number: 'number',
  exp_month: 'expiry',
  exp_year: 'expiry',
  incorrect_cvc: 'cvc',
  incorrect_number: 'number',
  expired_card: 'expiry',
};

const toProblem = ({ body }: ApiError): Problem => ({
  message: body.message,
  field: fieldOf[body.param ?? ''] ?? fieldOf[body.code ?? ''] ?? null,
});

function demandEmail(email: string): void {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(email)) throw invalid('Your email is incomplete.', 'email_invalid', 'email');
}

/** Completes and answers with the way to go on. */
function submit(world: World, given: CheckoutSession, typed: TypedFields, all: Typed): string {
  const work = (): string => {
    const details = detailsOf(given, all);
    const session = details.address ? changeAddress(world, given, details.address) : given;
    const email = knownEmail(world, session) ?? typed.email;
    demandEmail(email);
    const readCard = cardReader(world, parseExpiry);
    const payment_method = viewCheckout(session, world.now()).needsCard ? chosenMethod(world, session, all, () => readCard(all)) : null;
    const completion = completeSession(world, session, { email, payment_method, details });
    return completion.kind === 'challenge' ? completion.url : successUrl(completion.session);
  };
  return world.request(ownCause, work, testClockTime(world.tables, [given.id]));
}

/** Messages of a challenge that was failed come back by name, never as text. */
const problems: Readonly<Record<string, string>> = {
  authentication: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  insufficient_funds: 'Your card has insufficient funds.',
  declined: 'Your card was declined.',
};

const textsOf = (form: Readonly<Record<string, unknown>>): Typed =>
  Object.fromEntries(Object.entries(form).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])));

/** What can be changed before paying, by the last part of the address. */
const changes: Readonly<Record<string, (world: World, session: CheckoutSession, typed: Typed) => CheckoutSession>> = {
  quantity: (world, session, { line = '', quantity }) => changeQuantity(world, session, line, Number(quantity)),
  optional: (world, session, { price = '', chosen }) => chooseOptional(world, session, price, chosen === 'yes'),
  shipping: (world, session, { shipping_rate = '' }) => changeShipping(world, session, shipping_rate),
  promotion: (world, session, { code = '' }) => applyPromotionCode(world, session, code),
};

export function checkoutPages(world: World): Hono {
  const app = new Hono();
  const blank: TypedFields = { email: '', number: '', expiry: '', name: '' };

  function show(session: CheckoutSession, typed: TypedFields, problem: Problem | null, all: Typed = {}): Response {
    const email = knownEmail(world, session);
    return checkoutPage(session, viewCheckout(session, world.now()), { ...typed, email: email ?? typed.email }, problem, email !== null, {
      asked: collectionFields(session, all),
      offers: offersOf(world, session),
      payment: (card) => paymentFields(world, session, all, card),
      hasChoice: hasChoice(world, session),
    });
  }

  app.use(
    '/c/pay/:id',
    unframed((id) => world.tables.sessions.get(id)?.ui_mode === 'embedded_page'),
  );
  app.get('/c/recover/:id', ({ req, notFound, redirect }) => {
    const expired = world.tables.sessions.get(req.param('id'));
    const session = expired && world.request(ownCause, () => recoverSession(world, expired));
    return session?.url ? redirect(session.url, 303) : notFound();
  });

  app.get('/c/pay/:id', ({ req, notFound }) => {
    const session = world.tables.sessions.get(req.param('id'));
    if (!session) return notFound();
    if (session.status !== 'open') return closedPage(session);
    const message = problems[req.query('problem') ?? ''];
    return show(session, blank, message === undefined ? null : { message, field: null });
  });

  app.post('/c/pay/:id', async ({ req, notFound, redirect }) => {
    const form = await req.parseBody();
    const session = world.tables.sessions.get(req.param('id'));
    if (!session) return notFound();
    if (session.status === 'complete') return redirect(successUrl(session), 303); // sent twice
    if (session.status === 'expired') return closedPage(session);
    const all = textsOf(form);
    const read = (name: string): string => all[name] ?? '';
    const typed = { email: read('email'), number: read('number'), expiry: read('expiry'), name: read('name') };
    try {
      return redirect(submit(world, session, typed, all), 303);
    } catch (error) {
      if (error instanceof ApiError) return show(session, typed, toProblem(error), all);
      throw error;
    }
  });
  app.post('/c/pay/:id/:change', async ({ req, notFound, redirect }) => {
    const session = world.tables.sessions.get(req.param('id'));
    const apply = Object.hasOwn(changes, req.param('change')) ? changes[req.param('change')] : undefined;
    if (!session || !apply) return notFound();
    if (session.status !== 'open') return closedPage(session);
    const typed = textsOf(await req.parseBody());
    try {
      world.request(ownCause, () => apply(world, session, typed), testClockTime(world.tables, [session.id]));
      return redirect(`/c/pay/${session.id}`, 303);
    } catch (error) {
      if (error instanceof ApiError) return show(session, blank, toProblem(error));
      throw error;
    }
  });
  return app;
}
