import { describe, expect, it } from 'vitest';
import type { Stripe } from 'stripe';
import {
  copyDefaults,
  copyLaterPhase,
  copyPhase,
  copyTerms,
  type DefaultParams,
  type PhaseParams,
} from '@tillkit/server/stripe/copied-phase';
import type { StripeGateway } from '@tillkit/server/stripe/gateway';
import { discountsUntil, payPhasesWith, phaseItemsOf } from '@tillkit/server/stripe/schedule-phases';
import { restoreSchedule, saveSchedule, scheduleChange } from '@tillkit/server/stripe/schedules';

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

/** Something that has every property, none of them absent: one that a new SDK brings is missed by the type check. */
type Whole<Read, Left extends keyof Read = never> = { [Name in Exclude<keyof Read, Left>]-?: NonNullable<Read[Name]> };
type ReadPhase = Stripe.SubscriptionSchedule.Phase;

const rate = { id: 'txr_1' } as Stripe.TaxRate;
const readItem = {
  billing_thresholds: { usage_gte: 100 },
  discounts: [discount, { coupon: 'half', discount: null, promotion_code: null }],
  metadata: { seat: 'map' },
  plan: 'price_plan',
  price: 'price_plan',
  quantity: 3,
  tax_rates: [rate],
} satisfies Whole<ReadPhase['items'][number]>;
const whole = {
  add_invoice_items: [{ ...fee, tax_rates: [rate] }] as ReadPhase['add_invoice_items'],
  application_fee_percent: 12.5,
  automatic_tax: { disabled_reason: null, enabled: true, liability: { type: 'account', account: 'acct_tax' } },
  billing_cycle_anchor: 'phase_start',
  billing_thresholds: { amount_gte: 5000, reset_billing_cycle_anchor: false },
  collection_method: 'send_invoice',
  currency: 'eur',
  default_payment_method: 'pm_old',
  default_tax_rates: [rate],
  description: 'as agreed',
  discounts: [discount, { coupon: null, discount: null, promotion_code: 'promo_1' }],
  end_date: 300,
  invoice_settings: {
    account_tax_ids: ['atxi_1'],
    custom_fields: [{ name: 'Order', value: '7' }],
    days_until_due: 30,
    description: 'thanks',
    footer: 'foot',
    issuer: { type: 'account', account: 'acct_issuer' },
  } satisfies Whole<NonNullable<ReadPhase['invoice_settings']>>,
  items: [readItem],
  metadata: { agreed: 'by phone' },
  on_behalf_of: 'acct_1',
  proration_behavior: 'none',
  start_date: 200,
  transfer_data: { amount_percent: 80, destination: 'acct_2' },
  trial: true,
  trial_end: 250,
} satisfies Whole<ReadPhase>;

const terms = {
  application_fee_percent: 12.5,
  automatic_tax: { enabled: true, liability: { type: 'account', account: 'acct_tax' } },
  billing_thresholds: { amount_gte: 5000, reset_billing_cycle_anchor: false },
  collection_method: 'send_invoice',
  default_payment_method: 'pm_old',
  description: 'as agreed',
  invoice_settings: {
    account_tax_ids: ['atxi_1'],
    custom_fields: [{ name: 'Order', value: '7' }],
    days_until_due: 30,
    description: 'thanks',
    footer: 'foot',
    issuer: { type: 'account', account: 'acct_issuer' },
  } satisfies Whole<NonNullable<PhaseParams['invoice_settings']>>,
  on_behalf_of: 'acct_1',
  transfer_data: { amount_percent: 80, destination: 'acct_2' },
};
const copied = {
  ...terms,
  add_invoice_items: [{ ...sent, tax_rates: ['txr_1'] }] as NonNullable<PhaseParams['add_invoice_items']>,
  billing_cycle_anchor: 'phase_start',
  currency: 'eur',
  default_tax_rates: ['txr_1'],
  discounts: [{ discount: 'di_1' }, { promotion_code: 'promo_1' }],
  end_date: 300,
  items: [
    {
      billing_thresholds: { usage_gte: 100 },
      discounts: [{ discount: 'di_1' }, { coupon: 'half' }],
      metadata: { seat: 'map' },
      price: 'price_plan',
      quantity: 3,
      tax_rates: ['txr_1'],
    } satisfies Whole<PhaseParams['items'][number], 'plan' | 'price_data'>,
  ],
  metadata: { agreed: 'by phone' },
  proration_behavior: 'none',
  start_date: 200,
  trial_end: 250,
} satisfies Whole<PhaseParams, 'duration' | 'trial'>;

const without = (object: object, ...names: string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

describe('what is read of a phase', () => {
  it('is sent again, every field of it', () => {
    expect(copyLaterPhase(whole)).toEqual(copied);
    expect(copyPhase(whole)).toEqual(without(copied, 'add_invoice_items'));
  });

  it('is a trial as a whole where no end of it is told', () => {
    expect(copyPhase({ ...whole, trial_end: null })).toMatchObject({ trial: true });
    expect(copyPhase({ ...whole, trial_end: null, trial: false })).not.toHaveProperty('trial');
  });

  it('unsets nothing by a value that is not there', () => {
    const bare = { ...whole, description: null, invoice_settings: null, billing_thresholds: null, transfer_data: null, on_behalf_of: null };
    const issuer = {
      ...whole.invoice_settings,
      account_tax_ids: null,
      custom_fields: [],
      days_until_due: null,
      description: null,
      footer: '',
    };
    const left = without(copied, 'description', 'invoice_settings', 'billing_thresholds', 'transfer_data', 'on_behalf_of');
    expect(copyLaterPhase(bare)).toEqual(left);
    expect(copyPhase({ ...whole, invoice_settings: issuer }).invoice_settings).toEqual({ issuer: terms.invoice_settings.issuer });
  });

  it('holds in the phase that follows but for its time, its items and what it takes off', () => {
    expect(copyTerms(whole)).toEqual({ ...terms, currency: 'eur', default_tax_rates: ['txr_1'] });
  });

  it('holds as the default of a schedule, every field of it', () => {
    const read = { ...whole, billing_cycle_anchor: 'automatic' } satisfies Whole<Stripe.SubscriptionSchedule.DefaultSettings>;
    const expected = { ...terms, billing_cycle_anchor: 'automatic' } satisfies Whole<DefaultParams>;
    expect(copyDefaults(read)).toEqual(expected);
  });
});

describe('a discount that ends before a phase begins', () => {
  const ending = (id: string, end: number | null) => ({ id, end }) as Stripe.Discount;
  const item = { price: { id: 'price_plan' }, quantity: 1, metadata: {}, discounts: [ending('di_short', 150), ending('di_long', 201)] };
  const subscription = {
    cancel_at: null,
    discounts: [ending('di_over', 199), ending('di_at', 200), ending('di_after', 201), ending('di_always', null)],
    items: { data: [{ id: 'si_1', ...item }] },
    default_payment_method: null,
  };

  it('is not named in it, of the subscription or of an item', () => {
    expect(discountsUntil(subscription.discounts, 200)).toEqual([{ discount: 'di_after' }, { discount: 'di_always' }]);
    const items = phaseItemsOf({ items: { data: [item as unknown as Stripe.SubscriptionItem] } }, 200);
    expect(items).toEqual([{ price: 'price_plan', quantity: 1, discounts: [{ discount: 'di_long' }] }]);
  });

  it('is left out of what a change plans, which has all else of the running phase', async () => {
    const updates: Stripe.SubscriptionScheduleUpdateParams[] = [];
    const running = { ...whole, start_date: 100, end_date: 200 };
    const schedule = { id: 'sub_sched_1', metadata: {}, current_phase: { start_date: 100, end_date: 200 }, phases: [running] };
    const client = {
      subscriptions: { retrieve: async () => subscription },
      subscriptionSchedules: {
        retrieve: async () => schedule,
        update: async (_: string, params: (typeof updates)[0]) => updates.push(params),
      },
    };
    const lines = [{ priceId: 'price_small', quantity: 2, itemId: 'si_1' }];
    const order = { lines, interval: 'month' as const, note: { changeId: 'ch_1' }, after: undefined, scheduleId: 'sub_sched_1' };
    const noPrice = {
      ...subscription,
      items: { data: [{ ...subscription.items.data[0]!, price: { id: 'price_plan', recurring: null } }] },
    };
    client.subscriptions.retrieve = async () => noPrice;
    await scheduleChange((async () => client) as unknown as StripeGateway, 'sub_1', order, async () => undefined);
    const [current, next] = updates[0]!.phases!;
    expect(current!.discounts).toHaveLength(4);
    expect(next).toMatchObject({ ...terms, discounts: [{ discount: 'di_after' }, { discount: 'di_always' }] });
    expect(next!.items).toEqual([{ price: 'price_small', quantity: 2, discounts: [{ discount: 'di_long' }] }]);
  });
});

/** Stripe with the schedule of an owner, who charges a fee when the second phase begins; the first one's is on its invoice already. */
function owners() {
  const updates: { phases: { add_invoice_items?: object[] }[]; default_settings?: DefaultParams }[] = [];
  const schedule = {
    id: 'sub_sched_1',
    end_behavior: 'release',
    metadata: {},
    current_phase: { start_date: 100, end_date: 200 },
    default_settings: { ...whole, billing_cycle_anchor: 'automatic' },
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
  return { stripe: (async () => client) as unknown as StripeGateway, updates, schedule };
}

describe('the card that an owner let hold in all phases', () => {
  it('gives way to the one that the customer has chosen, with all else that holds in them; a phase that names none has it', async () => {
    const { stripe, updates, schedule } = owners();
    schedule.phases = [phase(100, { default_payment_method: null }), phase(200, { default_payment_method: null })];
    await payPhasesWith(stripe, 'sub_1', 'pm_new', async () => undefined);
    expect(updates).toMatchObject([
      { default_settings: { ...terms, billing_cycle_anchor: 'automatic', default_payment_method: 'pm_new' }, phases: [{}, {}] },
    ]);
    expect(updates[0]!.phases.some((one) => 'default_payment_method' in one)).toBe(false);
  });

  it('stays where it is another than the one that gave way', async () => {
    const { stripe, updates, schedule } = owners();
    schedule.default_settings.default_payment_method = 'pm_firm';
    await payPhasesWith(stripe, 'sub_1', 'pm_new', async () => undefined);
    expect(updates.map((update) => 'default_settings' in update)).toEqual([false]);
  });
});

describe('what a phase to come charges once', () => {
  it('stays when another card becomes the default, and what has begun is charged no second time', async () => {
    const { stripe, updates } = owners();
    await payPhasesWith(stripe, 'sub_1', 'pm_new', async () => undefined);
    expect(updates[0]!.phases.map(({ add_invoice_items: added }) => added)).toEqual([undefined, [sent]]);
  });

  it('is kept with what is set aside', async () => {
    expect((await saveSchedule(owners().stripe, 'sub_sched_1')).phases.map((one) => one.add_invoice_items)).toEqual([[sent]]);
  });

  it('is planned again with what the owner let hold in all phases', async () => {
    const { stripe, updates } = owners();
    const saved = await saveSchedule(stripe, 'sub_sched_1');
    const subscription = {
      status: 'active',
      cancel_at: null,
      schedule: null,
      discounts: [],
      items: { data: [] },
      default_payment_method: 'pm_new',
    };
    const client = await stripe();
    const made = { id: 'sub_sched_2', metadata: {}, current_phase: { start_date: 100 }, phases: [phase(100)] };
    Object.assign(client.subscriptions, { retrieve: async () => subscription });
    Object.assign(client.subscriptionSchedules, { create: async () => made });
    expect(await restoreSchedule(stripe, 'sub_1', JSON.parse(JSON.stringify(saved)), { now: 150, keepTurn: async () => undefined })).toBe(
      true,
    );
    expect(updates[0]).toMatchObject({
      default_settings: { ...terms, billing_cycle_anchor: 'automatic', default_payment_method: 'pm_new' },
    });
  });
});
