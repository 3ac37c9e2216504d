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
import { expireCheckoutSession, readCheckoutSession, type FinishedCheckout, type OpenCheckout } from '../stripe/checkout-sessions.ts';
import { undefinedIfMissing } from '../stripe/stripe-errors.ts';
import { isLive } from '../subscription/live.ts';
import type { Till } from '../till.ts';
import type { Queues } from './queues.ts';

/** Whose checkout it is: somebody signed in, or the browser that keeps the verifier. */
export interface CheckoutOwner {
  readonly identity: Identity | undefined;
  readonly verifierHash: string;
}

export interface WantedCheckout {
  readonly owner: CheckoutOwner;
  readonly group: string;
  readonly intentId: string;
  /** Opens it at Stripe; the same `attempt` and `startedAt` (Unix seconds) must ask for exactly the same. */
  readonly open: (turn: { readonly attempt: number; readonly startedAt: number }) => Promise<OpenCheckout>;
}

/** Looks at a slot that another process holds, before this one gives up: some 10 s. */
const maxLooks = 100;
const lookMilliseconds = 100;

const personKey = ({ issuer, subject }: Identity): string => `person:${hashSecret(JSON.stringify([issuer, subject]))}`;
const browserKey = (verifierHash: string): string => `browser:${verifierHash}`;

/** The person's open checkout for this wish, opened or found. Throws `already_subscribed` when an earlier one was paid. */
export function openOneCheckout(till: Till, queues: Queues, wanted: WantedCheckout): Promise<OpenCheckout> {
  const { identity, verifierHash } = wanted.owner;
  const key: SlotKey = { owner: identity ? personKey(identity) : browserKey(verifierHash), planGroup: wanted.group };
  return queues.run(JSON.stringify(key), () => openAlone(till, key, wanted));
}

async function openAlone(till: Till, key: SlotKey, { owner, group, intentId, open }: WantedCheckout): Promise<OpenCheckout> {
  const { identity, verifierHash } = owner;
  const holder = randomUUID();
  await hold(till, key, holder);
  try {
    // what this browser began before the person signed in
    if (identity)
      await closeEarlier(till, await till.store.checkoutSlots.find({ owner: browserKey(verifierHash), planGroup: group }), undefined);
    const before = await till.store.checkoutSlots.find(key);
    const goesOn = await closeEarlier(till, before, intentId);
    const same = before?.intentId === intentId;
    const turn = goesOn && same ? before : { attempt: (before?.attempt ?? 0) + 1, startedAt: till.now() };
    const noted = { intentId, attempt: turn.attempt, startedAt: turn.startedAt };
    await till.store.checkoutSlots.note(key, holder, { ...noted, checkoutSessionId: goesOn && same ? before.checkoutSessionId : null });
    const session = await open(turn);
    await till.store.checkoutSlots.note(key, holder, { ...noted, checkoutSessionId: session.id });
    return session;
  } finally {
    await till.store.checkoutSlots.release(key, holder);
  }
}

async function hold({ store, now }: Till, key: SlotKey, holder: string): Promise<void> {
  for (let look = 0; look < maxLooks; look += 1) {
    if (await store.checkoutSlots.hold(key, holder, now())) return;
    await pause(lookMilliseconds);
  }
  throw new BillingError('not_possible_now');
}

/** Closes an earlier checkout unless it is for the same wish; true when that one can go on as it is. */
async function closeEarlier(till: Till, slot: CheckoutSlot | undefined, intentId: string | undefined): Promise<boolean> {
  if (!slot || slot.intentId === null) return false;
  const same = slot.intentId === intentId;
  // it was about to be opened when its request died: asked for again under the same key it is the same one
  if (slot.checkoutSessionId === null) return same;
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
