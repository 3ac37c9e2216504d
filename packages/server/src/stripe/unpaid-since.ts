import type { Stripe } from 'stripe';

/**
 * Since when nothing was paid of a subscription that is past due (Unix seconds): when the first unpaid invoice after the
 * last paid one was made or, where the customer is sent a bill, was due. One that stayed open before a later one was paid
 * does not count, as it does not for Stripe's status.
 */
export async function readUnpaidSince(client: Stripe, subscription: string): Promise<number | undefined> {
  const { data } = await client.invoices.list({ subscription, limit: 100 });
  const paid = data.findIndex(({ status }) => status === 'paid');
  const due = (paid < 0 ? data : data.slice(0, paid))
    .filter(({ status, amount_remaining }) => (status === 'open' || status === 'uncollectible') && amount_remaining > 0)
    .map(({ due_date, created }) => due_date ?? created);
  return due.length > 0 ? Math.min(...due) : undefined;
}
