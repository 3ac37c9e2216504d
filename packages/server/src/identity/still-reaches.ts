/** Whether somebody reaches the customer still with which their request began: another way in may have taken it over since. */
import { BillingError } from '../http/billing-error.ts';
import type { Identity } from '../store/identities.ts';
import type { Tables } from '../store/store.ts';
import type { Till } from '../till.ts';

/**
 * In a transaction: throws `signed_out` for whoever is not known any more, and `not_possible_now` for whoever reaches another customer by
 * now, or none: what would be begun for them leads to somebody else.
 */
export async function demandStillReaches(tables: Tables, { issuer, subject }: Identity, customerId: string | undefined): Promise<void> {
  await tables.identities.lock({ issuer, subject });
  if (!(await tables.identities.find({ issuer, subject }))) throw new BillingError('signed_out');
  if (customerId === undefined) return;
  const holders = await tables.identities.holdersOf(customerId);
  if (holders.some((holder) => holder.issuer === issuer && holder.subject === subject)) return;
  throw new BillingError('not_possible_now', { detail: 'Another customer is reached by now: ask again.' });
}

/** The same by itself: what their request would do is another's by now. */
export const demandTheirs = ({ store }: Pick<Till, 'store'>, identity: Identity, customerId: string): Promise<void> =>
  store.transaction((tables) => demandStillReaches(tables, identity, customerId));
