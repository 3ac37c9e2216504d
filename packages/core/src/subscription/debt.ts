import type { Subscription } from './subscription.ts';

/** What a customer owes for a subscription: the sum of its open invoices, in minor units. */
export const debtOf = ({ openInvoices = [] }: Pick<Subscription, 'openInvoices'>): number =>
  openInvoices.reduce((sum, { amountDue }) => sum + amountDue, 0);

/** Whether a payment that was due has failed: access has ended, or does before the period is over. */
export const isInArrears = ({ status }: Pick<Subscription, 'status'>): boolean => status === 'past_due' || status === 'unpaid';
