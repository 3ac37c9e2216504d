import { afterEach, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { backend, entitlementsOf, grantingCatalog } from '../../support/granting.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const catalog = grantingCatalog({
  company: { sso: true, projects: 10, seats: { perSeat: 1 } },
  team: { projects: 'unlimited' },
  storage: { storage_gb: 100 },
  course: { credits: 50, projects: 5 },
  guide: { credits: 7 },
});
const selection = { planId: 'company', interval: 'month', currency: 'usd', seats: 4, addOns: { storage: 3, course: 2 } };
const limits = { credits: 100, projects: 20, seats: 4, storage_gb: 300 };

describe.each(databases)('how much somebody may use, on %s', (_, openDatabase) => {
  let till: TestTill;
  afterEach(() => till.close());
  const start = async (webhookMode?: 'duplicated'): Promise<void> => {
    const stripe = webhookMode && { stripe: { webhookMode: { mode: webhookMode } as const } };
    till = await startTill({ catalog, database: await openDatabase(), config: backend, ...stripe });
  };
  const given = async () => (await entitlementsOf(till, 'subject=ada')).limits;

  it('is the sum of all that was paid for, at once', async () => {
    await start();
    till.sandbox.deliveries.hold();
    const token = await till.signIn('ada');
    await till.buy(selection, { token });
    expect(await given()).toEqual(limits);
    await till.buy({ productId: 'guide', quantity: 3, currency: 'usd' }, { token });
    expect(await given()).toEqual({ ...limits, credits: 121 });
    await till.sandbox.deliveries.release();
    await till.settle();
    const { features, limits: later } = await entitlementsOf(till, 'subject=ada');
    expect(later).toEqual({ ...limits, credits: 121 });
    expect(features).toEqual(['credits', 'projects', 'seats', 'sso', 'storage_gb']);
  });

  it('counts each purchase once, however often it is told and read', async () => {
    await start('duplicated');
    const token = await till.signIn('ada');
    const { checkout } = await till.buy(selection, { token });
    await till.settle();
    const { id } = checkout.subscription!;
    await Promise.all([
      ...Array.from({ length: 5 }, () => till.app.sweeps.sweepSubscriptions({ everything: true })),
      ...Array.from({ length: 5 }, () => till.app.sweeps.sweepEvents()),
    ]);
    const client = await till.stripe();
    await Promise.all(Array.from({ length: 5 }, (__, turn) => client.subscriptions.update(id, { metadata: { turn: String(turn) } })));
    await till.settle();
    expect(await given()).toEqual(limits);
  });

  it('shrinks with what is removed, and is not less for what ended than for nobody', async () => {
    await start();
    const token = await till.signIn('ada');
    const { checkout } = await till.buy(selection, { token });
    await till.settle();
    const client = await till.stripe();
    const { id } = checkout.subscription!;
    const items = (await client.subscriptions.retrieve(id)).items.data;
    await client.subscriptions.update(id, { items: [{ id: items.find(({ quantity }) => quantity === 3)!.id, deleted: true }] });
    await till.settle();
    const { storage_gb: __, ...rest } = limits;
    expect(await given()).toEqual(rest);
    await client.subscriptions.cancel(id);
    await till.settle();
    expect(await given()).toEqual({ credits: 100, projects: 10 });
    expect((await entitlementsOf(till, 'subject=nobody')).limits).toEqual({});
  });
});
