/**
 * Step webhook: money that arrives by bank transfer, and the payments that take it up.
 *
 * Promise: it goes to the oldest payment that waits for it and that it covers whole; the rest waits in the cash balance.
 */
import type { CashTransaction } from '../objects/cash-balance.ts';
import type { PaymentIntent } from '../objects/payment.ts';
import { change, type World } from '../world.ts';
import { cashOf, moveCash, transferInstructions, transferTypeOf } from './cash-balance.ts';
import { settleIntent } from './collect.ts';
import { confirmIntent } from './payments.ts';

/** Oldest first: payments that wait for a transfer. */
const waitingIntents = (world: World, customer: string, currency: string) =>
  world.tables.paymentIntents
    .of(customer)
    .filter((intent) => intent.currency === currency && intent.next_action?.type === 'display_bank_transfer_instructions')
    .toReversed();

/** Not enough has come yet: the payment says what is still to be transferred. */
function tellPartOf(world: World, intent: PaymentIntent): void {
  const display_bank_transfer_instructions = transferInstructions(world, intent.customer ?? '', intent.currency, intent.amount);
  const funded = change(world, 'paymentIntents', intent, {
    next_action: { type: 'display_bank_transfer_instructions', display_bank_transfer_instructions },
  });
  world.emit('payment_intent.partially_funded', funded);
}

/** Money has come; whatever waits for it is paid. */
export function fundCashBalance(
  world: World,
  customer: string,
  currency: string,
  amount: number,
  reference: string | null,
): CashTransaction {
  const type = transferTypeOf(currency);
  const sender =
    type === 'eu_bank_transfer'
      ? { bic: 'STRIPE00', iban_last4: '3000', sender_name: 'Sandbox' }
      : { network: 'ach', sender_name: 'Sandbox' };
  const bank_transfer = { reference, type, [type]: sender };
  const funded = moveCash(world, customer, currency, amount, { type: 'funded', funded: { bank_transfer } });
  for (const intent of waitingIntents(world, customer, currency)) {
    const method = world.tables.paymentMethods.get(intent.payment_method ?? '');
    const cash = cashOf(world, customer, currency);
    if (cash < intent.amount) {
      if (cash > 0) tellPartOf(world, intent);
      continue;
    }
    if (method) settleIntent(world, confirmIntent(world, intent, { method }), false);
  }
  return funded;
}
