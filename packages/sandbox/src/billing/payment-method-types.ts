/**
 * Step checkout: which kinds of payment an intent offers.
 */
import { type MethodType, redirectTypes } from '../objects/payment-method.ts';

/** What this account has switched on, by currency; cards always. */
const enabledTypes: Readonly<Record<string, readonly MethodType[]>> = {
  usd: ['card', 'link', 'us_bank_account', 'paypal'],
  eur: ['card', 'bancontact', 'ideal', 'link', 'paypal', 'sepa_debit'],
};

interface Offer {
  readonly allowed_payment_method_types: readonly string[] | null;
  readonly automatic_payment_methods: { readonly allow_redirects: 'always' | 'never' } | null;
  readonly currency?: string;
  readonly payment_method_options?: object | null;
}

/** The value of `payment_method_types`. */
export function offeredTypes({
  allowed_payment_method_types,
  automatic_payment_methods,
  currency,
  payment_method_options,
}: Offer): readonly string[] {
  if (allowed_payment_method_types) return allowed_payment_method_types;
  const transfers: readonly MethodType[] =
    payment_method_options && 'customer_balance' in payment_method_options ? ['customer_balance'] : [];
  const types = [...(enabledTypes[currency ?? 'usd'] ?? ['card', 'link']), ...transfers];
  return automatic_payment_methods?.allow_redirects === 'never' ? types.filter((type) => !redirectTypes.includes(type)) : types;
}
