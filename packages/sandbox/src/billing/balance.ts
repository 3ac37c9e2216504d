/**
 * Step webhook: the customer's balance against an invoice (docs.stripe.com/billing/customer/balance).
 *
 * Promise: nothing is lost: total + starting balance = amount due + ending balance.
 */
import { minimumOf } from '../money/currency.ts';
import type { Customer } from '../objects/customer.ts';
import { balanceTransactionConstants, type BalanceTransaction } from '../objects/customer.ts';
import { change, insert, type World } from '../world.ts';

export interface Settlement {
  readonly amount_due: number;
  readonly ending_balance: number;
}

/** Minor units; a negative balance is credit. What is left below the smallest charge waits in the balance. */
export function settleBalance(total: number, balance: number, currency: string): Settlement {
  const due = total + balance;
  if (due <= 0 || due < minimumOf(currency)) return { amount_due: 0, ending_balance: due };
  return { amount_due: due, ending_balance: 0 };
}

type Reason = Pick<BalanceTransaction, 'type' | 'invoice' | 'description' | 'metadata' | 'currency' | 'credit_note'>;

/** Moves the balance by `amount` and writes it down. */
export function moveBalance(world: World, customer: Customer, amount: number, reason: Reason): BalanceTransaction {
  const ending_balance = customer.balance + amount;
  change(world, 'customers', customer, { balance: ending_balance }, 'customer.updated');
  return insert(world, 'balanceTransactions', {
    ...balanceTransactionConstants,
    ...reason,
    id: world.ids.next('cbtxn'),
    object: 'customer_balance_transaction',
    amount,
    created: world.now(),
    customer: customer.id,
    ending_balance,
  });
}
