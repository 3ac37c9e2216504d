import { newVerifier, shop, type TestTill } from '../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

export interface CustomersResult {
  readonly identities: number;
  /** Identities that have not exactly one customer at Stripe. */
  readonly wrong: number;
  /** Calls of Stripe's search, which lags behind. */
  readonly searches: number;
}

/** The first checkout of so many people, eight times at once each, while every third answer about a new customer gets lost. */
export async function firstCheckouts(till: TestTill, identities: number): Promise<CustomersResult> {
  const fault = till.sandbox.faults.add({ kind: 'cut_after', route: 'POST /v1/customers', probability: 0.34, seed: 'customers' });
  const subjects = Array.from({ length: identities }, (_, index) => `first-${index}`);
  for (const subject of subjects) {
    const token = await till.signIn(subject);
    const open = () =>
      till.call('POST', '/v1/checkout-sessions', {
        token,
        body: { selection: company, returnUrl: shop, verifierHash: newVerifier().verifierHash },
      });
    await Promise.all(Array.from({ length: 8 }, open));
    // whoever was refused because an answer got lost tries again
    await open();
  }
  till.sandbox.faults.remove(fault);
  const client = await till.stripe();
  const made = new Map<string, number>();
  for await (const { metadata } of client.customers.list({ limit: 100 })) {
    const subject = metadata.till_subject ?? '';
    made.set(subject, (made.get(subject) ?? 0) + 1);
  }
  return {
    identities,
    wrong: subjects.filter((subject) => made.get(subject) !== 1).length,
    searches: till.stripeCalls.filter((call) => call.includes('/search')).length,
  };
}
