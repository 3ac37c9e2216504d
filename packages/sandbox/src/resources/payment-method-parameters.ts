/** Step checkout: the parameters from which a payment method is made, alone or with an intent. */
import { type CardInput, createAccount, createCard, findPaymentMethod } from '../billing/payment-methods.ts';
import type { Access } from '../http/access.ts';
import { ApiError, invalid } from '../http/api-error.ts';
import { clearable, integer, mergeMetadata, metadata, oneOf, type Params, passive, passives, required, shape, text } from '../http/read.ts';
import { type BillingDetails, type PaymentMethod } from '../objects/payment.ts';
import { methodTypes } from '../objects/payment-method.ts';
import { change, type World } from '../world.ts';

const line = clearable(text);
/** A postal address. */
export const address = shape({ city: line, country: line, line1: line, line2: line, postal_code: line, state: line });

export const billingDetails = shape({
  address: clearable(address),
  email: clearable(text),
  name: clearable(text),
  phone: clearable(text),
  tax_id: text,
});

/** Kinds of payment that Stripe knows and this account has not switched on. */
const otherTypes = {
  ...passives(
    'acss_debit',
    'affirm',
    'afterpay_clearpay',
    'alipay',
    'alma',
    'amazon_pay',
    'au_becs_debit',
    'bacs_debit',
    'billie',
    'bizum',
  ),
  ...passives(
    'blik',
    'boleto',
    'cashapp',
    'crypto',
    'custom',
    'eps',
    'fpx',
    'giropay',
    'grabpay',
    'interac_present',
    'kakao_pay',
    'klarna',
  ),
  ...passives(
    'konbini',
    'kr_card',
    'mb_way',
    'mobilepay',
    'multibanco',
    'naver_pay',
    'nz_bank_account',
    'oxxo',
    'p24',
    'pay_by_bank',
    'payco',
  ),
  ...passives('paynow', 'paypay', 'payto', 'pix', 'promptpay', 'revolut_pay', 'samsung_pay', 'satispay', 'scalapay', 'sequra', 'sofort'),
  ...passives('sunbit', 'swish', 'twint', 'upi', 'wechat_pay', 'zip'),
};

export const methodFields = {
  ...otherTypes,
  type: required(oneOf(...methodTypes)),
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  billing_details: billingDetails,
  card: shape({ number: text, exp_month: integer, exp_year: integer, cvc: text, token: text, networks: passive }),
  ideal: shape({ bank: text }),
  metadata,
  sepa_debit: shape({ iban: required(text) }),
  us_bank_account: shape({
    account_holder_type: oneOf('company', 'individual'),
    account_number: text,
    account_type: oneOf('checking', 'savings'),
    financial_connections_account: text,
    routing_number: text,
  }),
  ...passives('bancontact', 'customer_balance', 'link', 'paypal', 'radar_options'),
  // sent by Stripe.js
  ...passives('guid', 'muid', 'sid', 'payment_user_agent', 'time_on_page', 'referrer', 'key', 'client_attribution_metadata'),
} as const;
export type MethodParams = Params<typeof methodFields>;

const emptyAddress = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

export function toBilling(given: Params<{ d: typeof billingDetails }>['d']): Partial<BillingDetails> {
  if (!given) return {};
  const { address: where, ...rest } = given;
  return { ...rest, ...(where !== undefined && { address: where && { ...emptyAddress, ...where } }) };
}

function cardInput(card: MethodParams['card'], access: Access): CardInput {
  if (card?.number === undefined) throw invalid('Missing required param: card[number].', 'parameter_missing', 'card[number]');
  if (card.exp_month === undefined) throw invalid('Missing required param: card[exp_month].', 'parameter_missing', 'card[exp_month]');
  if (card.exp_year === undefined) throw invalid('Missing required param: card[exp_year].', 'parameter_missing', 'card[exp_year]');
  if (access === 'secret') {
    throw new ApiError(402, {
      type: 'invalid_request_error',
      message:
        'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://stripe.com/docs/testing.',
    });
  }
  return { number: card.number, exp_month: card.exp_month, exp_year: card.exp_year };
}

function bareMethod(world: World, params: MethodParams, access: Access): PaymentMethod {
  const { type, card, us_bank_account: bank, sepa_debit, ideal } = params;
  const billing = toBilling(params.billing_details);
  if (type === 'card') {
    if (card?.token === undefined) return createCard(world, cardInput(card, access), billing);
    return findPaymentMethod(world, card.token.replace(/^tok_/u, 'pm_card_'), 'card[token]');
  }
  if (type === 'us_bank_account') {
    if (bank?.account_number === undefined && bank?.financial_connections_account === undefined) {
      throw invalid('Missing required param: us_bank_account[account_number].', 'parameter_missing', 'us_bank_account[account_number]');
    }
    return createAccount(world, { ...bank, type, number: bank.account_number ?? '000123456789' }, billing);
  }
  if (type === 'sepa_debit') {
    if (!sepa_debit) throw invalid('Missing required param: sepa_debit.', 'parameter_missing', 'sepa_debit');
    return createAccount(world, { type, number: sepa_debit.iban }, billing);
  }
  return createAccount(world, { type, number: '', bank: ideal?.bank }, billing);
}

/** A new payment method of what was given, attached to nobody. */
export function makeMethod(world: World, params: MethodParams, access: Access): PaymentMethod {
  const method = bareMethod(world, params, access);
  return change(world, 'paymentMethods', method, {
    allow_redisplay: params.allow_redisplay ?? 'unspecified',
    metadata: mergeMetadata({}, params.metadata),
    billing_details: { ...method.billing_details, ...toBilling(params.billing_details) },
  });
}
