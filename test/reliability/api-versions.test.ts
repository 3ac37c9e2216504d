/** Threat table, row 11: in whatever API version an endpoint is told, and as whichever kind of event, the mirror is the same. */
import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { lives } from './lives.ts';
import { startRecorded, toCopy, toOriginal } from './recorded-life.ts';
import { deliverGenuine } from './signed.ts';

/** What of an event differs between versions; objects as JSON. */
interface EventJson {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly api_version: string;
  readonly data: { readonly object: Readonly<Record<string, unknown>> };
}
type Render = (event: EventJson) => object;

interface Items {
  readonly data: readonly Readonly<Record<string, unknown>>[];
}

/** Before basil a period belonged to the subscription, and an invoice named its subscription itself. */
function beforeBasil(object: Readonly<Record<string, unknown>>): object {
  if (object.object === 'subscription') {
    const { data, ...list } = object.items as Items;
    const [first] = data;
    const items = { ...list, data: data.map(({ current_period_start: _, current_period_end: __, ...item }) => item) };
    return { ...object, items, current_period_start: first?.current_period_start, current_period_end: first?.current_period_end };
  }
  if (object.object !== 'invoice') return object;
  const { parent, ...invoice } = object as { parent?: { subscription_details?: { subscription?: string } } | null };
  return { ...invoice, subscription: parent?.subscription_details?.subscription ?? null, paid: true, charge: 'ch_none' };
}

const as =
  (version: string, render = (object: EventJson['data']['object']): object => object): Render =>
  (event) => ({ ...event, api_version: version, data: { object: render(event.data.object) } });

/** A thin event says what changed, and nothing of it. */
const thin: Render = ({ id, type, created, data: { object } }) => ({
  id,
  object: 'v2.core.event',
  type: `v1.${type}`,
  livemode: false,
  created: new Date(created * 1000).toISOString(),
  context: null,
  reason: null,
  related_object: { id: object.id, type: String(object.object), url: `/v1/${String(object.object)}s/${String(object.id)}` },
});

const renderings: readonly (readonly [name: string, render: Render])[] = [
  ['2020-08-27', as('2020-08-27', beforeBasil)],
  ['2024-06-20', as('2024-06-20', beforeBasil)],
  ['2025-03-31.basil', as('2025-03-31.basil')],
  ['2025-09-30.clover', as('2025-09-30.clover')],
  ['2026-10-28.endive', as('2026-10-28.endive')],
  ['one that we do not know', as('2031-01-01.zebra', (object) => ({ ...object, from_the_future: [{ deep: true }], metadata: null }))],
  ['thin', thin],
];

describe.each(databases)('events on %s', (_, openDatabase) => {
  it.each(Object.keys(lives))('give the same mirror in every API version: %s', async (name) => {
    const { till, life } = await startRecorded(name, await openDatabase());
    for (const { event } of life.happened)
      await Promise.all(
        renderings.map(async ([version, render], copy) => {
          const body = toCopy(JSON.stringify(render(event as unknown as EventJson), null, 2), copy);
          expect([version, await deliverGenuine(till, body)]).toEqual([version, 200]);
        }),
      );
    await till.app.drain();
    const mirrors = await Promise.all(
      renderings.map(async ([version], copy) => {
        const fact = await till.store.subscriptions.find(toCopy(life.subscriptionId, copy));
        return [version, fact && toOriginal(JSON.stringify(fact))] as const;
      }),
    );
    expect(mirrors.filter(([, fact]) => fact === undefined)).toEqual([]);
    expect(new Set(mirrors.map(([, fact]) => fact)).size).toBe(1);
    expect([await till.store.inbox.count('pending'), await till.store.inbox.count('dead')]).toEqual([0, 0]);
    await till.app.stop();
    await till.store.close();
  });
});
