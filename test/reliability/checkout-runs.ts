/** Several checkouts of one person at once, and two that are paid: as often as somebody asks for. Tests and `npm run soak` share it. */
import type { CheckoutSessionResponse, Problem } from '@tillkit/core/contract/contract';
import { newVerifier, shop, type TestTill } from '../support/till.ts';

export const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
export const wishes = [company, { ...company, seats: 2 }, { ...company, planId: 'team' }, { ...company, interval: 'year' }];

interface Wish {
  readonly selection: unknown;
  readonly verifierHash: string;
  readonly token?: string | undefined;
}

/** Opens, waits and pays as people do. */
export function shopper(till: TestTill) {
  return {
    open: ({ selection, verifierHash, token }: Wish) =>
      till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', {
        token,
        body: { selection, returnUrl: shop, verifierHash },
      }),
    /** Sessions of Stripe's that could still be paid, of these. */
    async stillOpen(ids: Iterable<string>): Promise<string[]> {
      const client = await till.stripe();
      const sessions = await Promise.all([...ids].map((id) => client.checkout.sessions.retrieve(id)));
      return sessions.flatMap(({ id, status }) => (status === 'open' ? [id] : []));
    },
  };
}

/** 2 to 8 checkouts of one person at the same moment, so many times; answers how often not exactly one stayed open. */
export async function openTogether(till: TestTill, runs: number): Promise<number> {
  const { open, stillOpen } = shopper(till);
  let wrong = 0;
  for (let run = 0; run < runs; run += 1) {
    const token = run % 2 ? await till.signIn(`person-${run}`) : undefined;
    const { verifierHash } = newVerifier();
    const wished = Array.from({ length: 2 + (run % 7) }, (_, number) => wishes[(run + number * (run % 3)) % wishes.length]!);
    const answers = await Promise.all(wished.map((selection) => open({ selection, verifierHash, token })));
    const left = await stillOpen(new Set(answers.map(({ body }) => body.checkoutSessionId)));
    if (left.length !== 1 || answers.some(({ status }) => status !== 201)) wrong += 1;
  }
  return wrong;
}

/** Two browsers of one address buy and pay the same kind of plan, so many times; answers how many were told of, and all live subscriptions. */
export async function payTwice(till: TestTill, runs: number): Promise<{ told: number; live: number }> {
  const { open } = shopper(till);
  for (let run = 0; run < runs; run += 1) {
    const selections = [company, wishes[run % wishes.length]!];
    for (const selection of selections) {
      const { body } = await open({ selection, verifierHash: newVerifier().verifierHash });
      await till.pay(body.checkoutSessionId, undefined, `buyer-${run}@example.com`);
    }
    await till.settle();
    await till.settle();
  }
  const entries = (await till.store.outbox.list()).filter(({ type }) => type === 'subscription.duplicate');
  const client = await till.stripe();
  let live = 0;
  for await (const { status } of client.subscriptions.list({ status: 'all', limit: 100 }))
    if (status === 'active' || status === 'trialing') live += 1;
  return { told: new Set(entries.map(({ payload }) => payload.subscriptionId)).size, live };
}
