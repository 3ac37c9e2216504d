import { describe, expect, it } from 'vitest';
import { saveSchedule } from '@tillkit/server/stripe/schedules';
import { payPhasesWith } from '@tillkit/server/stripe/schedule-phases';
import type { StripeGateway } from '@tillkit/server/stripe/gateway';

const discount = { coupon: null, discount: 'di_1', promotion_code: null };
const phase = (start: number, more: object = {}) => ({
  add_invoice_items: [],
  items: [{ price: 'price_plan', quantity: 1, metadata: {}, discounts: [], tax_rates: [] }],
  start_date: start,
  end_date: start + 100,
  proration_behavior: 'none',
  discounts: [],
  metadata: {},
  default_payment_method: 'pm_old',
  ...more,
});
const period = { start: { type: 'phase_start' }, end: { type: 'timestamp', timestamp: 250 } };
const fee = {
  price: 'price_fee',
  quantity: 2,
  discountable: true,
  discounts: [discount],
  metadata: { why: 'move' },
  period,
  tax_rates: [],
};
const sent = {
  price: 'price_fee',
  quantity: 2,
  discountable: true,
  discounts: [{ discount: 'di_1' }],
  metadata: { why: 'move' },
  period,
};

/** Stripe with the schedule of an owner, who charges a fee when the second phase begins; the first one's is on its invoice already. */
function owners() {
  const updates: { phases: { add_invoice_items?: object[] }[] }[] = [];
  const schedule = {
    id: 'sub_sched_1',
    end_behavior: 'release',
    metadata: {},
    current_phase: { start_date: 100, end_date: 200 },
    phases: [phase(100, { add_invoice_items: [fee] }), phase(200, { add_invoice_items: [fee] })],
    subscription: { default_payment_method: 'pm_old' },
  };
  const client = {
    subscriptions: { retrieve: async () => ({ schedule, default_payment_method: 'pm_old' }) },
    subscriptionSchedules: {
      retrieve: async () => schedule,
      update: async (_: string, params: (typeof updates)[0]) => updates.push(params),
    },
  };
  return { stripe: (async () => client) as unknown as StripeGateway, updates };
}

describe('what a phase to come charges once', () => {
  it('stays when another card becomes the default, and what has begun is charged no second time', async () => {
    const { stripe, updates } = owners();
    await payPhasesWith(stripe, 'sub_1', 'pm_new');
    expect(updates[0]!.phases.map(({ add_invoice_items: added }) => added)).toEqual([undefined, [sent]]);
  });

  it('is kept with what is set aside', async () => {
    expect((await saveSchedule(owners().stripe, 'sub_sched_1')).phases.map((one) => one.add_invoice_items)).toEqual([[sent]]);
  });
});
