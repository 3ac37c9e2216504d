/** Step checkout: the parameters of `/v1/checkout/sessions` (API 2026-10-28.endive). */
import { clearable, count, decimal, flag, integer, listOf, metadata, oneOf, passives, required, shape, text } from '../http/read.ts';
import { collectionFields } from './checkout-session-collection.ts';
import { shippingOptions } from './checkout-session-shipping.ts';

const taxBehavior = oneOf('exclusive', 'inclusive', 'unspecified');
const priceData = shape({
  currency: required(text),
  product: text,
  product_data: shape({
    name: required(text),
    description: text,
    images: listOf(text),
    metadata,
    tax_code: text,
    unit_label: text,
    ...passives('tax_details'),
  }),
  recurring: shape({ interval: required(oneOf('day', 'week', 'month', 'year')), interval_count: integer }),
  tax_behavior: taxBehavior,
  unit_amount: count,
  unit_amount_decimal: decimal,
});

const adjustableQuantity = shape({ enabled: required(flag), maximum: integer, minimum: integer });

export const lineItem = shape({
  price: text,
  price_data: priceData,
  quantity: integer,
  metadata,
  adjustable_quantity: adjustableQuantity,
  tax_rates: listOf(text),
});

const subscriptionData = shape({
  billing_mode: shape({ type: required(oneOf('classic', 'flexible')), ...passives('flexible') }),
  description: text,
  metadata,
  proration_behavior: oneOf('create_prorations', 'none'),
  trial_end: integer,
  trial_period_days: integer,
  trial_settings: shape({
    end_behavior: required(
      shape({ missing_payment_method: required(oneOf('cancel', 'create_invoice', 'pause')), ...passives('billing_cycle_anchor') }),
    ),
  }),
  default_tax_rates: listOf(text),
  ...passives('invoice_settings'),
});

export const sessionFields = {
  ...collectionFields,
  shipping_options: shippingOptions,
  adaptive_pricing: shape({ enabled: flag }),
  allow_promotion_codes: flag,
  allowed_payment_method_types: listOf(text),
  automatic_tax: shape({ enabled: required(flag), ...passives('liability') }),
  cancel_url: text,
  client_reference_id: text,
  currency: text,
  customer: text,
  customer_creation: oneOf('always', 'if_required'),
  customer_email: text,
  discounts: listOf(shape({ coupon: text, promotion_code: text })),
  expires_at: integer,
  line_items: listOf(lineItem),
  locale: text,
  metadata,
  mode: required(oneOf('payment', 'setup', 'subscription')),
  payment_intent_data: shape({
    description: text,
    metadata,
    receipt_email: text,
    setup_future_usage: oneOf('off_session', 'on_session'),
    ...passives('statement_descriptor', 'statement_descriptor_suffix'),
  }),
  payment_method_collection: oneOf('always', 'if_required'),
  redirect_on_completion: oneOf('always', 'if_required', 'never'),
  return_url: text,
  setup_intent_data: shape({ description: text, metadata }),
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  subscription_data: subscriptionData,
  success_url: text,
  ui_mode: oneOf('elements', 'embedded_page', 'form', 'hosted_page'),
  // Known to Stripe; they change what the page collects or looks like, and nothing here.
  ...passives(
    'branding_settings',
    'customer_account',
    'integration_identifier',
    'invoice_creation',
    'managed_payments',
    'payment_method_configuration',
    'payment_method_data',
    'payment_method_options',
    'wallet_options',
  ),
} as const;

const shippingAddress = shape({
  city: text,
  country: required(text),
  line1: required(text),
  line2: text,
  postal_code: text,
  state: text,
});

export const sessionUpdateFields = {
  shipping_options: shippingOptions,
  collected_information: shape({
    shipping_details: shape({ address: required(shippingAddress), name: required(text) }),
  }),
  line_items: listOf(
    shape({
      id: text,
      price: text,
      price_data: priceData,
      quantity: integer,
      metadata,
      adjustable_quantity: adjustableQuantity,
      tax_rates: listOf(text),
    }),
  ),
  metadata: clearable(metadata),
  payment_intent_data: shape({
    description: clearable(text),
    metadata,
    ...passives('setup_future_usage', 'statement_descriptor', 'statement_descriptor_suffix'),
  }),
} as const;
