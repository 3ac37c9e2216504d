/** Step checkout: which payment method types a deferred group offers when the page does not narrow them. */
import type { ElementsOptions } from './elements-options.ts';

/** Types that this sandbox's account has turned on, with the currencies they serve; null: all. */
const accountTypes: readonly (readonly [type: string, currencies: readonly string[] | null, recurring: boolean])[] = [
  ['card', null, true],
  ['us_bank_account', ['usd'], true],
  ['sepa_debit', ['eur'], true],
  ['ideal', ['eur'], true],
  ['bancontact', ['eur'], true],
  ['paypal', ['usd', 'eur', 'gbp', 'chf'], true],
];

/** What can be kept for later or charged again, in that currency. */
export function offeredTypes({ mode, currency, allowedPaymentMethodTypes, excludedPaymentMethodTypes = [] }: ElementsOptions): string[] {
  if (allowedPaymentMethodTypes) return [...allowedPaymentMethodTypes];
  return accountTypes
    .filter(([, currencies]) => !currencies || currency === undefined || currencies.includes(currency))
    .filter(([, , recurring]) => mode === 'payment' || recurring)
    .map(([type]) => type)
    .filter((type) => !excludedPaymentMethodTypes.includes(type));
}
