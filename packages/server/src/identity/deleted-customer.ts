/**
 * Whose customer the owner deleted at Stripe, where no event told of it: whoever comes with that customer is told to come again,
 * and has another by then.
 */
import { createMiddleware } from 'hono/factory';
import { BillingError } from '../http/billing-error.ts';
import { isDeletedCustomer } from '../stripe/customers.ts';
import { isMissingCustomer } from '../stripe/stripe-errors.ts';
import type { Till, TillEnv } from '../till.ts';

export const loosenDeleted = ({ stripe, store }: Pick<Till, 'stripe' | 'store'>) =>
  createMiddleware<TillEnv>(async (c, next) => {
    await next();
    const customerId = c.get('customerId');
    if (customerId === undefined || !isMissingCustomer(c.error) || !(await isDeletedCustomer(stripe, customerId))) return;
    await store.transaction(({ identities }) => identities.unlink(customerId));
    throw new BillingError('not_possible_now', { detail: 'This customer was deleted at Stripe: ask again, as another.' });
  });
