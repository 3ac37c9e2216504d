/**
 * Step checkout: the cash balance of a customer, and where he transfers money to (docs.stripe.com/payments/bank-transfers).
 *
 * Promise: the balance in a currency is the sum of its transactions and never below nothing.
 */
import type { CashTransaction, TransferType } from '../objects/cash-balance.ts';
import { insert, type World } from '../world.ts';

/** Minor units that wait, in one currency. */
export const cashOf = (world: World, customer: string, currency: string): number =>
  world.tables.cashTransactions.of(customer).find((row) => row.currency === currency)?.ending_balance ?? 0;

/** Minor units by currency; null when nothing was ever transferred. */
export function cashByCurrency(world: World, customer: string): Record<string, number> | null {
  const currencies = new Set(world.tables.cashTransactions.of(customer).map(({ currency }) => currency));
  if (currencies.size === 0) return null;
  return Object.fromEntries([...currencies].map((currency) => [currency, cashOf(world, customer, currency)]));
}

type Reason = Pick<CashTransaction, 'type' | 'applied_to_payment' | 'funded'>;

/** Moves the balance by `net_amount` minor units. */
export function moveCash(world: World, customer: string, currency: string, net_amount: number, reason: Reason): CashTransaction {
  const moved = insert(
    world,
    'cashTransactions',
    {
      ...reason,
      id: world.ids.next('ccsbtxn'),
      object: 'customer_cash_balance_transaction',
      created: world.now(),
      currency,
      customer,
      customer_account: null,
      ending_balance: cashOf(world, customer, currency) + net_amount,
      livemode: false,
      net_amount,
    },
    'customer_cash_balance_transaction.created',
  );
  return moved;
}

const nowhere = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null } as const;
const holder = { account_holder_address: nowhere, account_holder_name: 'Tillkit sandbox', bank_address: nowhere } as const;

/** Digits of their own for each customer, so that a transfer needs no reference. */
const digitsFor = (customer: string): string =>
  [...customer]
    .reduce((all, letter) => (all * 31n + BigInt(letter.codePointAt(0) ?? 0)) % 10n ** 12n, 7n)
    .toString()
    .padStart(12, '0');

export const transferTypeOf = (currency: string): TransferType => (currency === 'eur' ? 'eu_bank_transfer' : 'us_bank_transfer');

/** The account numbers to which a customer transfers. */
export function financialAddresses(customer: string, type: TransferType): object[] {
  const digits = digitsFor(customer);
  if (type === 'eu_bank_transfer') {
    return [
      { iban: { ...holder, bic: 'STRIPE00', country: 'DE', iban: `DE00000000${digits}` }, supported_networks: ['sepa'], type: 'iban' },
    ];
  }
  const aba = { ...holder, account_number: digits, account_type: 'checking', bank_name: 'STRIPE TEST BANK', routing_number: '110000000' };
  return [{ aba, supported_networks: ['ach', 'domestic_wire_us'], type: 'aba' }];
}

/** What `next_action` of a payment tells whoever has to transfer. */
export const transferInstructions = (world: World, customer: string, currency: string, amount: number): object => ({
  amount_remaining: amount - cashOf(world, customer, currency),
  currency,
  financial_addresses: financialAddresses(customer, transferTypeOf(currency)),
  hosted_instructions_url: `${world.settings.publicUrl()}/_transfers/${customer}`,
  reference: digitsFor(customer).slice(0, 8),
  type: transferTypeOf(currency),
});
