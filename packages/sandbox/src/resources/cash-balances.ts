/** Step checkout: `/v1/customers/:id/cash_balance`, funding instructions, and the test helper by which money arrives. */
import { fundCashBalance } from '../billing/bank-transfers.ts';
import { cashByCurrency, financialAddresses, transferTypeOf } from '../billing/cash-balance.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { count, oneOf, passives, required, shape, text } from '../http/read.ts';
import { demandCurrency } from '../money/currency.ts';
import type { Customer } from '../objects/customer.ts';
import type { World } from '../world.ts';

const settingsFields = { settings: shape({ reconciliation_mode: oneOf('automatic', 'manual', 'merchant_default') }) } as const;
const instructionFields = {
  bank_transfer: required(
    shape({
      type: required(oneOf('eu_bank_transfer', 'us_bank_transfer')),
      ...passives('eu_bank_transfer', 'requested_address_types'),
    }),
  ),
  currency: required(text),
  funding_type: required(oneOf('bank_transfer')),
} as const;
const fundFields = { amount: required(count), currency: required(text), reference: text } as const;

const find = (world: World, id: string): Customer => found(world.tables.customers.get(id), 'customer', id);

const balance = (world: World, { id }: Customer): object => ({
  object: 'cash_balance',
  available: cashByCurrency(world, id),
  customer: id,
  customer_account: null,
  livemode: false,
  settings: { reconciliation_mode: 'automatic', using_merchant_default: true },
});

function instructions({ world, id, params }: Call<typeof instructionFields>): object {
  const customer = find(world, id);
  const currency = demandCurrency(params.currency);
  const { type } = params.bank_transfer;
  if (type !== transferTypeOf(currency)) throw invalid(`A ${type} cannot be made in ${currency}.`, undefined, 'bank_transfer[type]');
  const country = type === 'eu_bank_transfer' ? 'DE' : 'US';
  return {
    object: 'funding_instructions',
    bank_transfer: { country, financial_addresses: financialAddresses(customer.id, type), type },
    currency,
    funding_type: 'bank_transfer',
    livemode: false,
  };
}

function setMode({ world, id, params }: Call<typeof settingsFields>): object {
  if (params.settings?.reconciliation_mode === 'manual') {
    throw invalid('This sandbox assigns transfers by itself only.', undefined, 'settings[reconciliation_mode]');
  }
  return balance(world, find(world, id));
}

export function cashBalances(offer: Offer): void {
  offer('get', '/customers/:id/cash_balance', { fields: {}, run: ({ world, id }) => balance(world, find(world, id)) });
  offer('post', '/customers/:id/cash_balance', { fields: settingsFields, run: setMode });
  offer('get', '/customers/:id/cash_balance_transactions', {
    fields: listFields,
    run: ({ world, id, params }) =>
      pageOf(world.tables.cashTransactions.of(find(world, id).id), params, `/v1/customers/${id}/cash_balance_transactions`),
  });
  offer('get', '/customers/:customer/cash_balance_transactions/:id', {
    fields: {},
    run: ({ world, id }) => found(world.tables.cashTransactions.get(id), 'customer_cash_balance_transaction', id),
  });
  offer('post', '/customers/:id/funding_instructions', { fields: instructionFields, run: instructions });
  offer('post', '/test_helpers/customers/:id/fund_cash_balance', {
    fields: fundFields,
    run: ({ world, id, params }) =>
      fundCashBalance(world, find(world, id).id, demandCurrency(params.currency), params.amount, params.reference ?? null),
  });
}
