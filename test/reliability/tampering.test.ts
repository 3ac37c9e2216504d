/** Threat 15: a page sends ids and quantities of the catalog; whatever else it sends reaches nobody. */
import { describe, expect, it } from 'vitest';
import { draws, tamper, violations } from './tampering.ts';
import { tamperOften } from './tampering-run.ts';

describe('wishes that were tampered with', () => {
  it('leave nothing at Stripe that the catalog does not sell', async () => {
    const { taken, calls, serverErrors, violations: found } = await tamperOften(1500, 'tampering');
    expect(found).toEqual([]);
    expect(serverErrors).toBe(0);
    // not everything was refused before it could do harm
    expect(taken).toBeGreaterThan(0);
    expect(calls).toBeGreaterThan(taken);
  });

  it('would be seen at Stripe', () => {
    const prices = new Set(['price_1']);
    const call = (body: string) => violations(`POST /v1/checkout/sessions ${body}`, prices);
    expect(call('line_items[0][price]=price_1&line_items[0][quantity]=2')).toEqual([]);
    for (const body of [
      'line_items[0][price]=price_2',
      'line_items[0][quantity]=-1',
      'line_items[0][quantity]=1.5',
      'line_items[0][quantity]=0',
      'customer=cus_evil',
      'subscription_data[trial_period_days]=999',
      'line_items[0][price_data][unit_amount]=1',
    ])
      expect(call(body), body).not.toEqual([]);
  });

  it('are different ones', () => {
    const draw = draws('variety');
    const made = new Set(
      Array.from({ length: 2000 }, () =>
        JSON.stringify(tamper({ selection: { planId: 'a', seats: 1, addOns: { b: 1 } }, returnUrl: 'x' }, draw)),
      ),
    );
    expect(made.size).toBeGreaterThan(1200);
  });
});
