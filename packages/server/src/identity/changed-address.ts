/**
 * A proved address, new or changed, reaches Stripe's customer, and with it invoices and mails.
 *
 * Promise: it is written down with the sign-in that proves it and told to Stripe until Stripe has it; a Stripe that is slow or
 * out of reach keeps nobody from signing in. The last address wins, in whatever order answers come.
 */
import { eachAlone, type Job } from '../ops/jobs.ts';
import type { Identity, KnownIdentity } from '../store/identities.ts';
import type { Tables } from '../store/store.ts';
import { setCustomerEmail } from '../stripe/customers.ts';
import { forAMoment } from '../stripe/in-time.ts';
import type { Till } from '../till.ts';

type Needs = Pick<Till, 'stripe' | 'store' | 'log'>;

/** In the transaction of a sign-in, after it was saved: notes an address that is another than `before`. Answers whether it is. */
export async function noteChangedAddress(tables: Tables, identity: KnownIdentity, before: KnownIdentity | undefined): Promise<boolean> {
  const { email } = identity;
  // who is new here may have a customer already, whose address the owner chose
  if (!before || email === undefined || before.email === email) return false;
  await tables.identities.setEmailDue(identity, email);
  return true;
}

/** Tells Stripe; waits for a moment only, and leaves the rest to the job. */
export const tellSoon = (till: Needs, identity: Identity): Promise<void> => forAMoment(tellOrPutOff(till, identity));

/** Tells Stripe, or leaves it to the job. */
export async function tellOrPutOff(till: Needs, identity: Identity): Promise<void> {
  await tellStripe(till, identity).catch((error: unknown) => till.log.warn('customer.address_put_off', { error }));
}

/** Tells Stripe of addresses that it does not have yet. */
export function changedAddressesJob(till: Needs): Job {
  return {
    name: 'changed-addresses',
    everySeconds: 60,
    async run(signal) {
      await eachAlone(await till.store.identities.withEmailDue(), signal, (identity) => tellStripe(till, identity));
    },
  };
}

async function tellStripe({ stripe, store }: Needs, identity: Identity): Promise<void> {
  for (;;) {
    const { customerId, emailDue } = (await store.identities.find(identity)) ?? {};
    if (emailDue === undefined) return;
    if (customerId !== undefined && !(await store.erased.has(customerId))) await setCustomerEmail(stripe, customerId, emailDue);
    // another sign-in may have brought another one meanwhile: whoever wrote last may not have been the last to be asked. And where
    // there was no customer, a purchase may have made one
    if (await store.identities.emailTold(identity, emailDue, customerId)) return;
  }
}
