/**
 * Step checkout: making and attaching cards.
 *
 * Promise: a card a bank refuses is never attached.
 */
import { authorizeSetup } from '../cards/authorize.ts';
import { cardNumberOfToken, type Decline, digitsOf, isDecline, testCard } from '../cards/test-cards.ts';
import { ApiError, invalid, missingReference } from '../http/api-error.ts';
import { memory } from '../objects/memory.ts';
import { type BillingDetails, type PaymentMethod, paymentMethodConstants } from '../objects/payment.ts';
import { change, insert, type World } from '../world.ts';

/** 402 with the bank's words. */
export const cardError = (decline: Decline, more: object = {}): ApiError => new ApiError(402, { type: 'card_error', ...decline, ...more });

export const noBillingDetails: BillingDetails = { address: null, email: null, name: null, phone: null, tax_id: null };

const cardConstants = {
  generated_from: null,
  networks: null,
  regulated_status: 'unregulated',
  three_d_secure_usage: { supported: true },
  wallet: null,
} as const;

export interface CardInput {
  readonly number: string;
  readonly exp_month: number;
  readonly exp_year: number;
}

function demandFuture({ exp_month, exp_year }: CardInput, now: number): void {
  if (exp_month < 1 || exp_month > 12) {
    throw cardError({ code: 'invalid_expiry_month', message: "Your card's expiration month is invalid." }, { param: 'exp_month' });
  }
  const year = exp_year < 100 ? 2000 + exp_year : exp_year;
  if (Date.UTC(year, exp_month) / 1000 <= now) {
    throw cardError({ code: 'invalid_expiry_year', message: "Your card's expiration year is invalid." }, { param: 'exp_year' });
  }
}

/** A new card payment method, attached to nobody. */
export function createCard(world: World, input: CardInput, billing: Partial<BillingDetails> = {}): PaymentMethod {
  const number = digitsOf(input.number);
  const card = testCard(number);
  if (isDecline(card)) throw cardError(card, { param: 'number' });
  demandFuture(input, world.now());
  const { brand, country, funding } = card;
  return insert(world, 'paymentMethods', {
    ...paymentMethodConstants,
    id: world.ids.next('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { ...noBillingDetails, ...billing },
    card: {
      ...cardConstants,
      brand,
      display_brand: brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country,
      funding,
      fingerprint: world.ids.next('fp', 16).slice(3),
      exp_month: input.exp_month,
      exp_year: input.exp_year < 100 ? 2000 + input.exp_year : input.exp_year,
      last4: number.slice(-4),
    } as PaymentMethod['card'],
    created: world.now(),
    customer: null,
    metadata: {},
    type: 'card',
    [memory]: { number, authenticated: false },
  });
}

/** The payment method of an id, or a new one of a token such as `pm_card_visa`. */
export function findPaymentMethod(world: World, id: string, param: string): PaymentMethod {
  const number = cardNumberOfToken(id);
  if (number !== undefined) {
    const year = new Date(world.now() * 1000).getUTCFullYear() + 1;
    return createCard(world, { number, exp_month: 8, exp_year: year });
  }
  const method = world.tables.paymentMethods.get(id);
  if (!method) throw missingReference('PaymentMethod', id, param);
  return method;
}

/** Gives a card to a customer; 402 when its bank refuses. `authenticated` after a passed challenge. */
export function attachPaymentMethod(world: World, method: PaymentMethod, customer: string, authenticated = false): PaymentMethod {
  if (method.customer !== null && method.customer !== customer) {
    throw invalid('The payment method you provided has already been attached to a customer.', 'payment_method_unexpected_state');
  }
  if (method.customer === customer) {
    return authenticated ? change(world, 'paymentMethods', method, { [memory]: { ...method[memory], authenticated } }) : method;
  }
  const verdict = authorizeSetup(method, { challenged: true });
  if (verdict.kind === 'declined') throw cardError(verdict.decline);
  const attached = { ...method[memory], authenticated: authenticated || method[memory].authenticated };
  const next = change(world, 'paymentMethods', method, { customer, [memory]: attached });
  world.emit('payment_method.attached', next);
  return next;
}
