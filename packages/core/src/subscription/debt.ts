import type { Subscription } from './subscription.ts';

/** What a customer owes for a subscription: the sum of its open invoices, in minor units. */
export const debtOf = ({ openInvoices = [] }: Pick<Subscription, 'openInvoices'>): number =>
  openInvoices.reduce((sum, { amountDue }) => sum + amountDue, 0);
