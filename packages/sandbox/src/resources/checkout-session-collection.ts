/**
 * Step checkout: the parameters that say what a session asks the buyer for (docs.stripe.com/api/checkout/sessions/create).
 *
 * Promise: what they ask for is shown by the session and collected by the hosted page.
 */
import { invalid } from '../http/api-error.ts';
import { clearable, flag, integer, listOf, oneOf, type Params, required, shape, text } from '../http/read.ts';
import type { CustomerUpdate, CustomField, SessionCollection } from '../objects/checkout-collection.ts';

const auto = oneOf('auto', 'never');
const range = shape({ default_value: text, maximum_length: integer, minimum_length: integer });
const message = clearable(shape({ message: required(text) }));
const nameRule = shape({ enabled: required(flag), optional: flag });
const redisplay = oneOf('always', 'limited', 'unspecified');

export const collectionFields = {
  after_expiration: shape({ recovery: shape({ allow_promotion_codes: flag, enabled: required(flag) }) }),
  billing_address_collection: oneOf('auto', 'required'),
  consent_collection: shape({
    payment_method_reuse_agreement: shape({ position: required(oneOf('auto', 'hidden')) }),
    promotions: oneOf('auto', 'none'),
    terms_of_service: oneOf('none', 'required'),
  }),
  custom_fields: listOf(
    shape({
      dropdown: shape({ default_value: text, options: required(listOf(shape({ label: required(text), value: required(text) }))) }),
      key: required(text),
      label: required(shape({ custom: required(text), type: required(oneOf('custom')) })),
      numeric: range,
      optional: flag,
      text: range,
      type: required(oneOf('dropdown', 'numeric', 'text')),
    }),
  ),
  custom_text: shape({ after_submit: message, shipping_address: message, submit: message, terms_of_service_acceptance: message }),
  customer_update: shape({ address: auto, name: auto, shipping: auto }),
  excluded_payment_method_types: listOf(text),
  name_collection: shape({ business: nameRule, individual: nameRule }),
  optional_items: listOf(
    shape({
      adjustable_quantity: shape({ enabled: required(flag), maximum: integer, minimum: integer }),
      price: required(text),
      quantity: required(integer),
    }),
  ),
  origin_context: oneOf('mobile_app', 'web'),
  permissions: shape({ update_shipping_details: oneOf('client_only', 'server_only') }),
  phone_number_collection: shape({ enabled: required(flag) }),
  saved_payment_method_options: shape({
    allow_redisplay_filters: listOf(redisplay),
    payment_method_remove: oneOf('disabled', 'enabled'),
    payment_method_save: oneOf('disabled', 'enabled'),
  }),
  shipping_address_collection: shape({ allowed_countries: required(listOf(text)) }),
  tax_id_collection: shape({ enabled: required(flag), required: oneOf('if_supported', 'never') }),
} as const;
type Given = Params<typeof collectionFields>;
type GivenField = NonNullable<Given['custom_fields']>[number];

const mostCustomFields = 3;
const mostOptionalItems = 10;

const toRange = (given: GivenField['text']): NonNullable<CustomField['text']> => ({
  default_value: given?.default_value ?? null,
  maximum_length: given?.maximum_length ?? null,
  minimum_length: given?.minimum_length ?? null,
  value: null,
});

function toCustomField({ key, label, optional = false, type, dropdown, numeric, text: typed }: GivenField, path: string): CustomField {
  if (!/^[a-z0-9]{1,200}$/iu.test(key)) throw invalid('A key has up to 200 letters and numbers.', undefined, `${path}[key]`);
  if (type === 'dropdown' && !dropdown) throw invalid('Missing required param: dropdown.', 'parameter_missing', `${path}[dropdown]`);
  const described = { key, label, optional, type };
  if (type === 'numeric') return { ...described, numeric: toRange(numeric) };
  if (type === 'text') return { ...described, text: toRange(typed) };
  return { ...described, dropdown: { default_value: dropdown?.default_value ?? null, options: dropdown?.options ?? [], value: null } };
}

function customFieldsOf(given: readonly GivenField[] = []): CustomField[] {
  if (given.length > mostCustomFields) throw invalid(`You can pass up to ${mostCustomFields} custom fields.`, undefined, 'custom_fields');
  const fields = given.map((field, position) => toCustomField(field, `custom_fields[${position}]`));
  if (new Set(fields.map(({ key }) => key)).size < fields.length)
    throw invalid('Custom fields need different keys.', undefined, 'custom_fields');
  return fields;
}

function optionalItemsOf(given: Given['optional_items']): SessionCollection['optional_items'] {
  if (!given || given.length === 0) return undefined;
  if (given.length > mostOptionalItems)
    throw invalid(`You can pass up to ${mostOptionalItems} optional items.`, undefined, 'optional_items');
  return given.map(({ adjustable_quantity: range, price, quantity }) => ({
    adjustable_quantity: range ? { enabled: range.enabled, maximum: range.maximum ?? null, minimum: range.minimum ?? null } : null,
    price,
    quantity,
  }));
}

/** The attributes that show what is asked for, nothing collected yet. */
export function toCollection(given: Given): SessionCollection {
  const { consent_collection: consent, name_collection: names, tax_id_collection: taxId, custom_text: words } = given;
  const recovery = given.after_expiration?.recovery;
  const saved = given.saved_payment_method_options;
  const rule = ({ enabled, optional = false }: { enabled: boolean; optional?: boolean }) => ({ enabled, optional });
  return {
    after_expiration: recovery
      ? {
          recovery: {
            allow_promotion_codes: recovery.allow_promotion_codes ?? false,
            enabled: recovery.enabled,
            expires_at: null,
            url: null,
          },
        }
      : null,
    billing_address_collection: given.billing_address_collection ?? null,
    collected_information: null,
    consent: null,
    consent_collection: consent
      ? {
          payment_method_reuse_agreement: consent.payment_method_reuse_agreement ?? null,
          promotions: consent.promotions ?? null,
          terms_of_service: consent.terms_of_service ?? null,
        }
      : null,
    custom_fields: customFieldsOf(given.custom_fields),
    custom_text: {
      after_submit: words?.after_submit ?? null,
      shipping_address: words?.shipping_address ?? null,
      submit: words?.submit ?? null,
      terms_of_service_acceptance: words?.terms_of_service_acceptance ?? null,
    },
    excluded_payment_method_types: given.excluded_payment_method_types,
    name_collection: names && {
      ...(names.business && { business: rule(names.business) }),
      ...(names.individual && { individual: rule(names.individual) }),
    },
    optional_items: optionalItemsOf(given.optional_items),
    origin_context: given.origin_context ?? null,
    permissions: given.permissions ? { update_shipping_details: given.permissions.update_shipping_details ?? null } : null,
    phone_number_collection: given.phone_number_collection ?? { enabled: false },
    recovered_from: null,
    saved_payment_method_options: saved
      ? {
          allow_redisplay_filters: saved.allow_redisplay_filters ?? ['always'],
          payment_method_remove: saved.payment_method_remove ?? 'disabled',
          payment_method_save: saved.payment_method_save ?? null,
        }
      : null,
    shipping_address_collection: given.shipping_address_collection ?? null,
    tax_id_collection: taxId && { enabled: taxId.enabled, required: taxId.required ?? 'never' },
  };
}

export const customerUpdateOf = ({ customer_update: given }: Given): CustomerUpdate => ({
  address: given?.address ?? 'never',
  name: given?.name ?? 'never',
  shipping: given?.shipping ?? 'never',
});

/** Refuses questions whose answers would have nowhere to go. */
export function demandCollectable(given: Given, customer: string | undefined): void {
  if (given.customer_update && customer === undefined) {
    throw invalid('`customer_update` can only be used with `customer`.', undefined, 'customer_update');
  }
  if (customer !== undefined && given.tax_id_collection?.enabled && given.customer_update?.name !== 'auto') {
    throw invalid(
      'Tax ID collection requires updating business name on the customer. To enable it for an existing customer, set `customer_update[name]` to `auto`.',
      undefined,
      'customer_update[name]',
    );
  }
}
