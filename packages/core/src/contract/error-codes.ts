/**
 * Every `code` of an `application/problem+json` answer (RFC 9457), with its HTTP status.
 *
 * Codes are stable: a page may depend on them. The English title is for developers; widgets word the code themselves.
 */
import type { SelectionRefusal } from '../selection/selection.ts';

interface ErrorMeaning {
  readonly status: number;
  readonly title: string;
}

const refused = (title: string): ErrorMeaning => ({ status: 422, title });

const selectionErrors: Record<SelectionRefusal, ErrorMeaning> = {
  unknown_plan: refused('The catalog has no such plan.'),
  unknown_add_on: refused('The catalog has no such add-on.'),
  unknown_product: refused('The catalog has no such product.'),
  interval_not_offered: refused('The plan is not sold at this billing interval.'),
  currency_not_offered: refused('The selection is not sold in this currency.'),
  quantity_below_min: refused('The quantity is below the smallest that is sold.'),
  quantity_above_max: refused('The quantity is above the largest that is sold.'),
  quantity_off_step: refused('The quantity does not lie on a step.'),
  quantity_not_whole: refused('The quantity is not a whole number.'),
  seats_not_offered: refused('The plan is not sold by the seat.'),
  add_on_not_on_plan: refused('The plan does not offer this add-on.'),
  add_on_interval_not_offered: refused('The add-on is not sold at this billing interval.'),
  add_on_requires_another: refused('The add-on is sold only together with another one.'),
  add_on_excludes_another: refused('The add-on cannot be bought together with another one that is chosen.'),
  add_on_group_full: refused('More add-ons of one group are chosen than can be bought together.'),
  plan_not_sold_here: refused('This plan is not sold online; the buyer must get in touch.'),
  too_many_items: refused('Stripe takes at most 20 recurring and 20 one-time items.'),
};

export const errorCodes = {
  ...selectionErrors,
  invalid_request: { status: 400, title: 'The request does not have the form that the contract describes.' },
  signature_invalid: { status: 400, title: 'The webhook signature is missing, wrong or too old.' },
  signed_out: { status: 401, title: 'No valid session token came with the request.' },
  token_invalid: { status: 401, title: 'The token of the owner’s site is not valid.' },
  email_code_wrong: { status: 422, title: 'This is not the code that was sent; `triesLeft` tells how often another may be tried.' },
  email_code_spent: { status: 410, title: 'The code is too old, was used, was missed too often, or was asked for elsewhere.' },
  checkout_not_yours: { status: 401, title: 'This checkout was not started by this browser, or was exchanged already.' },
  step_up_required: { status: 403, title: 'This takes a sign-in that is not older than a quarter of an hour.' },
  origin_not_allowed: { status: 403, title: 'The page’s origin is not among the allowed ones.' },
  return_url_not_allowed: { status: 403, title: 'The return address is not on an allowed origin.' },
  not_found: { status: 404, title: 'There is nothing at this address for this customer.' },
  method_not_allowed: { status: 405, title: 'The path does not take this method.' },
  checkout_not_complete: { status: 409, title: 'The checkout session is not complete.' },
  already_subscribed: { status: 409, title: 'The customer has a live subscription in this plan group.' },
  currency_locked: { status: 409, title: 'The customer already pays in another currency.' },
  needs_checkout: { status: 409, title: 'Something is due or a card is needed: this takes a checkout session.' },
  nothing_to_undo: { status: 409, title: 'There is nothing to undo.' },
  nothing_to_pay: { status: 409, title: 'The subscription has no open invoice.' },
  last_payment_method: { status: 409, title: 'It is the last payment method of a running paid subscription.' },
  not_possible_now: { status: 409, title: 'The subscription’s status does not allow this.' },
  promotion_code_unknown: { status: 422, title: 'There is no such code, or it is not valid any more.' },
  promotion_code_not_applicable: { status: 422, title: 'The code is not for this purchase.' },
  promotion_code_below_minimum: { status: 422, title: 'The purchase is too small for this code.' },
  promotion_code_first_purchase: { status: 422, title: 'The code is for a first purchase.' },
  amount_too_large: { status: 422, title: 'The amount is more than Stripe charges at once in this currency.' },
  one_time_add_on_in_change: { status: 422, title: 'A one-time add-on is bought with a new subscription, not in a change of one.' },
  preview_changed: { status: 409, title: 'The amount has changed since it was shown.' },
  preview_expired: { status: 410, title: 'The preview is too old.' },
  preview_invalid: { status: 400, title: 'The preview was not made by this server for this customer.' },
  body_too_large: { status: 413, title: 'The request body is too large.' },
  json_expected: { status: 415, title: 'The body must be JSON with Content-Type application/json.' },
  payment_failed: { status: 402, title: 'The payment did not go through.' },
  authentication_required: { status: 402, title: 'The bank wants the customer to confirm this payment.' },
  too_many_requests: { status: 429, title: 'Too many requests; Retry-After tells when to come back.' },
  internal_error: { status: 500, title: 'Something went wrong on the server.' },
  stripe_unavailable: { status: 502, title: 'Stripe did not answer.' },
  catalog_unavailable: { status: 503, title: 'The catalog could not be read yet.' },
  not_ready: { status: 503, title: 'The server is starting, stopping or cannot reach its database.' },
} as const satisfies Record<string, ErrorMeaning>;

export type ErrorCode = keyof typeof errorCodes;
