/** Every route of the server, once: its paths, its schemas and its refusals. `/openapi.json` and the 405s come from here. */
import {
  AddedPaymentMethodSchema,
  CancelRequestSchema,
  ResumeRequestSchema,
  ChangeRequestSchema,
  CheckoutSessionRequestSchema,
  CheckoutSessionResponseSchema,
  DiscountRequestSchema,
  DiscountResponseSchema,
  EntitlementsSchema,
  InvoiceListSchema,
  PaymentMethodListSchema,
  PaymentMethodRequestSchema,
  PaymentMethodSetupSchema,
  PortalSessionRequestSchema,
  PortalSessionResponseSchema,
  PreviewRequestSchema,
  PreviewResponseSchema,
  SessionRequestSchema,
  SessionResponseSchema,
  SubscriptionListSchema,
  SubscriptionRequestSchema,
  SubscriptionResponseSchema,
} from '@tillkit/core/contract/contract';
import type { ErrorCode } from '@tillkit/core/contract/error-codes';
import { CatalogSchema } from '@tillkit/core/catalog/catalog';
import type { GenericSchema } from 'valibot';

export interface Operation {
  readonly method: 'get' | 'post' | 'delete';
  /** As Hono writes it: `/v1/subscriptions/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly request?: GenericSchema;
  readonly query?: readonly string[];
  readonly success: 200 | 201 | 202 | 204;
  readonly response?: GenericSchema;
  /** Who may call: anybody, allowed origins, or allowed origins with a session token. */
  readonly access: 'public' | 'origin' | 'session';
  /** Refusals beyond those that any route may answer. */
  readonly refusals?: readonly ErrorCode[];
}

const changed = { success: 200, response: SubscriptionResponseSchema, access: 'session', query: ['locale'] } as const;

const payers = { success: 200, response: PaymentMethodListSchema, access: 'session' } as const;

/** Of what charges a subscription that stood still, or cost nothing. */
const chargeRefusals = ['already_subscribed', 'payment_failed', 'authentication_required'] as const;
const previewRefusals = ['preview_invalid', 'preview_expired', 'preview_changed'] as const;
const promotionRefusals = [
  'promotion_code_unknown',
  'promotion_code_not_applicable',
  'promotion_code_below_minimum',
  'promotion_code_first_purchase',
  'too_many_requests',
] as const;

export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/catalog',
    summary: 'What is sold.',
    query: ['locale', 'currency'],
    success: 200,
    response: CatalogSchema,
    access: 'public',
    refusals: ['currency_not_offered', 'catalog_unavailable'],
  },
  {
    method: 'post',
    path: '/v1/previews',
    summary: 'What a purchase or a change costs, signed.',
    request: PreviewRequestSchema,
    query: ['locale'],
    success: 201,
    response: PreviewResponseSchema,
    access: 'origin',
    refusals: [
      'signed_out',
      'not_found',
      'not_possible_now',
      'nothing_to_undo',
      'one_time_add_on_in_change',
      'currency_locked',
      'amount_too_large',
      ...promotionRefusals,
    ],
  },
  {
    method: 'post',
    path: '/v1/discounts',
    summary: 'What a promotion code takes off.',
    request: DiscountRequestSchema,
    success: 200,
    response: DiscountResponseSchema,
    access: 'origin',
    refusals: ['amount_too_large', ...promotionRefusals],
  },
  {
    method: 'post',
    path: '/v1/checkout-sessions',
    summary: 'Opens a checkout.',
    request: CheckoutSessionRequestSchema,
    success: 201,
    response: CheckoutSessionResponseSchema,
    access: 'origin',
    refusals: [
      'signed_out',
      'not_possible_now',
      'return_url_not_allowed',
      'already_subscribed',
      'currency_locked',
      ...previewRefusals,
      'amount_too_large',
      ...promotionRefusals,
    ],
  },
  {
    method: 'post',
    path: '/v1/sessions',
    summary: 'Signs in with an owner’s token, a finished checkout or a code by e-mail.',
    request: SessionRequestSchema,
    query: ['locale'],
    success: 201,
    response: SessionResponseSchema,
    access: 'origin',
    refusals: ['token_invalid', 'checkout_not_yours', 'checkout_not_complete', 'email_code_wrong', 'email_code_spent'],
  },
  {
    method: 'delete',
    path: '/v1/sessions',
    summary: 'Signs out, here or everywhere.',
    query: ['everywhere'],
    success: 204,
    access: 'session',
  },
  {
    method: 'get',
    path: '/v1/subscriptions',
    summary: 'What the customer owns.',
    query: ['locale'],
    success: 200,
    response: SubscriptionListSchema,
    access: 'session',
  },
  {
    method: 'post',
    path: '/v1/subscriptions',
    summary: 'Starts a free plan, or a trial without a card.',
    request: SubscriptionRequestSchema,
    query: ['locale'],
    success: 201,
    response: SubscriptionResponseSchema,
    access: 'session',
    refusals: ['needs_checkout', 'already_subscribed', 'currency_locked', 'amount_too_large'],
  },
  { method: 'get', path: '/v1/subscriptions/:id', summary: 'One subscription.', ...changed, refusals: ['not_found'] },
  {
    method: 'post',
    path: '/v1/subscriptions/:id/changes',
    summary: 'Does what was previewed.',
    request: ChangeRequestSchema,
    ...changed,
    refusals: ['not_found', ...previewRefusals, 'needs_checkout', ...chargeRefusals],
  },
  {
    method: 'delete',
    path: '/v1/subscriptions/:id/changes',
    summary: 'Undoes a change that waits for the end of the period.',
    ...changed,
    refusals: ['not_found', 'nothing_to_undo'],
  },
  {
    method: 'post',
    path: '/v1/subscriptions/:id/cancel',
    summary: 'Lets it end with the period, or at once; what is paid by use is billed until then.',
    request: CancelRequestSchema,
    ...changed,
    refusals: ['not_found', 'step_up_required'],
  },
  {
    method: 'post',
    path: '/v1/subscriptions/:id/resume',
    summary: 'Takes a cancellation or a pause back; what is paused, by its preview.',
    request: ResumeRequestSchema,
    ...changed,
    refusals: ['not_found', 'nothing_to_undo', 'needs_checkout', ...previewRefusals, ...chargeRefusals],
  },
  {
    method: 'post',
    path: '/v1/subscriptions/:id/pause',
    summary: 'Stops charging for a while.',
    ...changed,
    refusals: ['not_found'],
  },
  {
    method: 'post',
    path: '/v1/subscriptions/:id/pay',
    summary: 'Tries the open invoice again.',
    ...changed,
    refusals: ['not_found', 'nothing_to_pay', ...chargeRefusals],
  },
  {
    method: 'get',
    path: '/v1/invoices',
    summary: 'The customer’s invoices, newest first.',
    query: ['after', 'limit', 'locale'],
    success: 200,
    response: InvoiceListSchema,
    access: 'session',
    refusals: ['not_found'],
  },
  {
    method: 'get',
    path: '/v1/entitlements',
    summary: 'What the customer may use; with a key of the owner’s, what anybody may whom the query names.',
    query: ['customer', 'issuer', 'subject'],
    success: 200,
    response: EntitlementsSchema,
    access: 'session',
  },
  {
    method: 'post',
    path: '/v1/portal-sessions',
    summary: 'Opens Stripe’s own customer portal.',
    request: PortalSessionRequestSchema,
    success: 201,
    response: PortalSessionResponseSchema,
    access: 'session',
    refusals: ['step_up_required', 'return_url_not_allowed', 'not_found'],
  },
  { method: 'get', path: '/v1/payment-methods', summary: 'What the customer pays with.', ...payers },
  {
    method: 'post',
    path: '/v1/payment-methods',
    summary: 'Opens Stripe’s page for a new payment method.',
    request: PaymentMethodRequestSchema,
    success: 201,
    response: PaymentMethodSetupSchema,
    access: 'session',
    refusals: ['return_url_not_allowed', 'not_found', 'too_many_requests'],
  },
  {
    method: 'post',
    path: '/v1/payment-methods/added',
    summary: 'Takes over what was entered on Stripe’s page, and goes on with it.',
    request: AddedPaymentMethodSchema,
    ...payers,
    refusals: ['not_found', 'checkout_not_complete', ...chargeRefusals],
  },
  {
    method: 'post',
    path: '/v1/payment-methods/:id/default',
    summary: 'Takes renewals from this one.',
    ...payers,
    refusals: ['not_found'],
  },
  {
    method: 'delete',
    path: '/v1/payment-methods/:id',
    summary: 'Removes one.',
    ...payers,
    refusals: ['step_up_required', 'not_found', 'last_payment_method'],
  },
  {
    method: 'post',
    path: '/webhooks/stripe',
    summary: 'Events from Stripe, signed.',
    success: 200,
    access: 'public',
    refusals: ['signature_invalid', 'body_too_large', 'not_ready'],
  },
  {
    method: 'get',
    path: '/till.js',
    summary: 'The script tag, with the catalog inside.',
    query: ['locale'],
    success: 200,
    access: 'public',
  },
  {
    method: 'get',
    path: '/till/:name',
    summary: 'Parts of the script that are loaded later.',
    success: 200,
    access: 'public',
    refusals: ['not_found'],
  },
  { method: 'get', path: '/healthz', summary: 'The process lives.', success: 200, access: 'public' },
  { method: 'get', path: '/readyz', summary: 'The server can do its work.', success: 200, access: 'public' },
  { method: 'get', path: '/openapi.json', summary: 'This description.', success: 200, access: 'public' },
];
