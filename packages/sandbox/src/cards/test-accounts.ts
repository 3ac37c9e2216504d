/**
 * Step checkout: Stripe's test bank accounts and how a debit of each ends (docs.stripe.com/testing#ach-direct-debit, #sepa-direct-debit).
 *
 * Promise: a number that Stripe does not publish is debited with success.
 */
import type { MethodType } from '../objects/payment-method.ts';
import type { Decline } from './declines.ts';

export interface TestAccount {
  /** Why the debit fails; null when the money comes. */
  readonly decline: Decline | null;
  /** Whether the debit is disputed as soon as it has come. */
  readonly disputed: boolean;
}

const failing = (code: string, message: string): TestAccount => ({ decline: { code, message }, disputed: false });
const paying: TestAccount = { decline: null, disputed: false };
const disputing: TestAccount = { decline: null, disputed: true };
const refused = failing('payment_intent_payment_attempt_failed', 'The payment failed.');

const accounts: Readonly<Record<string, TestAccount>> = {
  '000123456789': paying,
  '000111111113': failing('account_closed', 'The bank account has been closed.'),
  '000111111116': failing('no_account', 'The bank account could not be found.'),
  '000222222227': failing('insufficient_funds', 'The bank account has insufficient funds.'),
  '000333333335': failing('debit_not_authorized', 'The owner of the bank account has not authorized the debit.'),
  '000444444440': failing('payment_method_currency_mismatch', 'The bank account does not take this currency.'),
  '000555555559': disputing,
  AT611904300234573201: paying,
  AT321904300235473204: paying,
  AT861904300235473202: refused,
  AT051904300235473205: refused,
  AT591904300235473203: disputing,
  DE89370400440532013000: paying,
  DE08370400440532013003: paying,
  DE62370400440532013001: refused,
  DE78370400440532013004: refused,
  DE35370400440532013002: disputing,
  NL39RABO0300065264: paying,
  FR1420041010050500013M02606: paying,
};

export const testAccount = (number: string): TestAccount => accounts[number] ?? paying;

/** Names of ready-made payment methods that are no cards. */
export const accountTokens: Readonly<Record<string, { readonly type: MethodType; readonly number: string }>> = {
  pm_usBankAccount: { type: 'us_bank_account', number: '000123456789' },
  pm_usBankAccount_success: { type: 'us_bank_account', number: '000123456789' },
  pm_usBankAccount_accountClosed: { type: 'us_bank_account', number: '000111111113' },
  pm_usBankAccount_noAccount: { type: 'us_bank_account', number: '000111111116' },
  pm_usBankAccount_insufficientFunds: { type: 'us_bank_account', number: '000222222227' },
  pm_usBankAccount_debitNotAuthorized: { type: 'us_bank_account', number: '000333333335' },
  pm_usBankAccount_invalidCurrency: { type: 'us_bank_account', number: '000444444440' },
  pm_usBankAccount_dispute: { type: 'us_bank_account', number: '000555555559' },
  pm_sepaDebit: { type: 'sepa_debit', number: 'DE89370400440532013000' },
  pm_paypal: { type: 'paypal', number: '' },
  pm_ideal: { type: 'ideal', number: '' },
  pm_bancontact: { type: 'bancontact', number: '' },
  pm_link: { type: 'link', number: '' },
};
