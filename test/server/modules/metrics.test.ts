import { afterEach, describe, expect, it } from 'vitest';
import { readModules } from '@tillkit/server/modules';
import { metrics } from '@tillkit/server/modules/metrics/metrics';
import { databases } from '../../support/databases.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const token = 'a token that only the scraper knows';

/** Every sample by its name with labels, as in the text. */
function samples(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

describe.each(databases)('GET /metrics on %s', (_, openDatabase) => {
  let till: TestTill;
  const start = async (): Promise<void> => {
    till = await startTill({ database: await openDatabase(), modules: [metrics(token)] });
  };
  afterEach(() => till.close());
  const scrape = async () => {
    const request = new Request('https://till.example/metrics', { headers: { authorization: `Bearer ${token}` } });
    return samples(await (await till.app.fetch(request)).text());
  };

  it('tells what happened: a purchase, its webhooks, what they left', async () => {
    await start();
    await till.buy({ planId: 'starter', interval: 'month', currency: 'usd', seats: 1, addOns: {} });
    await till.settle();
    await till.call('GET', '/v1/nowhere');
    const seen = await scrape();
    expect(seen.get('till_http_requests_total{method="POST",route="/v1/checkout-sessions",status="201"}')).toBe(1);
    expect(seen.get('till_http_request_duration_seconds_count{route="/v1/checkout-sessions"}')).toBe(1);
    expect(seen.get('till_http_request_duration_seconds_bucket{route="/v1/checkout-sessions",le="+Inf"}')).toBe(1);
    const applied = seen.get('till_inbox_events{status="applied"}')!;
    expect(applied).toBeGreaterThan(0);
    expect(seen.get('till_webhook_acknowledged_total')).toBeGreaterThanOrEqual(applied);
    expect(seen.get('till_inbox_events{status="dead"}')).toBe(0);
    expect(seen.get('till_inbox_lag_seconds')).toBe(0);
    expect(seen.get('till_sessions')).toBe(1);
    expect(seen.get('till_database_up')).toBe(1);
    expect(seen.get('till_stripe_calls_total')).toBeGreaterThan(0);
    expect(seen.get('till_stripe_failed_total')).toBe(0);
    expect(seen.get('till_stripe_clock_skew_seconds')).toBe(0);
    expect(seen.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect([...seen.values()].every(Number.isFinite)).toBe(true);
  });

  it("counts Stripe's refusals and waiting events", async () => {
    await start();
    till.sandbox.faults.add({ kind: 'rate_limit', route: 'GET /v1/prices', times: 1 });
    till.sandbox.faults.add({ kind: 'unavailable', route: 'GET /v1/prices', times: 1 });
    for (const _ of ['refused', 'tried again']) await till.call('GET', '/v1/catalog');
    await till.store.inbox.add({ eventId: 'evt_1', type: 'x', subjectKind: 'x', subjectId: 'x', receivedAt: till.now() - 90 });
    const seen = await scrape();
    expect(seen.get('till_stripe_rate_limited_total')).toBe(1);
    expect(seen.get('till_stripe_failed_total')).toBe(1);
    expect(seen.get('till_inbox_lag_seconds')).toBe(90);
  });

  it('has no more lines after a thousand different requests than after one, and repeats nothing of them', async () => {
    await start();
    const ask = (name: string) => till.app.fetch(new Request(`https://till.example/${name}?${name}`, { method: 'PROPFIND' }));
    await ask('canary');
    await scrape();
    const before = (await scrape()).size;
    for (let number = 0; number < 1000; number += 1) await ask(`canary-${number}`);
    const after = await scrape();
    expect(after.size).toBe(before);
    expect([...after.keys()].join()).not.toContain('canary');
  });
});

describe('the module', () => {
  it.each([
    ['no token', undefined],
    ['another', 'Bearer another token of the same length?'],
    ['a part of it', `Bearer ${token.slice(0, -1)}`],
    ['more than it', `Bearer ${token}x`],
    ['another scheme', `Basic ${token}`],
    ['nothing behind the scheme', 'Bearer '],
  ])('is not for the bearer of %s', async (_, authorization) => {
    const till = await startTill({ modules: [metrics(token)] });
    const headers = authorization === undefined ? {} : { authorization };
    const response = await till.app.fetch(new Request('https://till.example/metrics', { headers }));
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('till_');
    await till.close();
  });

  it('is off without a token, and asks for a long one', async () => {
    expect(await readModules({})).toEqual({ ok: true, config: [] });
    expect(await readModules({ TILL_METRICS_TOKEN: 'short' })).toEqual({ ok: false, faults: [expect.stringContaining('at least 32')] });
    expect(await readModules({ TILL_METRICS_TOKEN: token })).toMatchObject({ ok: true, config: [{ name: 'metrics' }] });
  });

  it('is not there when it is off', async () => {
    const till = await startTill();
    expect((await till.call('GET', '/metrics')).status).toBe(404);
    await till.close();
  });

  it('says so when the database does not answer', async () => {
    const till = await startTill({ modules: [metrics(token)] });
    const scrape = () => till.app.fetch(new Request('https://till.example/metrics', { headers: { authorization: `Bearer ${token}` } }));
    await till.app.stop();
    await till.store.close();
    const response = await scrape();
    expect(response.status).toBe(200);
    expect(samples(await response.text()).get('till_database_up')).toBe(0);
  });
});
