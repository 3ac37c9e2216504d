/**
 * Step checkout: what the buyer has said on the page, on its way to the session and to the customer.
 *
 * Promise: a customer who existed before is changed only as far as `customer_update` allows.
 */
import { invalid } from '../http/api-error.ts';
import type { BuyerDetails, CustomerDetails, CustomField } from '../objects/checkout-collection.ts';
import type { CheckoutSession, SessionAttempt } from '../objects/checkout-session.ts';
import type { Customer } from '../objects/customer.ts';
import { memory } from '../objects/memory.ts';
import type { PaymentMethod } from '../objects/payment-method.ts';
import { change, type World } from '../world.ts';
import { addTaxId } from './tax-ids.ts';

const refuse = (name: string, field: string): Error => invalid(`${name} is required.`, undefined, field);

function demandCustom(field: CustomField, given: string | undefined): void {
  const { key, label, optional, dropdown, numeric, text } = field;
  if (!given) {
    if (optional) return;
    throw refuse(label.custom, key);
  }
  if (dropdown && !dropdown.options.some(({ value }) => value === given))
    throw invalid(`${label.custom} has no such choice.`, undefined, key);
  if (numeric && !/^\d+$/u.test(given)) throw invalid(`${label.custom} has to be a number.`, undefined, key);
  const { minimum_length, maximum_length } = numeric ?? text ?? {};
  if (given.length < (minimum_length ?? 0) || given.length > (maximum_length ?? 255)) {
    throw invalid(`${label.custom} has the wrong length.`, undefined, key);
  }
}

/** Refuses what the session requires and the buyer has not said. */
export function demandDetails(session: CheckoutSession, details: BuyerDetails): void {
  const { name_collection: names, shipping_address_collection: shipping } = session;
  if (session.billing_address_collection === 'required' && !(details.address?.line1 && details.address.country))
    throw refuse('Address', 'line1');
  if (session.phone_number_collection.enabled && !details.phone) throw refuse('Phone', 'phone');
  if (names?.business?.enabled && !names.business.optional && !details.businessName) throw refuse('Business name', 'business_name');
  if (names?.individual?.enabled && !names.individual.optional && !details.individualName) throw refuse('Name', 'individual_name');
  if (session.consent_collection?.terms_of_service === 'required' && !details.acceptsTerms)
    throw refuse('Acceptance of the terms', 'terms');
  if (session.tax_id_collection?.required === 'if_supported' && !details.taxId) throw refuse('Tax ID', 'tax_id_value');
  if (shipping && !(details.shipping?.address.line1 && details.shipping.name)) throw refuse('Shipping address', 'shipping_line1');
  if (shipping && !shipping.allowed_countries.includes(details.shipping?.address.country ?? '')) {
    throw invalid('We do not ship to this country.', undefined, 'shipping_country');
  }
  for (const field of session.custom_fields) demandCustom(field, details.custom[field.key]);
}

function withValue(field: CustomField, value: string | null): CustomField {
  if (field.dropdown) return { ...field, dropdown: { ...field.dropdown, value } };
  return field.numeric ? { ...field, numeric: { ...field.numeric, value } } : { ...field, text: { ...toRange(field), value } };
}
const toRange = ({ text }: CustomField): NonNullable<CustomField['text']> =>
  text ?? { default_value: null, maximum_length: null, minimum_length: null, value: null };

function consentOf({ consent_collection: asked }: CheckoutSession, details: BuyerDetails | undefined): CheckoutSession['consent'] {
  if (!asked) return null;
  return {
    promotions: asked.promotions === 'auto' ? (details?.acceptsPromotions ? 'opt_in' : 'opt_out') : null,
    terms_of_service: asked.terms_of_service === 'required' ? 'accepted' : null,
  };
}

/** The attributes of a new customer. */
export const newCustomerDetails = ({ email, details }: SessionAttempt, method: PaymentMethod | null): Partial<Customer> => ({
  email,
  name: details?.businessName ?? details?.individualName ?? method?.billing_details.name ?? null,
  ...(details?.businessName && { business_name: details.businessName }),
  ...(details?.individualName && { individual_name: details.individualName }),
  ...(details?.address && { address: details.address }),
  ...(details?.phone && { phone: details.phone }),
  ...(details?.shipping && { shipping: { ...details.shipping, phone: null } }),
});

/** Brings what was collected to a customer who was there before, as far as allowed. */
export function updateCustomer(world: World, session: CheckoutSession, customer: Customer, { email, details }: SessionAttempt): Customer {
  const { address, name, shipping } = session[memory].customerUpdate;
  const said = details?.businessName ?? details?.individualName;
  const patch: Partial<Customer> = {
    ...(customer.email === null && { email }),
    ...(address === 'auto' && details?.address && { address: details.address }),
    ...(name === 'auto' && said && { name: said }),
    ...(shipping === 'auto' && details?.shipping && { shipping: { ...details.shipping, phone: null } }),
    ...(details?.phone && customer.phone === null && { phone: details.phone }),
  };
  return Object.keys(patch).length === 0 ? customer : change(world, 'customers', customer, patch, 'customer.updated');
}

/** The tax id that was typed, given to the customer. */
export function keepTaxId(world: World, customer: Customer | null, { details }: SessionAttempt): void {
  if (customer && details?.taxId) addTaxId(world, customer.id, details.taxId);
}

/** What the finished session shows of its buyer. */
export function collected(
  session: CheckoutSession,
  { email, details }: SessionAttempt,
  customer: Customer | undefined,
  method: PaymentMethod | null,
): Pick<CheckoutSession, 'customer_details' | 'collected_information' | 'consent' | 'custom_fields'> {
  const customer_details: CustomerDetails = {
    address: details?.address ?? customer?.address ?? null,
    business_name: details?.businessName ?? null,
    email: customer?.email ?? email,
    individual_name: details?.individualName ?? null,
    name: details?.businessName ?? details?.individualName ?? customer?.name ?? method?.billing_details.name ?? null,
    phone: details?.phone ?? customer?.phone ?? null,
    tax_exempt: customer?.tax_exempt ?? 'none',
    tax_ids: details?.taxId ? [details.taxId] : [],
  };
  return {
    customer_details,
    collected_information: {
      business_name: details?.businessName ?? null,
      individual_name: details?.individualName ?? null,
      shipping_details: details?.shipping ?? null,
    },
    consent: consentOf(session, details),
    custom_fields: session.custom_fields.map((field) => withValue(field, details?.custom[field.key] || null)),
  };
}
