import { purchaseGives } from '@tillkit/core/entitlement/access';
import type { ChargeFact } from '../stripe/charges.ts';
import { readPurchase } from '../stripe/purchases.ts';
import type { Store } from '../store/store.ts';
import type { Till } from '../till.ts';

type Needs = Pick<Till, 'stripe' | 'store' | 'now'>;

/** Reads a purchase again; a reading that began earlier never replaces one that began later. */
export async function refreshPurchase({ stripe, store, now }: Needs, checkoutSessionId: string): Promise<void> {
  const fetchToken = await store.subscriptions.nextFetchToken();
  const purchase = await readPurchase(stripe, checkoutSessionId);
  if (!purchase) return;
  await store.transaction(async ({ erased, purchases }) => {
    if (!(await erased.has(purchase.customerId))) await purchases.write(purchase, fetchToken, now());
  });
}

/** Whether a customer bought something alone; at Stripe neither the customer nor a subscription tells of that. */
export async function hasBoughtAlone({ purchases }: Pick<Store, 'purchases'>, customerId: string): Promise<boolean> {
  return (await purchases.ofCustomer(customerId)).length > 0;
}

/** Whether a customer has something that they paid for once, alone or beside a plan, and that is still theirs. */
export async function holdsOnce(
  { purchases, subscriptions }: Pick<Store, 'purchases' | 'subscriptions'>,
  customerId: string,
): Promise<boolean> {
  const besidePlans = (await subscriptions.ofCustomer(customerId)).flatMap(({ oneTime = [] }) => oneTime);
  return [...(await purchases.ofCustomer(customerId)), ...besidePlans].some(({ state }) => purchaseGives(state));
}

/** Reads again what a charge may have paid for once, after money went back. */
export async function refreshPaid(
  { mirror, ...till }: Needs & Pick<Till, 'mirror'>,
  { customerId, subscriptionId }: Pick<ChargeFact, 'customerId' | 'subscriptionId'>,
): Promise<void> {
  if (subscriptionId !== undefined) {
    const known = await till.store.subscriptions.find(subscriptionId);
    if (!known || known.oneTime) await mirror.refresh(subscriptionId);
  }
  if (customerId === undefined) return;
  for (const { checkoutSessionId } of await till.store.purchases.ofCustomer(customerId)) await refreshPurchase(till, checkoutSessionId);
}
