/** Step panel: what can be said about a customer, in create and update alike. */
import { invalid } from '../http/api-error.ts';
import { clearable, integer, listOf, mergeMetadata, metadata, oneOf, type Params, passives, required, shape, text } from '../http/read.ts';
import type { Customer } from '../objects/customer.ts';

const address = shape({
  city: clearable(text),
  country: clearable(text),
  line1: clearable(text),
  line2: clearable(text),
  postal_code: clearable(text),
  state: clearable(text),
});
const shipping = shape({ address: required(address), name: required(text), phone: clearable(text) });
const customField = shape({ name: required(text), value: required(text) });
const invoiceSettings = shape({
  custom_fields: clearable(listOf(customField)),
  default_payment_method: clearable(text),
  footer: clearable(text),
  rendering_options: clearable(
    shape({ amount_tax_display: clearable(oneOf('exclude_tax', 'include_inclusive_tax')), template: clearable(text) }),
  ),
});

export const customerFields = {
  address: clearable(address),
  balance: integer,
  business_name: clearable(text),
  description: clearable(text),
  email: clearable(text),
  individual_name: clearable(text),
  invoice_prefix: text,
  invoice_settings: invoiceSettings,
  metadata,
  name: clearable(text),
  next_invoice_sequence: integer,
  phone: clearable(text),
  preferred_locales: listOf(text),
  shipping: clearable(shipping),
  tax: shape({ ip_address: clearable(text), validate_location: oneOf('auto', 'deferred', 'immediately') }),
  tax_exempt: clearable(oneOf('none', 'exempt', 'reverse')),
  ...passives('cash_balance', 'source', 'validate'),
} as const;
type Given = Params<typeof customerFields>;

const blankAddress = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

/** Names of attributes that are taken over as they are. */
const plain = ['balance', 'description', 'email', 'invoice_prefix', 'name', 'next_invoice_sequence', 'phone', 'preferred_locales'] as const;

function demandSense({ email, invoice_prefix, invoice_settings }: Given): void {
  if (typeof email === 'string' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(email)) {
    throw invalid(`Invalid email address: ${email}`, 'email_invalid', 'email');
  }
  if (invoice_prefix !== undefined && !/^[A-Z0-9]{3,12}$/u.test(invoice_prefix)) {
    throw invalid('The invoice prefix has to be 3 to 12 uppercase letters or numbers.', undefined, 'invoice_prefix');
  }
  if ((invoice_settings?.custom_fields?.length ?? 0) > 4) {
    throw invalid('You can pass up to 4 custom fields.', undefined, 'invoice_settings[custom_fields]');
  }
}

/** Invoice settings without the default payment method, which is looked up first. */
function settingsAfter(before: Customer['invoice_settings'], given: Given['invoice_settings']): Customer['invoice_settings'] {
  const { default_payment_method, rendering_options, ...said } = given ?? {};
  const rendering = rendering_options && {
    amount_tax_display: rendering_options.amount_tax_display ?? null,
    template: rendering_options.template ?? null,
  };
  return { ...before, ...said, ...(rendering !== undefined && { rendering_options: rendering }) };
}

type Before = Pick<Customer, 'metadata' | 'invoice_settings' | 'address'>;

/** The attributes that both create and update take over. */
export function customerPatch(before: Before, given: Given): Partial<Customer> {
  demandSense(given);
  const taken = plain.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  const { address: place, business_name, individual_name, shipping: sent, tax_exempt } = given;
  const home = place === undefined ? before.address : place && { ...blankAddress, ...place };
  if (given.tax?.validate_location === 'immediately' && !home?.country) {
    throw invalid(
      "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.",
      'customer_tax_location_invalid',
      'address',
    );
  }
  return {
    ...Object.fromEntries(taken),
    ...(business_name !== undefined && { business_name: business_name ?? undefined }),
    ...(individual_name !== undefined && { individual_name: individual_name ?? undefined }),
    ...(sent !== undefined && {
      shipping: sent && { name: sent.name, phone: sent.phone ?? null, address: { ...blankAddress, ...sent.address } },
    }),
    ...(tax_exempt !== undefined && { tax_exempt: tax_exempt ?? 'none' }),
    address: home,
    invoice_settings: settingsAfter(before.invoice_settings, given.invoice_settings),
    metadata: mergeMetadata(before.metadata, given.metadata),
  };
}
