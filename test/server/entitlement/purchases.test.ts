import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { backend, entitlementsOf, grantingCatalog } from '../../support/granting.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const guide = { productId: 'guide', quantity: 1, currency: 'usd' };

describe.each(databases)('what is sold alone, on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ catalog: grantingCatalog(), database: await openDatabase(), config: backend });
  });
  afterEach(() => till.close());

  async function buyer(card?: string) {
    const { checkout } = await till.buy(guide, { token: await till.signIn('ada'), ...(card && { card }) });
    const client = await till.stripe();
    const session = await client.checkout.sessions.retrieve(checkout.checkoutSessionId);
    const features = async () => {
      await till.settle();
      return (await entitlementsOf(till, 'subject=ada')).features;
    };
    return { client, features, payment: session.payment_intent as string };
  }

  it('comes back when the bank sends a refund back', async () => {
    const { client, features, payment } = await buyer('4000 0000 0000 5126');
    await client.refunds.create({ payment_intent: payment });
    expect(await features()).toEqual([]);
    await till.advance(30 * day);
    expect(await features()).toEqual(['use-guide']);
  });

  it.each([
    ['while a bank only inquires', '4000 0000 0000 1976', undefined, ['use-guide']],
    ['not while a dispute is open', '4000 0000 0000 0259', undefined, []],
    ['not after a dispute was lost', '4000 0000 0000 0259', 'losing_evidence', []],
    ['again after a dispute was won', '4000 0000 0000 0259', 'winning_evidence', ['use-guide']],
  ] as const)('is given %s', async (__, card, evidence, expected) => {
    const { client, features, payment } = await buyer(card);
    await features();
    if (evidence) {
      const { data } = await client.disputes.list({ payment_intent: payment });
      await client.disputes.update(data[0]!.id, { evidence: { uncategorized_text: evidence }, submit: true });
    }
    expect(await features()).toEqual(expected);
  });

  it('is found again when the database was lost, by a full sweep', async () => {
    const { features } = await buyer();
    expect(await features()).toEqual(['use-guide']);
    await till.store.own<{ purchases: object }>().deleteFrom('purchases').execute();
    expect(await features()).toEqual([]);
    expect(await till.app.sweeps.sweepPurchases()).toBe(1);
    expect(await features()).toEqual(['use-guide']);
  });
});
