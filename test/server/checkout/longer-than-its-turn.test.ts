/** A request that Stripe, or whatever it asks before, keeps waiting longer than its slot is held: what it opens is nobody's, or it keeps its turn. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openOneCheckout, slotOwnersOf, whileNothingBegins, type WantedCheckout } from '@tillkit/server/checkout/one-open-checkout';
import { Queues } from '@tillkit/server/ops/queues';
import { createCheckoutSession, type OpenCheckout } from '@tillkit/server/stripe/checkout-sessions';
import type { Till } from '@tillkit/server/till';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const planGroup = 'main';

let till: TestTill;
beforeEach(async () => {
  till = await startTill({ catalog: monthlyCatalog(monthlyPlan('plus', 1900)) });
});
afterEach(async () => {
  vi.useRealTimers();
  await till.close();
});

const sessions = async (status?: 'open') =>
  (await (await till.stripe()).checkout.sessions.list({ limit: 100, ...(status && { status }) })).data.map(({ id }) => id);
const priceOf = async (planId: string) => (await (await till.stripe()).prices.list({ lookup_keys: [`${planId}_month`] })).data[0]!.id;

describe('a request that takes longer than its turn', () => {
  const { verifierHash } = newVerifier();
  const slot = { owner: `browser:${verifierHash}`, planGroup };
  /** As another process of the server sees the same browser. */
  const openAs = (wanted: Pick<WantedCheckout, 'intentId' | 'open' | 'demandAllowed'>): Promise<OpenCheckout> =>
    openOneCheckout(till as unknown as Till, new Queues(), { owner: { verifierHash }, group: planGroup, ...wanted });
  const opening = async (intentId: string, attempt = 1): Promise<OpenCheckout> =>
    createCheckoutSession(till.stripe, {
      mode: 'subscription',
      uiMode: 'hosted_page',
      lines: [{ priceId: await priceOf('plus'), quantity: 1 }],
      currency: 'usd',
      cardOptional: false,
      automaticTax: false,
      successUrl: shop,
      cancelUrl: shop,
      locale: undefined,
      note: { intentId },
      idempotencyKey: `checkout:${intentId}:${attempt}`,
    });
  const another = () => openAs({ intentId: 'two', open: () => opening('two') });
  const codeOf = (request: Promise<unknown>) =>
    request.then(
      () => 'opened',
      (error: { code?: string }) => error.code,
    );

  it('to find out whether it may opens nothing beside who came meanwhile', async () => {
    const demandAllowed = async () => {
      await till.sandbox.clock.advance(41);
      await another();
    };
    expect(await codeOf(openAs({ intentId: 'one', demandAllowed, open: () => opening('one') }))).toBe('not_possible_now');
    expect(await sessions()).toHaveLength(1);
  });

  it('by more than an hour closes what it opened where the same wish was opened anew', async () => {
    let other: OpenCheckout | undefined;
    const slow = openAs({
      intentId: 'one',
      async open({ attempt }) {
        const session = await opening('one', attempt);
        await till.sandbox.clock.advance(3700);
        other = await openAs({ intentId: 'one', open: (turn) => opening('one', turn.attempt) });
        return session;
      },
    });
    expect([await codeOf(slow), await sessions('open')]).toEqual(['not_possible_now', [other!.id]]);
  });

  it('closes what it opened where its row was erased meanwhile', async () => {
    const slow = openAs({
      intentId: 'one',
      async open() {
        const session = await opening('one');
        await till.store.checkoutSlots.forget(till.now() + 1000);
        return session;
      },
    });
    expect([await codeOf(slow), await sessions('open')]).toEqual(['not_possible_now', []]);
  });

  it('keeps its turn as long as its process lives, and nothing goes on afterwards', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await openAs({
      intentId: 'one',
      async open() {
        await till.sandbox.clock.advance(30);
        vi.advanceTimersByTime(10_000);
        await expect.poll(async () => (await till.store.checkoutSlots.find(slot))?.heldUntil).toBe(till.now() + 40);
        return opening('one');
      },
    });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what begins for a customer without their order', () => {
  const customerId = 'cus_1';
  const begin = async (meanwhile: () => Promise<unknown> = async () => {}) => {
    let begun = false;
    const work = async (keep: () => Promise<void>) => {
      await meanwhile();
      await keep();
      begun = true;
    };
    const code = await whileNothingBegins(till as unknown as Till, { customerId, group: planGroup }, work).catch(
      (error: { code?: string }) => error.code,
    );
    return [code, begun];
  };
  const takeTurn = () => till.store.checkoutSlots.hold({ owner: slotOwnersOf([], [customerId])[0]!, planGroup }, 'another', till.now());

  it('does not begin when another request has its turn by the time at which it would be charged', async () => {
    const overtaken = async () => {
      await till.sandbox.clock.advance(41);
      expect(await takeTurn()).toBe(true);
    };
    expect(await begin(overtaken)).toEqual(['not_possible_now', false]);
    await till.sandbox.clock.advance(41);
    expect(await begin(async () => expect(await takeTurn()).toBe(false))).toEqual([undefined, true]);
  });

  it('does not begin once they were erased', async () => {
    await till.store.transaction((tables) => tables.erased.add(customerId, till.now()));
    expect(await begin()).toEqual(['signed_out', false]);
  });
});
