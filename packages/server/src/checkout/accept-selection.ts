import type { Catalog } from '@tillkit/core/catalog/catalog';
import { isTooLarge } from '@tillkit/core/quote/is-too-large';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import { checkSelection } from '@tillkit/core/selection/check-selection';
import type { Selection } from '@tillkit/core/selection/selection';
import { BillingError } from '../http/billing-error.ts';

/** A selection that the catalog sells, checked with the same function as in the browser; throws the reason otherwise. */
export function acceptSelection(catalog: Catalog, wished: Selection): Selection {
  const result = checkSelection(catalog, wished);
  if (!result.ok) throw new BillingError(result.code, result.subject === undefined ? {} : { detail: `It is about "${result.subject}".` });
  // forty lines of eight digits times six are still exact; before any discount, and without a trial: a coupon ends, and a tax comes on top
  if (isTooLarge(quoteExactly(catalog, result.selection, { trialAvailable: false }))) throw new BillingError('amount_too_large');
  return result.selection;
}
