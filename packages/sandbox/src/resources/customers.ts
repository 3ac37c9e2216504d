/** Step checkout: `/v1/customers` with their payment methods and balance. */
import { newCustomer } from '../billing/new-customer.ts';
import { moveBalance } from '../billing/balance.ts';
import { attachPaymentMethod, findPaymentMethod } from '../billing/payment-methods.ts';
import { endSubscription, isEnded } from '../billing/subscription-payment.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { clearable, integer, listOf, mergeMetadata, metadata, oneOf, passive, passives, required, shape, text } from '../http/read.ts';
import type { Customer, DeletedCustomer } from '../objects/customer.ts';
import { change, type World } from '../world.ts';

const address = shape({
  city: clearable(text),
  country: clearable(text),
  line1: clearable(text),
  line2: clearable(text),
  postal_code: clearable(text),
  state: clearable(text),
});
const described = {
  address: clearable(address),
  balance: integer,
  description: clearable(text),
  email: clearable(text),
  invoice_prefix: text,
  invoice_settings: shape({ default_payment_method: clearable(text), ...passives('custom_fields', 'footer', 'rendering_options') }),
  metadata,
  name: clearable(text),
  next_invoice_sequence: integer,
  phone: clearable(text),
  preferred_locales: listOf(text),
  shipping: clearable(passive),
  tax_exempt: clearable(oneOf('none', 'exempt', 'reverse')),
  ...passives('business_name', 'individual_name', 'cash_balance', 'source', 'tax', 'validate'),
} as const;
const createFields = { ...described, payment_method: text, test_clock: text, ...passives('tax_id_data') } as const;
const updateFields = { ...described, ...passives('default_source') } as const;
const filters = { ...listFields, created, email: text, test_clock: text } as const;
const balanceFields = { amount: required(integer), currency: required(text), description: text, metadata } as const;

const blankAddress = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

function demandEmail(email: string | null | undefined): void {
  if (typeof email === 'string' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(email)) {
    throw invalid(`Invalid email address: ${email}`, 'email_invalid', 'email');
  }
}

/** The attributes that both create and update take over as they are. */
function toPatch(before: Pick<Customer, 'metadata'>, params: Call<typeof updateFields>['params']): Partial<Customer> {
  const {
    address: place,
    balance,
    description,
    email,
    invoice_prefix,
    name,
    next_invoice_sequence,
    phone,
    preferred_locales,
    tax_exempt,
  } = params;
  demandEmail(email);
  return {
    ...(place !== undefined && { address: place && { ...blankAddress, ...place } }),
    ...(balance !== undefined && { balance }),
    ...(description !== undefined && { description }),
    ...(email !== undefined && { email }),
    ...(invoice_prefix !== undefined && { invoice_prefix }),
    ...(name !== undefined && { name }),
    ...(next_invoice_sequence !== undefined && { next_invoice_sequence }),
    ...(phone !== undefined && { phone }),
    ...(preferred_locales !== undefined && { preferred_locales }),
    ...(tax_exempt !== undefined && { tax_exempt: tax_exempt ?? 'none' }),
    metadata: mergeMetadata(before.metadata, params.metadata),
  };
}

function setDefaultMethod(world: World, customer: Customer, id: string | null, param: string): Customer {
  const method = id === null ? null : findPaymentMethod(world, id, param);
  if (method && method.customer !== customer.id) {
    throw invalid(
      `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
      'resource_missing',
      param,
    );
  }
  const invoice_settings = { ...customer.invoice_settings, default_payment_method: method?.id ?? null };
  return change(world, 'customers', customer, { invoice_settings });
}

function create({ world, params: { payment_method, test_clock, tax_id_data, ...given } }: Call<typeof createFields>): Customer {
  if (test_clock !== undefined && !world.tables.testClocks.get(test_clock)) throw missingReference('test clock', test_clock, 'test_clock');
  const customer = newCustomer(world, { ...toPatch({ metadata: {} }, given), test_clock: test_clock ?? null });
  const wanted = given.invoice_settings?.default_payment_method;
  if (payment_method === undefined) return customer;
  const method = attachPaymentMethod(world, findPaymentMethod(world, payment_method, 'payment_method'), customer.id);
  const isDefault = typeof wanted === 'string';
  return isDefault ? setDefaultMethod(world, customer, method.id, 'invoice_settings[default_payment_method]') : customer;
}

function update({ world, id, params }: Call<typeof updateFields>): Customer {
  const before = found(world.tables.customers.get(id), 'customer', id);
  const wanted = params.invoice_settings?.default_payment_method;
  const invoice_settings =
    wanted === undefined
      ? before.invoice_settings
      : setDefaultMethod(world, before, wanted, 'invoice_settings[default_payment_method]').invoice_settings;
  return change(world, 'customers', before, { ...toPatch(before, params), invoice_settings }, 'customer.updated');
}

function remove({ world, id }: Call<Record<never, never>>): DeletedCustomer {
  const customer = found(world.tables.customers.get(id), 'customer', id);
  for (const subscription of world.tables.subscriptions.of(id)) if (!isEnded(subscription)) endSubscription(world, subscription);
  const deleted: DeletedCustomer = { id, object: 'customer', deleted: true };
  world.emit('customer.deleted', customer);
  world.tables.customers.remove(id);
  world.tables.deletedCustomers.put(deleted);
  return deleted;
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = world.tables.customers
    .all()
    .filter((row) => params.email === undefined || row.email === params.email)
    .filter((row) => params.test_clock === undefined || row.test_clock === params.test_clock)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/customers');
}

const retrieve = ({ world, id }: Call<Record<never, never>>): object =>
  world.tables.deletedCustomers.get(id) ?? found(world.tables.customers.get(id), 'customer', id);

export function customers(offer: Offer): void {
  offer('post', '/customers', { fields: createFields, run: create });
  offer('get', '/customers', { fields: filters, run: list });
  offer('get', '/customers/:id', { fields: {}, run: retrieve });
  offer('post', '/customers/:id', { fields: updateFields, run: update });
  offer('delete', '/customers/:id', { fields: {}, run: remove });
  offer('get', '/customers/:id/payment_methods', {
    fields: { ...listFields, type: text, allow_redisplay: text },
    run: ({ world, id, params }) => pageOf(world.tables.paymentMethods.of(id), params, `/v1/customers/${id}/payment_methods`),
  });
  offer('get', '/customers/:id/balance_transactions', {
    fields: listFields,
    run: ({ world, id, params }) => pageOf(world.tables.balanceTransactions.of(id), params, `/v1/customers/${id}/balance_transactions`),
  });
  offer('post', '/customers/:id/balance_transactions', {
    fields: balanceFields,
    run: ({ world, id, params: { amount, currency, description, metadata: given } }) =>
      moveBalance(world, found(world.tables.customers.get(id), 'customer', id), amount, {
        type: 'adjustment',
        currency,
        invoice: null,
        description: description ?? null,
        metadata: mergeMetadata({}, given),
      }),
  });
}
