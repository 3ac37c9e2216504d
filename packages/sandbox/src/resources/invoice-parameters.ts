/** Step panel: the parameters of `/v1/invoices`, and what of them an invoice simply says again. */
import { invalid } from '../http/api-error.ts';
import {
  clearable,
  count,
  flag,
  integer,
  listOf,
  metadata,
  oneOf,
  type Params,
  passive,
  passives,
  required,
  shape,
  text,
} from '../http/read.ts';
import type { Invoice } from '../objects/invoice.ts';
import { findPaymentMethod } from '../billing/payment-methods.ts';
import type { World } from '../world.ts';
import { address } from './payment-method-parameters.ts';
import { automaticTaxField, discountsField, taxRatesField } from './subscription-parameters.ts';

const shared = {
  auto_advance: flag,
  automatic_tax: automaticTaxField,
  automatically_finalizes_at: integer,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  custom_fields: clearable(listOf(shape({ name: required(text), value: required(text) }))),
  days_until_due: count,
  default_payment_method: clearable(text),
  default_tax_rates: taxRatesField,
  description: clearable(text),
  discounts: discountsField,
  due_date: integer,
  effective_at: clearable(integer),
  footer: clearable(text),
  metadata,
  number: clearable(text),
  payment_settings: shape({ payment_method_types: clearable(listOf(text)), ...passives('default_mandate', 'payment_method_options') }),
  shipping_details: clearable(shape({ address: required(address), name: required(text), phone: clearable(text) })),
  statement_descriptor: text,
  ...passives('account_tax_ids', 'application_fee_amount', 'default_source', 'issuer', 'on_behalf_of', 'rendering'),
  ...passives('shipping_cost', 'transfer_data'),
} as const;

export const createFields = {
  ...shared,
  currency: text,
  customer: required(text),
  customer_account: text,
  from_invoice: passive,
  pending_invoice_items_behavior: oneOf('exclude', 'include'),
  subscription: text,
} as const;
export const updateFields = shared;

type Given = Partial<Params<typeof shared>>;

const daySeconds = 86_400;

/** When a sent invoice is to be paid, counted from its creation; an invoice that is charged has no such date. */
function dueDate(given: Given, created: number, method: Invoice['collection_method'], before: number | null): number | null {
  const { due_date, days_until_due } = given;
  if (method === 'charge_automatically') {
    if (due_date !== undefined || days_until_due !== undefined) {
      const param = due_date === undefined ? 'days_until_due' : 'due_date';
      throw invalid(`\`${param}\` can be set only with \`collection_method\` \`send_invoice\`.`, undefined, param);
    }
    return null;
  }
  if (due_date !== undefined && days_until_due !== undefined) {
    throw invalid('You may only specify one of these parameters: due_date, days_until_due.', 'parameters_exclusive', 'due_date');
  }
  return due_date ?? (days_until_due === undefined ? before : created + days_until_due * daySeconds);
}

/** What the parameters say of an invoice; what they leave out is not there. */
export function attributesOf(world: World, given: Given, before?: Invoice): Partial<Invoice> {
  const {
    collection_method = before?.collection_method ?? 'charge_automatically',
    payment_settings,
    default_payment_method: method,
  } = given;
  const due_date = dueDate(given, before?.created ?? world.now(), collection_method, before?.due_date ?? null);
  if (collection_method === 'send_invoice' && due_date === null) {
    throw invalid(
      'If `collection_method` is `send_invoice`, `days_until_due` or `due_date` is needed.',
      'parameter_missing',
      'days_until_due',
    );
  }
  const { custom_fields, description, effective_at, footer, number, shipping_details, statement_descriptor } = given;
  const said = { custom_fields, description, effective_at, footer, number, shipping_details, statement_descriptor };
  return {
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    collection_method,
    due_date,
    ...(payment_settings && {
      payment_settings: {
        default_mandate: null,
        payment_method_options: null,
        payment_method_types: payment_settings.payment_method_types ?? null,
      },
    }),
    ...(method !== undefined && { default_payment_method: method && findPaymentMethod(world, method, 'default_payment_method').id }),
  };
}

/** Parameters that a finalized invoice still takes. */
const lasting = new Set(['auto_advance', 'default_payment_method', 'metadata', 'collection_method', 'days_until_due', 'due_date']);

/** Refuses what a finalized invoice no longer takes. */
export function demandEditable(invoice: Invoice, given: Given): void {
  if (invoice.status === 'draft') return;
  const isEmpty = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);
  const late = Object.entries(given).find(([name, value]) => !lasting.has(name) && name !== 'payment_settings' && !isEmpty(value));
  if (late) throw invalid(`Finalized invoices cannot be changed in this way: ${late[0]}.`, 'invoice_not_editable', late[0]);
}
