/** Step checkout: the ways to pay that the hosted page offers: a card, methods kept before, bank debits, pages of a bank. */
import { createAccount, createCard } from '../billing/payment-methods.ts';
import { invalid } from '../http/api-error.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import { delayedTypes, type MethodType, methodTypes, type PaymentMethod } from '../objects/payment-method.ts';
import { change, type World } from '../world.ts';
import type { Typed } from './checkout-fields.ts';
import { html, type Html } from './html.ts';

type AccountType = Exclude<MethodType, 'card'>;

const names: Readonly<Record<AccountType, string>> = {
  us_bank_account: 'US bank account',
  sepa_debit: 'SEPA Direct Debit',
  link: 'Link',
  paypal: 'PayPal',
  ideal: 'iDEAL',
  bancontact: 'Bancontact',
  customer_balance: 'Bank transfer',
};

/** Kinds beside the card that the session allows and this page can take. */
const otherTypes = ({ payment_method_types }: CheckoutSession): AccountType[] =>
  methodTypes.filter((type): type is AccountType => type !== 'card' && type !== 'customer_balance' && payment_method_types.includes(type));

/** Methods of the customer that may be shown again. */
function savedMethods(world: World, { customer, saved_payment_method_options }: CheckoutSession): PaymentMethod[] {
  const filters = saved_payment_method_options?.allow_redisplay_filters ?? ['always'];
  return customer === null
    ? []
    : world.tables.paymentMethods.of(customer).filter(({ allow_redisplay }) => filters.includes(allow_redisplay));
}

/** Whether there is anything to choose from. */
export const hasChoice = (world: World, session: CheckoutSession): boolean =>
  otherTypes(session).length > 0 || savedMethods(world, session).length > 0;

const option = (value: string, label: string, chosen: boolean): Html =>
  html`<label class="choice"><input type="radio" name="pay_with" value="${value}" ${chosen ? html`checked` : null} /> ${label}</label>`;

/** The choice of a way to pay, around the fields of a card; nothing to choose shows these fields alone. */
export function paymentFields(world: World, session: CheckoutSession, typed: Typed, card: Html): Html {
  const saved = savedMethods(world, session);
  const types = otherTypes(session);
  const chosen = typed.pay_with ?? saved[0]?.id ?? 'card';
  const keeps = session.saved_payment_method_options?.payment_method_save === 'enabled';
  const save = keeps && html`<label class="choice"><input type="checkbox" name="save" value="yes" /> Keep it for my next purchase</label>`;
  if (saved.length + types.length === 0) return html`${card} ${save}`;
  const account = html`<div class="field">
    <label for="account_number">Account number or IBAN</label>
    <input id="account_number" name="account_number" value="${typed.account_number ?? ''}" autocomplete="off" placeholder="000123456789" />
  </div>`;
  return html`<fieldset>
    <legend>Pay with</legend>
    ${saved.map(({ id, type, card: kept }) => option(id, kept ? `${kept.brand} •••• ${kept.last4}` : type, chosen === id))}
    ${option('card', 'Card', chosen === 'card')} ${card} ${types.map((type) => option(type, names[type], chosen === type))}
    ${types.some((type) => delayedTypes.includes(type)) ? account : null} ${save}
  </fieldset>`;
}

/** The kept or new payment method that the buyer pays with; `newCard` reads the fields of a card. */
export function chosenMethod(world: World, session: CheckoutSession, typed: Typed, newCard: () => PaymentMethod): string {
  const way = typed.pay_with ?? 'card';
  const kept = savedMethods(world, session).find(({ id }) => id === way);
  if (kept) return kept.id;
  const type = otherTypes(session).find((one) => one === way);
  if (!type && way !== 'card') throw invalid('This way to pay is not offered.', undefined, 'pay_with');
  const method = type ? newAccount(world, type, typed) : newCard();
  if (typed.save === 'yes') change(world, 'paymentMethods', method, { allow_redisplay: 'always' });
  return method.id;
}

function newAccount(world: World, type: AccountType, typed: Typed): PaymentMethod {
  const number = typed.account_number ?? '';
  if (delayedTypes.includes(type) && number === '') throw invalid('Your account number is incomplete.', undefined, 'account_number');
  return createAccount(world, { type, number }, { email: typed.email ?? null, name: typed.name || null });
}

type CardReader = (typed: Typed) => PaymentMethod;

/** Reads a card from its fields. */
export const cardReader =
  (world: World, expiryOf: (typed: string) => { exp_month: number; exp_year: number }): CardReader =>
  ({ number = '', expiry = '', cvc = '', email = '', name }) => {
    if (!/^\d{3,4}$/u.test(cvc)) throw invalid("Your card's security code is incomplete.", 'incorrect_cvc', 'cvc');
    return createCard(world, { number, ...expiryOf(expiry) }, { email, name: name || null });
  };
