/**
 * Where Stripe sends the buyer back to.
 *
 * Promise: nowhere but to a page on an exactly allowed origin, however the address is spelled.
 */
import { cardReturnParameter } from '@tillkit/core/contract/card-return-parameter';
import { returnParameters } from '@tillkit/core/contract/return-parameters';
import { BillingError } from '../http/billing-error.ts';

export interface ReturnAddresses {
  /** With `{CHECKOUT_SESSION_ID}`, which Stripe replaces. */
  readonly successUrl: string;
  readonly cancelUrl: string;
}

/** Control characters, spaces and backslashes are read differently by different parsers, so none is let through. */
// oxlint-disable-next-line no-control-regex -- these are the very characters to refuse
const ambiguous = /[\u0000-\u0020\u007f-\u00a0\\]/u;

const marks = [...Object.values(returnParameters), cardReturnParameter];

/** Both addresses for a checkout's page; throws `return_url_not_allowed` unless its origin is one of `origins`. */
export function toReturnAddresses(returnUrl: string, origins: readonly string[]): ReturnAddresses {
  const page = toAllowedPage(returnUrl, origins);
  return {
    successUrl: withParameter(page, `${returnParameters.checkout}={CHECKOUT_SESSION_ID}`),
    cancelUrl: withParameter(page, `${returnParameters.canceled}=1`),
  };
}

/** The same for a page on which a card is added; whoever turns back is back where they were. */
export function toCardReturnAddresses(returnUrl: string, origins: readonly string[]): ReturnAddresses {
  const page = toAllowedPage(returnUrl, origins);
  return { successUrl: withParameter(page, `${cardReturnParameter}={CHECKOUT_SESSION_ID}`), cancelUrl: page.href };
}

/** A page on one of `origins`, without our own marks; throws `return_url_not_allowed` for any other. */
export function toAllowedPage(returnUrl: string, origins: readonly string[]): URL {
  const page = ambiguous.test(returnUrl) ? null : URL.parse(returnUrl);
  const allowed =
    page !== null &&
    /^https?:$/u.test(page.protocol) &&
    !page.username &&
    !page.password &&
    origins.includes(page.origin) &&
    returnUrl.toLowerCase().startsWith(page.origin);
  if (!allowed) throw new BillingError('return_url_not_allowed');
  for (const name of marks) if (page.searchParams.has(name)) page.searchParams.delete(name);
  return page;
}

/** Appends by hand, as `URLSearchParams` would encode Stripe's braces. */
function withParameter(page: URL, parameter: string): string {
  const address = new URL(page);
  address.search = address.search ? `${address.search}&${parameter}` : `?${parameter}`;
  return address.href;
}
