/**
 * Step 4, checkout: one open checkout for each customer and plan group, however many tabs, clicks and ways in there are.
 *
 * Promise: requests for one customer go one after the other, whoever of those that reach it asks; the same wish gets the same session again, another wish closes
 * the earlier session before a new one is opened, and what was paid meanwhile is never sold a second time. A request that
 * dies half way is repeated by the next one under the same idempotency key.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { BillingError } from '../http/billing-error.ts';
import { hashSecret } from '../identity/session-token.ts';
import { demandStillReaches } from '../identity/still-reaches.ts';
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
import { givesWay, isLive } from '../subscription/live.ts';
import type { Till } from '../till.ts';
import type { Queues } from '../ops/queues.ts';

/** Whose checkout it is: everybody's who reaches the customer; before there is one, somebody's or the browser's that keeps the verifier. */
export interface CheckoutOwner {
  readonly identity?: Identity | undefined;
  readonly customerId?: string | undefined;
  readonly verifierHash?: string | undefined;
}

export interface WantedCheckout {
  readonly owner: CheckoutOwner;
  readonly group: string;
  /** Tells one wish from another: whatever Stripe is asked for differently makes another one. */
  readonly intentId: string;
  /** Throws when it must not be opened any more, by what was written down while the request waited. */
  readonly demandAllowed?: () => Promise<void>;
  /** Opens it at Stripe; the same `attempt` and `startedAt` (Unix seconds) must ask for exactly the same. */
  readonly open: (turn: { readonly attempt: number; readonly startedAt: number }) => Promise<OpenCheckout>;
}

type OpenCheckoutNeeds = Pick<Till, 'stripe' | 'store' | 'mirror' | 'now'>;

/** Looks at a slot that another process holds, before this one gives up: some 10 s. */
const maxLooks = 100;
const lookMilliseconds = 100;
/** While a request works, it says so this often: a fraction of how long it holds the slot (store/checkout-slots.ts). */
const beatMilliseconds = 10_000;
/** For so long a request that died is repeated as it was. */
const repeatSeconds = 3600;

const customerOwner = (customerId: string): string => `customer:${hashSecret(customerId)}`;
const personOwner = ({ issuer, subject }: Identity): string => `person:${hashSecret(JSON.stringify([issuer, subject]))}`;
const browserOwner = (verifierHash: string): string => `browser:${verifierHash}`;

/** Names of the slots that stand for somebody's identities and customers. */
export const slotOwnersOf = (identities: readonly Identity[], customers: readonly string[]): string[] => [
  ...identities.map(personOwner),
  ...customers.map(customerOwner),
];

/** The customer's open checkout for this wish, opened or found. Throws `already_subscribed` when an earlier one was paid. */
export function openOneCheckout(till: Till, queues: Queues, wanted: WantedCheckout): Promise<OpenCheckout> {
  return queues.run(queueOf(wanted), () => inSlot(till, wanted, (key, holder) => openAlone(till, key, holder, wanted)));
}

async function openAlone(till: Till, key: SlotKey, holder: string, wanted: WantedCheckout): Promise<OpenCheckout> {
  const { intentId, demandAllowed, open } = wanted;
  const { checkoutSlots } = till.store;
  const before = await checkoutSlots.find(key);
  const goesOn = await closeEarlier(till, before, { intentId });
  await demandAllowed?.();
  const turn = goesOn && before ? before : { attempt: (before?.attempt ?? 0) + 1, startedAt: till.now() };
  const noted = { intentId, attempt: turn.attempt, startedAt: turn.startedAt };
  // whatever Stripe answers now, what it opened before stands open until it is closed
  const standing = goesOn && before ? before.checkoutSessionId : null;
  const note = (change: object): Promise<boolean> =>
    checkoutSlots.note(key, holder, { ...noted, checkoutSessionId: standing, ...change }, till.now());
  if (!(await note({}))) throw new BillingError('not_possible_now');
  const session = await open(turn).catch(async (error: unknown) => {
    if (isKept(error)) await note({ intentId: null });
    throw error;
  });
  if (!(await note({ checkoutSessionId: session.id }))) await settleLate(till, key, { ...noted, session });
  return session;
}

interface Beginning {
  readonly owner: CheckoutOwner;
  readonly group: string;
  /** A subscription that goes on by it: that it was bought by a checkout is no reason to refuse it. */
  readonly subscriptionId?: string;
}

/**
 * Starts something of a plan group without a checkout: what is open of it is closed first, what was paid is found, and nothing
 * else of the customer begins meanwhile. `work` calls `keep` before it asks for anything that is charged, which throws when Stripe was so
 * slow that another request has begun. Throws `already_subscribed` when an open checkout was paid a moment ago.
 */
export function withoutOpenCheckout<Result>(
  till: OpenCheckoutNeeds,
  queues: Queues,
  beginning: Beginning,
  work: (keep: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  return queues.run(queueOf(beginning), () =>
    inSlot(till, beginning, async (key, holder) => {
      await closeEarlier(till, await till.store.checkoutSlots.find(key), beginning);
      return work(() => keepSlot(till, key, holder));
    }),
  );
}

/**
 * Starts something of a plan group that a customer did not order: nothing else of theirs begins meanwhile, and what is open of it stays
 * open. `keep` as above. Throws `not_possible_now` when others take too long.
 */
export function whileNothingBegins<Result>(
  till: OpenCheckoutNeeds,
  { customerId, group }: { readonly customerId: string; readonly group: string },
  work: (keep: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const key = { owner: customerOwner(customerId), planGroup: group };
  return withSlot(till, key, { customerId }, (holder) => work(() => keepSlot(till, key, holder)));
}

async function keepSlot({ store, now }: OpenCheckoutNeeds, key: SlotKey, holder: string): Promise<void> {
  if (!(await store.checkoutSlots.renew(key, holder, now()))) throw new BillingError('not_possible_now');
}

/** Requests of one process wait for each other without asking the database. */
const queueOf = ({ owner: { customerId, identity, verifierHash }, group }: Beginning): string =>
  JSON.stringify([customerId ?? (identity ? personOwner(identity) : verifierHash), group]);

/** Works while no other request does for the same customer and group, after what was begun under lesser names is closed. */
async function inSlot<Result>(
  till: OpenCheckoutNeeds,
  beginning: Beginning,
  work: (key: SlotKey, holder: string) => Promise<Result>,
): Promise<Result> {
  const { owner, group } = beginning;
  const customerId = owner.customerId ?? (await customerOf(till, owner.identity));
  const [name, ...lesser] = await slotNames(till, { ...owner, customerId });
  for (const other of lesser) await closeBeside(till, { owner: other, planGroup: group }, beginning);
  const key = { owner: name!, planGroup: group };
  const done = await withSlot(till, key, { ...owner, customerId }, async (holder) => {
    // the customer was made while this waited: everybody meets in its slot
    if (customerId === undefined && (await customerOf(till, owner.identity)) !== undefined) return undefined;
    return { result: await work(key, holder) };
  });
  return done ? done.result : inSlot(till, beginning, work);
}

async function customerOf({ store }: OpenCheckoutNeeds, identity: Identity | undefined): Promise<string | undefined> {
  return identity && (await store.identities.find(identity))?.customerId;
}

/** The name under which a checkout is noted, and then those under which its owner may have begun another before that was known. */
async function slotNames({ store }: OpenCheckoutNeeds, { customerId, identity, verifierHash }: CheckoutOwner): Promise<string[]> {
  const people = [...(identity ? [identity] : []), ...(customerId === undefined ? [] : await store.identities.holdersOf(customerId))];
  const names = [
    ...(customerId === undefined ? [] : [customerOwner(customerId)]),
    ...people.map(personOwner),
    ...(verifierHash === undefined ? [] : [browserOwner(verifierHash)]),
  ];
  return [...new Set(names)];
}

/** What was begun before more was known of who asks. */
async function closeBeside(till: OpenCheckoutNeeds, key: SlotKey, allowed: Allowed): Promise<void> {
  const { checkoutSlots } = till.store;
  const slot = await checkoutSlots.find(key);
  if (!slot || (slot.intentId === null && slot.checkoutSessionId === null && slot.heldUntil <= till.now())) return;
  await withSlot(till, key, {}, async () => closeEarlier(till, await checkoutSlots.find(key), { ...allowed, intentId: undefined }));
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
  till: OpenCheckoutNeeds,
  key: SlotKey,
  owner: CheckoutOwner,
  work: (holder: string) => Promise<Result>,
): Promise<Result> {
  const holder = randomUUID();
  const { checkoutSlots } = till.store;
  await hold(till, key, owner, holder);
  // a change asks Stripe several times: as long as this process lives, nobody else begins
  const beat = setInterval(() => void checkoutSlots.renew(key, holder, till.now()).catch(() => undefined), beatMilliseconds).unref();
  try {
    return await work(holder);
  } finally {
    clearInterval(beat);
    await checkoutSlots.release(key, holder);
  }
}

async function hold(
  { store, now }: OpenCheckoutNeeds,
  key: SlotKey,
  { identity, customerId }: CheckoutOwner,
  holder: string,
): Promise<void> {
  for (let look = 0; look < maxLooks; look += 1) {
    const held = await store.transaction(async (tables) => {
      // erased, or led to another customer, since the request began: nothing is made that they would not find
      if (identity) await demandStillReaches(tables, identity, customerId);
      if (customerId !== undefined && (await tables.erased.has(customerId))) throw new BillingError('signed_out');
      return tables.checkoutSlots.hold(key, holder, now());
    });
    if (held) return;
    await pause(lookMilliseconds);
  }
  throw new BillingError('not_possible_now');
}

interface Allowed {
  /** The wish that may stand. */
  readonly intentId?: string | undefined;
  /** The subscription that may have come of it. */
  readonly subscriptionId?: string | undefined;
}

/** Closes an earlier checkout unless it is for the same wish; true when that one can go on as it is. */
async function closeEarlier(till: OpenCheckoutNeeds, slot: CheckoutSlot | undefined, allowed: Allowed): Promise<boolean> {
  if (!slot) return false;
  const same = slot.intentId === allowed.intentId;
  // it was about to be opened when its request died: asked for again under the same key it is the same one; later than
  // this the session would run out too soon for Stripe to open it, and nobody ever had its address
  if (slot.checkoutSessionId === null) return same && Math.abs(till.now() - slot.startedAt) < repeatSeconds;
  let earlier = await readCheckoutSession(till.stripe, slot.checkoutSessionId).catch(undefinedIfMissing);
  if (earlier?.status === 'open' && same) return true;
  if (earlier?.status === 'open') {
    // somebody may pay at this very moment: then it cannot be closed, and is looked at again
    await expireCheckoutSession(till.stripe, earlier.id).catch(() => undefined);
    earlier = await readCheckoutSession(till.stripe, earlier.id);
    if (earlier.status === 'open') throw new BillingError('not_possible_now');
  }
  if (earlier?.status === 'complete') await refuseIfLive(till, earlier, allowed.subscriptionId);
  return false;
}

async function refuseIfLive(
  { mirror }: OpenCheckoutNeeds,
  { subscriptionId }: FinishedCheckout,
  goesOn: string | undefined,
): Promise<void> {
  if (subscriptionId === undefined || subscriptionId === goesOn) return;
  const fact = await mirror.refresh(subscriptionId);
  if (fact && isLive(fact) && !givesWay(fact)) throw new BillingError('already_subscribed');
}
