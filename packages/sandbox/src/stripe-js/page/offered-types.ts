/** Step checkout: which payment method types a deferred group offers: the account's for that currency, narrowed by the page. */
import type { ElementsOptions } from './elements-options.ts';
import type { StripeApi } from './stripe-api.ts';

/** Throws what the API refuses. */
export async function offeredTypes(api: StripeApi, options: ElementsOptions): Promise<readonly string[]> {
  const { currency, allowedPaymentMethodTypes, excludedPaymentMethodTypes = [] } = options;
  if (allowedPaymentMethodTypes) return allowedPaymentMethodTypes;
  const { body, error } = await api.get('/_elements/types', { currency });
  if (error) throw error;
  return (body.types as string[]).filter((type) => !excludedPaymentMethodTypes.includes(type));
}
