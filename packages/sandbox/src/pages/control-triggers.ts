/** What a person can make happen to a customer, each by the calls of the API that Stripe's test cards are made for. */
import type { AppParts } from '../app.ts';
import { openDispute } from '../billing/disputes.ts';
import { refundCharge } from '../billing/refunds.ts';
import { invalid } from '../http/api-error.ts';
import type { Charge } from '../objects/payment.ts';

export const triggers = ['payments_fail', 'payments_succeed', 'refund', 'dispute'] as const;
export type Trigger = (typeof triggers)[number];

export type CallApi = (path: string, params: Readonly<Record<string, string>>) => Promise<unknown>;

const byPerson = { id: null, idempotency_key: null };

/** Puts a test card in the place of the customer's default and of that of each subscription. */
async function useCard({ world }: AppParts, call: CallApi, customer: string, token: string): Promise<void> {
  const method = (await call(`payment_methods/${token}/attach`, { customer })) as { readonly id: string };
  await call(`customers/${customer}`, { 'invoice_settings[default_payment_method]': method.id });
  const own = world.tables.subscriptions.of(customer).filter(({ default_payment_method }) => default_payment_method !== null);
  for (const { id, status } of own) {
    if (status !== 'canceled' && status !== 'incomplete_expired') await call(`subscriptions/${id}`, { default_payment_method: method.id });
  }
}

function lastCharge({ world }: AppParts, customer: string): Charge {
  const charge = world.tables.charges.all().find((row) => row.customer === customer && row.paid && !row.refunded && !row.disputed);
  if (!charge) throw invalid('This customer has paid nothing that could be taken back.');
  return charge;
}

export async function pull(parts: AppParts, call: CallApi, trigger: Trigger, customer: string): Promise<void> {
  if (!parts.world.tables.customers.get(customer)) throw invalid(`No such customer: '${customer}'`, 'resource_missing', 'customer');
  if (trigger === 'payments_fail') await useCard(parts, call, customer, 'pm_card_chargeCustomerFail');
  if (trigger === 'payments_succeed') await useCard(parts, call, customer, 'pm_card_visa');
  if (trigger === 'refund') parts.world.request(byPerson, () => refundCharge(parts.world, lastCharge(parts, customer), {}));
  if (trigger === 'dispute') {
    parts.world.request(byPerson, () => openDispute(parts.world, lastCharge(parts, customer), { reason: 'fraudulent', inquiry: false }));
  }
}
