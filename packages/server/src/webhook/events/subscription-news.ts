/** Step 5, webhook: what is told of a subscription beside its own changes: reminders, and its invoices. */
import { told } from '../../outbox/event-types.ts';
import { invoiceKeys, invoiceNews } from '../../outbox/invoice-news.ts';
import type { InvoiceFact } from '../../stripe/invoice-facts.ts';
import type { SubscriptionFact } from '../../stripe/subscription-fact.ts';
import { endsWithPeriod } from '../../subscription/comes-again.ts';
import { planOf } from '../../subscription/plan-of.ts';
import type { ApplyContext, Settle } from '../event-family.ts';

type Types = ReadonlySet<string>;

/** What is coming, if it still is: the end of a trial, or a renewal that costs something. */
export async function tellReminders(fact: SubscriptionFact, { catalog, now }: ApplyContext, types: Types): Promise<Settle> {
  const { id, customerId, status, trialEnd, hasPaymentMethod, nextPayment, currency } = fact;
  const offer = await catalog.current().catch(() => undefined);
  const planId = planOf(fact.items, offer);
  const about = { subscriptionId: id, customerId, ...(planId !== undefined && { planId }) };
  const goesOn = !endsWithPeriod(fact);
  const onTrial = status === 'trialing' && trialEnd !== undefined && trialEnd > now();
  const trial = types.has('customer.subscription.trial_will_end') && onTrial && goesOn;
  const renewal = types.has('invoice.upcoming') && status === 'active' && goesOn && isComing(fact, now());
  return async ({ outbox }) => {
    if (trial) await outbox.add(told('subscription.trial_will_end', `${id}:${trialEnd}`, { ...about, trialEnd, hasPaymentMethod }), now());
    if (renewal && nextPayment) {
      const { at, amount } = nextPayment;
      await outbox.add(told('renewal.upcoming', `${id}:${at}`, { ...about, at, amount, currency }), now());
    }
  };
}

/** Something is charged in the second half of the period; in the first half a reminder is a late one of the period before. */
function isComing({ items, nextPayment }: SubscriptionFact, now: number): boolean {
  const start = Math.max(...items.map(({ periodStart }) => periodStart));
  return nextPayment !== undefined && nextPayment.amount > 0 && now - start > nextPayment.at - now;
}

/** What became of invoices, in one transaction with what was told of them before. */
export function tellInvoices(invoices: readonly InvoiceFact[], ended: boolean, { now }: ApplyContext, types: Types): Settle {
  const failed = types.has('invoice.payment_failed') || types.has('invoice.payment_action_required');
  return async (tables) => {
    for (const invoice of invoices) {
      await tables.lock(`invoice:${invoice.id}`);
      const known = await tables.outbox.known(invoiceKeys(invoice));
      for (const entry of invoiceNews(invoice, { now: now(), failed, ended, known })) await tables.outbox.add(entry, now());
    }
  };
}
