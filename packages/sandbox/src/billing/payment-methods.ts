/**
 * Step checkout: making and attaching payment methods.
 *
 * Promise: a card a bank refuses is never attached, and the same number always has the same fingerprint.
 */
import { createHash } from 'node:crypto';
import { authorizeSetup } from '../cards/authorize.ts';
import { cardNumberOfToken, walletOfToken } from '../cards/card-tokens.ts';
import { accountTokens } from '../cards/test-accounts.ts';
import { type Decline, digitsOf, isDecline, testCard } from '../cards/test-cards.ts';
import { ApiError, invalid, missingReference } from '../http/api-error.ts';
import { memory } from '../objects/memory.ts';
import { type BillingDetails, type PaymentMethod, paymentMethodConstants } from '../objects/payment.ts';
import type { CardDetails, MethodType } from '../objects/payment-method.ts';
import { change, insert, type World } from '../world.ts';

/** 402 with the bank's words. */
export const cardError = (decline: Decline, more: object = {}): ApiError => new ApiError(402, { type: 'card_error', ...decline, ...more });

export const noBillingDetails: BillingDetails = { address: null, email: null, name: null, phone: null, tax_id: null };

const cardConstants = {
  generated_from: null,
  networks: null,
  regulated_status: 'unregulated',
  three_d_secure_usage: { supported: true },
} as const;

export interface CardInput {
  readonly number: string;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly wallet?: 'apple_pay' | 'google_pay' | null;
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

const fingerprintOf = (number: string): string => createHash('sha256').update(number).digest('hex').slice(0, 16);

function insertMethod(
  world: World,
  type: MethodType,
  number: string,
  billing: Partial<BillingDetails>,
  details: Partial<PaymentMethod>,
): PaymentMethod {
  return insert(world, 'paymentMethods', {
    ...paymentMethodConstants,
    id: world.ids.next('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { ...noBillingDetails, ...billing },
    ...details,
    created: world.now(),
    customer: null,
    metadata: {},
    type,
    [memory]: { number, authenticated: false },
  });
}

/** A new card payment method, attached to nobody. */
export function createCard(world: World, input: CardInput, billing: Partial<BillingDetails> = {}): PaymentMethod {
  const number = digitsOf(input.number);
  const behavior = testCard(number);
  if (isDecline(behavior)) throw cardError(behavior, { param: 'number' });
  demandFuture(input, world.now());
  const { brand, country, funding, cvc = 'pass' } = behavior;
  const { wallet = null } = input;
  const last4 = number.slice(-4);
  const card: CardDetails & Readonly<Record<string, unknown>> = {
    ...cardConstants,
    brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: cvc } as CardDetails['checks'],
    country,
    display_brand: brand,
    exp_month: input.exp_month,
    exp_year: input.exp_year < 100 ? 2000 + input.exp_year : input.exp_year,
    fingerprint: fingerprintOf(number),
    funding,
    last4,
    wallet: wallet === null ? null : { dynamic_last4: last4, [wallet]: {}, type: wallet },
  };
  return insertMethod(world, 'card', number, billing, { card });
}

export interface AccountInput {
  readonly type: Exclude<MethodType, 'card'>;
  /** Of the bank account; empty for kinds without one. */
  readonly number: string;
  readonly account_holder_type?: string | undefined;
  readonly account_type?: string | undefined;
  readonly routing_number?: string | undefined;
  readonly bank?: string | undefined;
}

const detailsOf: Record<AccountInput['type'], (input: AccountInput, billing: Partial<BillingDetails>) => object> = {
  us_bank_account: ({ number, account_holder_type = 'individual', account_type = 'checking', routing_number = '110000000' }) => ({
    account_holder_type,
    account_type,
    bank_name: 'STRIPE TEST BANK',
    financial_connections_account: null,
    fingerprint: fingerprintOf(number),
    last4: number.slice(-4),
    networks: { preferred: 'ach', supported: ['ach'] },
    routing_number,
    status_details: {},
  }),
  sepa_debit: ({ number }) => ({
    bank_code: number.slice(4, 12),
    branch_code: null,
    country: number.slice(0, 2),
    fingerprint: fingerprintOf(number),
    generated_from: { charge: null, setup_attempt: null },
    last4: number.slice(-4),
  }),
  link: (_, { email = null }) => ({ email }),
  paypal: (_, { email = null }) => ({ country: null, payer_email: email, payer_id: null }),
  ideal: ({ bank = 'ing' }) => ({ bank, bic: bank === 'ing' ? 'INGBNL2A' : null }),
  bancontact: () => ({}),
  customer_balance: () => ({}),
};

/** A new payment method that is no card, attached to nobody. */
export function createAccount(world: World, input: AccountInput, billing: Partial<BillingDetails> = {}): PaymentMethod {
  const number = input.number.replaceAll(' ', '').toUpperCase();
  const details = detailsOf[input.type]({ ...input, number }, billing);
  return insertMethod(world, input.type, number, billing, { [input.type]: details });
}

/** The payment method of an id, or a new one of a token such as `pm_card_visa`. */
export function findPaymentMethod(world: World, id: string, param: string): PaymentMethod {
  const number = cardNumberOfToken(id);
  if (number !== undefined) {
    const year = new Date(world.now() * 1000).getUTCFullYear() + 1;
    return createCard(world, { number, exp_month: 8, exp_year: year, wallet: walletOfToken(id) });
  }
  const account = accountTokens[id];
  if (account && account.type !== 'card') return createAccount(world, { type: account.type, number: account.number });
  const method = world.tables.paymentMethods.get(id);
  if (!method) throw missingReference('PaymentMethod', id, param);
  return method;
}

/** Gives a payment method to a customer; 402 when its bank refuses. `authenticated` after a passed challenge. */
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

/** Takes a payment method from its customer, for good; what used it by default has none then. */
export function detachPaymentMethod(world: World, method: PaymentMethod): PaymentMethod {
  const { id, customer } = method;
  const owner = world.tables.customers.get(customer ?? '');
  if (owner?.invoice_settings.default_payment_method === id) {
    const invoice_settings = { ...owner.invoice_settings, default_payment_method: null };
    change(world, 'customers', owner, { invoice_settings }, 'customer.updated');
  }
  for (const subscription of world.tables.subscriptions.of(customer ?? '')) {
    if (subscription.default_payment_method === id) {
      change(world, 'subscriptions', subscription, { default_payment_method: null }, 'customer.subscription.updated');
    }
  }
  const next = change(world, 'paymentMethods', method, { customer: null });
  world.emit('payment_method.detached', next, { customer });
  return next;
}
