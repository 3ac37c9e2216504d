/** Step checkout: what the hosted page asks for besides email and card, and how it is read back. */
import type { BuyerDetails, CustomField } from '../objects/checkout-collection.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import type { Address } from '../objects/customer.ts';
import { taxIdTypes } from '../objects/tax-id.ts';
import { html, type Html } from './html.ts';

/** What was typed, by the name of the field. */
export type Typed = Readonly<Record<string, string>>;

const input = (typed: Typed, name: string, label: string, autocomplete: string, required = true): Html =>
  html`<div class="field">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" value="${typed[name] ?? ''}" autocomplete="${autocomplete}" ${required ? html`required` : null} />
  </div>`;

function addressFields(typed: Typed, prefix: '' | 'shipping_', legend: string): Html {
  const section = prefix === '' ? 'billing' : 'shipping';
  const of = (name: string, label: string, token: string, required = true): Html =>
    input(typed, `${prefix}${name}`, label, `${section} ${token}`, required);
  return html`<fieldset>
    <legend>${legend}</legend>
    ${prefix === '' ? null : of('name', 'Name', 'name')} ${of('line1', 'Address', 'address-line1')}
    ${of('line2', 'Address, second line', 'address-line2', false)}
    <div class="pair">${of('postal_code', 'Postal code', 'postal-code', false)} ${of('city', 'City', 'address-level2', false)}</div>
    <div class="pair">${of('state', 'State or region', 'address-level1', false)} ${of('country', 'Country, two letters', 'country')}</div>
  </fieldset>`;
}

function customField({ key, label, optional, dropdown, numeric, text }: CustomField, typed: Typed): Html {
  const name = `custom_${key}`;
  const value = typed[name] ?? dropdown?.default_value ?? numeric?.default_value ?? text?.default_value ?? '';
  const caption = `${label.custom}${optional ? ' (optional)' : ''}`;
  if (!dropdown) return input({ [name]: value }, name, caption, 'off', !optional);
  return html`<div class="field">
    <label for="${name}">${caption}</label>
    <select id="${name}" name="${name}" ${optional ? null : html`required`}>
      <option value=""></option>
      ${dropdown.options.map(
        (option) => html`<option value="${option.value}" ${option.value === value ? html`selected` : null}>${option.label}</option>`,
      )}
    </select>
  </div>`;
}

const checkbox = (typed: Typed, name: string, label: string, required: boolean): Html =>
  html`<label class="choice"
    ><input
      type="checkbox"
      name="${name}"
      value="yes"
      ${typed[name] === 'yes' ? html`checked` : null}
      ${required ? html`required` : null}
    />
    ${label}</label
  >`;

const taxIdFields = (typed: Typed, required: boolean): Html =>
  html`<div class="pair">
    <div class="field">
      <label for="tax_id_type">Type of tax ID</label>
      <select id="tax_id_type" name="tax_id_type">
        <option value=""></option>
        ${taxIdTypes.map((type) => html`<option ${typed.tax_id_type === type ? html`selected` : null}>${type}</option>`)}
      </select>
    </div>
    ${input(typed, 'tax_id_value', 'Tax ID', 'off', required)}
  </div>`;

/** Automatic taxes need to know where the buyer lives. */
const asksAddress = ({ billing_address_collection, automatic_tax }: CheckoutSession): boolean =>
  billing_address_collection === 'required' || automatic_tax.enabled;

/** Everything that this session asks for, or nothing. */
export function collectionFields(session: CheckoutSession, typed: Typed): Html {
  const { name_collection: names, consent_collection: consent, custom_text: words } = session;
  const rule = (name: 'business' | 'individual', label: string): Html | null => {
    const asked = names?.[name];
    return asked?.enabled ? input(typed, `${name}_name`, label, name === 'business' ? 'organization' : 'name', !asked.optional) : null;
  };
  return html`${rule('individual', 'Your name')} ${rule('business', 'Business name')}
  ${session.phone_number_collection.enabled ? input(typed, 'phone', 'Phone', 'tel') : null}
  ${asksAddress(session) ? addressFields(typed, '', 'Billing address') : null}
  ${session.shipping_address_collection ? addressFields(typed, 'shipping_', 'Shipping address') : null}
  ${words.shipping_address ? html`<p class="muted small">${words.shipping_address.message}</p>` : null}
  ${session.tax_id_collection?.enabled ? taxIdFields(typed, session.tax_id_collection.required === 'if_supported') : null}
  ${session.custom_fields.map((field) => customField(field, typed))}
  ${
    consent?.terms_of_service === 'required'
      ? checkbox(typed, 'terms', words.terms_of_service_acceptance?.message ?? 'I agree to the terms of service', true)
      : null
  }
  ${consent?.promotions === 'auto' ? checkbox(typed, 'promotions', 'Send me news and offers', false) : null}
  ${words.submit ? html`<p class="muted small">${words.submit.message}</p>` : null}`;
}

function addressOf(typed: Typed, prefix: '' | 'shipping_'): Address | null {
  const of = (name: string): string | null => typed[`${prefix}${name}`] || null;
  const country = of('country')?.toUpperCase() ?? null;
  if (country === null) return null;
  return { city: of('city'), country, line1: of('line1'), line2: of('line2'), postal_code: of('postal_code'), state: of('state') };
}

/** What the buyer has typed besides email and card. */
export function detailsOf(session: CheckoutSession, typed: Typed): BuyerDetails {
  const shipping = addressOf(typed, 'shipping_');
  const { tax_id_type: type, tax_id_value: value } = typed;
  return {
    address: addressOf(typed, ''),
    businessName: typed.business_name || null,
    individualName: typed.individual_name || null,
    phone: typed.phone || null,
    taxId: type && value ? { type, value } : null,
    shipping: shipping && { address: shipping, name: typed.shipping_name ?? '' },
    acceptsTerms: typed.terms === 'yes',
    acceptsPromotions: typed.promotions === 'yes',
    custom: Object.fromEntries(session.custom_fields.map(({ key }) => [key, typed[`custom_${key}`] ?? ''])),
  };
}
