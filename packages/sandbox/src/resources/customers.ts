/** Step checkout: `/v1/customers` with their payment methods and balance. */
import { addTaxId } from '../billing/tax-ids.ts';
import { blankInvoiceSettings, newCustomer } from '../billing/new-customer.ts';
import { moveBalance } from '../billing/balance.ts';
import { attachPaymentMethod, findPaymentMethod } from '../billing/payment-methods.ts';
import { endSubscription, isEnded } from '../billing/subscription-payment.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { integer, listOf, mergeMetadata, metadata, passives, required, shape, text } from '../http/read.ts';
import type { BalanceTransaction, Customer, DeletedCustomer } from '../objects/customer.ts';
import type { TestClock } from '../objects/test-clock.ts';
import { mostCustomersOfTestClock } from '../unconfirmed.ts';
import { change, type World } from '../world.ts';
import { customerFields, customerPatch } from './customer-fields.ts';

const createFields = {
  ...customerFields,
  payment_method: text,
  test_clock: text,
  tax_id_data: listOf(shape({ type: required(text), value: required(text) })),
} as const;
const updateFields = { ...customerFields, ...passives('default_source') } as const;
const filters = { ...listFields, created, email: text, test_clock: text } as const;
const balanceFields = { amount: required(integer), currency: required(text), description: text, metadata } as const;

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

/** A customer of a test clock begins at the clock's own time. */
function clockOf(world: World, id: string | undefined): TestClock | null {
  if (id === undefined) return null;
  const clock = world.tables.testClocks.get(id);
  if (!clock) throw missingReference('test clock', id, 'test_clock');
  const held = world.tables.customers.all().filter(({ test_clock }) => test_clock === id);
  if (held.length >= mostCustomersOfTestClock) {
    throw invalid(`A test clock can have up to ${mostCustomersOfTestClock} customers.`, undefined, 'test_clock');
  }
  return clock;
}

function create({ world, params: { payment_method, test_clock, tax_id_data, ...given } }: Call<typeof createFields>): Customer {
  const clock = clockOf(world, test_clock);
  const blank = { metadata: {}, address: null, invoice_settings: blankInvoiceSettings };
  const customer = newCustomer(world, { ...customerPatch(blank, given), test_clock: clock?.id ?? null });
  for (const [position, data] of (tax_id_data ?? []).entries()) addTaxId(world, customer.id, data, `tax_id_data[${position}]`);
  const wanted = given.invoice_settings?.default_payment_method;
  if (payment_method === undefined) return customer;
  const method = attachPaymentMethod(world, findPaymentMethod(world, payment_method, 'payment_method'), customer.id);
  const isDefault = typeof wanted === 'string';
  return isDefault ? setDefaultMethod(world, customer, method.id, 'invoice_settings[default_payment_method]') : customer;
}

function update({ world, id, params }: Call<typeof updateFields>): Customer {
  const before = found(world.tables.customers.get(id), 'customer', id);
  const wanted = params.invoice_settings?.default_payment_method;
  const param = 'invoice_settings[default_payment_method]';
  const { invoice_settings } = wanted === undefined ? before : setDefaultMethod(world, before, wanted, param);
  return change(world, 'customers', before, customerPatch({ ...before, invoice_settings }, params), 'customer.updated');
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
    .filter((row) => row.test_clock === (params.test_clock ?? null))
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
  offer('get', '/customers/:id/payment_methods/:part', {
    fields: {},
    run: ({ world, id, part }) => {
      const method = world.tables.paymentMethods.get(part);
      return found(method?.customer === id ? method : undefined, 'payment_method', part);
    },
  });
  offerBalance(offer);
}

/** The transaction of this very customer. */
const transactionOf = ({ world, id, part }: { world: World; id: string; part: string }): BalanceTransaction => {
  const transaction = world.tables.balanceTransactions.get(part);
  return found(transaction?.customer === id ? transaction : undefined, 'customer balance transaction', part);
};

function offerBalance(offer: Offer): void {
  offer('get', '/customers/:id/balance_transactions/:part', { fields: {}, run: transactionOf });
  offer('post', '/customers/:id/balance_transactions/:part', {
    fields: { description: text, metadata },
    run: (call) => {
      const before = transactionOf(call);
      const merged = mergeMetadata(before.metadata, call.params.metadata);
      return change(call.world, 'balanceTransactions', before, {
        description: call.params.description ?? before.description,
        metadata: merged,
      });
    },
  });
  offer('get', '/customers/:id/balance_transactions', {
    fields: { ...listFields, created, invoice: text },
    run: ({ world, id, params }) => {
      const rows = world.tables.balanceTransactions
        .of(id)
        .filter((row) => params.invoice === undefined || row.invoice === params.invoice)
        .filter((row) => isWithin(row.created, params.created));
      return pageOf(rows, params, `/v1/customers/${id}/balance_transactions`);
    },
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
