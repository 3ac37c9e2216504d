/**
 * Step 4, checkout: one open checkout for each person and plan group, however many tabs and clicks there are.
 *
 * Promise: requests of one person go one after the other; the same wish gets the same session again, another wish closes
 * the earlier session before a new one is opened, and what was paid meanwhile is never sold a second time. A request that
 * dies half way is repeated by the next one under the same idempotency key.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { BillingError } from '../http/billing-error.ts';
import { hashSecret } from '../identity/session-token.ts';
import type { Identity } from '../store/identities.ts';
import type { CheckoutSlot, SlotKey } from '../store/checkout-slots.ts';
import {
  expireCheckoutSession,
  expireIfOpen,
  readCheckoutSession,
  type FinishedCheckout,
  type OpenCheckout,
} from '../stripe/checkout-sessions.ts';
import { isKept, undefinedIfMissing } from '../stripe/stripe-errors.ts';
import { isLive } from '../subscription/live.ts';
import type { Till } from '../till.ts';
import type { Queues } from '../ops/queues.ts';

/** Whose checkout it is: somebody signed in, or the browser that keeps the verifier. */
export interface CheckoutOwner {
  readonly identity: Identity | undefined;
  readonly verifierHash: string;
}

export interface WantedCheckout {
  readonly owner: CheckoutOwner;
  readonly group: string;
  /** Tells one wish from another: whatever Stripe is asked for differently makes another one. */
  readonly intentId: string;
  /** Opens it at Stripe; the same `attempt` and `startedAt` (Unix seconds) must ask for exactly the same. */
  readonly open: (turn: { readonly attempt: number; readonly startedAt: number }) => Promise<OpenCheckout>;
}

/** Looks at a slot that another process holds, before this one gives up: some 10 s. */
const maxLooks = 100;
const lookMilliseconds = 100;
/** For so long a request that died is repeated as it was. */
const repeatSeconds = 3600;

const personKey = ({ issuer, subject }: Identity): string => `person:${hashSecret(JSON.stringify([issuer, subject]))}`;
const browserKey = (verifierHash: string): string => `browser:${verifierHash}`;

/** Names of the slots that stand for somebody's identities. */
export const slotOwnersOf = (identities: readonly Identity[]): string[] => identities.map(personKey);

/** The person's open checkout for this wish, opened or found. Throws `already_subscribed` when an earlier one was paid. */
export function openOneCheckout(till: Till, queues: Queues, wanted: WantedCheckout): Promise<OpenCheckout> {
  const { identity, verifierHash } = wanted.owner;
  const key: SlotKey = { owner: identity ? personKey(identity) : browserKey(verifierHash), planGroup: wanted.group };
  return queues.run(JSON.stringify(key), () => openAlone(till, key, wanted));
}

async function openAlone(till: Till, key: SlotKey, { owner, group, intentId, open }: WantedCheckout): Promise<OpenCheckout> {
  const { checkoutSlots } = till.store;
  if (owner.identity) await closeOfBrowser(till, { owner: browserKey(owner.verifierHash), planGroup: group });
  return withSlot(till, key, owner.identity, async (holder) => {
    const before = await checkoutSlots.find(key);
    const goesOn = await closeEarlier(till, before, intentId);
    const turn = goesOn && before ? before : { attempt: (before?.attempt ?? 0) + 1, startedAt: till.now() };
    const noted = { intentId, attempt: turn.attempt, startedAt: turn.startedAt };
    const note = (change: object): Promise<boolean> =>
      checkoutSlots.note(key, holder, { ...noted, checkoutSessionId: null, ...change }, till.now());
    if (!(await note(goesOn && before ? { checkoutSessionId: before.checkoutSessionId } : {}))) throw new BillingError('not_possible_now');
    const session = await open(turn).catch(async (error: unknown) => {
      if (isKept(error)) await note({ intentId: null });
      throw error;
    });
    if (!(await note({ checkoutSessionId: session.id }))) await settleLate(till, key, { ...noted, session });
    return session;
  });
}

/**
 * Starts something of a plan group without a checkout: what is open of it is closed first, what was paid is found, and nothing
 * else of the person begins meanwhile.
 */
export function withoutOpenCheckout<Result>(
  till: Till,
  queues: Queues,
  { identity, group }: { readonly identity: Identity; readonly group: string },
  work: () => Promise<Result>,
): Promise<Result> {
  const key: SlotKey = { owner: personKey(identity), planGroup: group };
  return queues.run(JSON.stringify(key), () =>
    withSlot(till, key, identity, async () => {
      await closeEarlier(till, await till.store.checkoutSlots.find(key), undefined);
      return work();
    }),
  );
}

/** What this browser began before the person signed in. */
async function closeOfBrowser(till: Till, key: SlotKey): Promise<void> {
  const { checkoutSlots } = till.store;
  if (await checkoutSlots.find(key))
    await withSlot(till, key, undefined, async () => closeEarlier(till, await checkoutSlots.find(key), undefined));
}

/** Stripe took so long that another request took the slot: what that one does not know of is closed, and given to nobody. */
async function settleLate(
  { store, stripe }: Till,
  key: SlotKey,
  { intentId, attempt, session }: Pick<CheckoutSlot, 'intentId' | 'attempt'> & { readonly session: OpenCheckout },
): Promise<void> {
  const current = await store.checkoutSlots.find(key);
  if (current?.intentId === intentId && current.attempt === attempt) return;
  await expireIfOpen(stripe, session.id);
  throw new BillingError('not_possible_now');
}

async function withSlot<Result>(
  till: Till,
  key: SlotKey,
  identity: Identity | undefined,
  work: (holder: string) => Promise<Result>,
): Promise<Result> {
  const holder = randomUUID();
  await hold(till, key, identity, holder);
  try {
    return await work(holder);
  } finally {
    await till.store.checkoutSlots.release(key, holder);
  }
}

async function hold({ store, now }: Till, key: SlotKey, identity: Identity | undefined, holder: string): Promise<void> {
  for (let look = 0; look < maxLooks; look += 1) {
    const held = await store.transaction(async (tables) => {
      if (identity) await tables.identities.lock(identity);
      // erased since the request began: no row is made that nobody would find
      if (identity && !(await tables.identities.find(identity))) throw new BillingError('signed_out');
      return tables.checkoutSlots.hold(key, holder, now());
    });
    if (held) return;
    await pause(lookMilliseconds);
  }
  throw new BillingError('not_possible_now');
}

/** Closes an earlier checkout unless it is for the same wish (`intentId`); true when that one can go on as it is. */
async function closeEarlier(till: Till, slot: CheckoutSlot | undefined, intentId: string | undefined): Promise<boolean> {
  if (!slot || slot.intentId === null) return false;
  const same = slot.intentId === intentId;
  // it was about to be opened when its request died: asked for again under the same key it is the same one; later than
  // this the session would run out too soon for Stripe to open it, and nobody ever had its address
  if (slot.checkoutSessionId === null) return same && till.now() - slot.startedAt < repeatSeconds;
  let earlier = await readCheckoutSession(till.stripe, slot.checkoutSessionId).catch(undefinedIfMissing);
  if (earlier?.status === 'open' && same) return true;
  if (earlier?.status === 'open') {
    // somebody may pay at this very moment: then it cannot be closed, and is looked at again
    await expireCheckoutSession(till.stripe, earlier.id).catch(() => undefined);
    earlier = await readCheckoutSession(till.stripe, earlier.id);
    if (earlier.status === 'open') throw new BillingError('not_possible_now');
  }
  if (earlier?.status === 'complete') await refuseIfLive(till, earlier);
  return false;
}

async function refuseIfLive({ mirror }: Till, { subscriptionId }: FinishedCheckout): Promise<void> {
  const fact = subscriptionId === undefined ? undefined : await mirror.refresh(subscriptionId);
  const free = fact?.items.every(({ amount }) => amount === 0);
  if (fact && isLive(fact) && !free) throw new BillingError('already_subscribed');
}
