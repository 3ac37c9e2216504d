/** What readings of one invoice tell, also when a process that read it earlier writes later. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invoiceKeys, invoiceNews } from '@tillkit/server/outbox/invoice-news';
import type { InvoiceFact } from '@tillkit/server/stripe/invoice-facts';
import { toWebhookEvent } from '@tillkit/server/stripe/webhook-event';
import { eventRegistry } from '@tillkit/server/webhook/registry';

const now = 1_809_172_800;
const day = 86_400;
const open: InvoiceFact = {
  id: 'in_1',
  customerId: 'cus_1',
  subscriptionId: 'sub_1',
  status: 'open',
  sent: false,
  attended: false,
  finalizedAt: now,
  currency: 'usd',
  total: 900,
  amountDue: 900,
  amountPaid: 0,
  attempts: 0,
  needsAction: false,
};
const paid: Partial<InvoiceFact> = { status: 'paid', amountDue: 0, amountPaid: 900 };
const failing = (attempts: number): Partial<InvoiceFact> => ({ attempts, nextAttemptAt: now + attempts * day });

/** Types told by readings in the order in which they are written. */
function tell(readings: readonly Partial<InvoiceFact>[], { failed = true, ended = false, at = now } = {}): string[] {
  const known = new Set<string>();
  const told: string[] = [];
  for (const reading of readings) {
    for (const { type, dedupeKey, payload } of invoiceNews({ ...open, ...reading }, { now: at, failed, ended, known })) {
      if (known.has(dedupeKey)) continue;
      expect(invoiceKeys(open)).toContain(dedupeKey);
      known.add(dedupeKey);
      told.push(type === 'payment.failed' ? `${type} ${String(payload.attempt)}` : type);
    }
  }
  return told;
}

it.each<[string, Partial<InvoiceFact>[], Parameters<typeof tell>[1], string[]]>([
  ['one that is paid', [{}, paid], {}, ['invoice.ready']],
  ['one that costs nothing', [{ ...paid, total: 0 }], {}, []],
  ['one that is sent', [{ sent: true }, { ...paid, sent: true }], {}, ['invoice.ready']],
  ['one that was made long ago', [{ ...paid, finalizedAt: now - 30 * day }], {}, []],
  ['one that is void', [failing(1), { status: 'void' }], {}, ['payment.failed 1']],
  [
    'two attempts, then paid',
    [failing(1), failing(2), paid],
    {},
    ['payment.failed 1', 'payment.failed 2', 'payment.recovered', 'invoice.ready'],
  ],
  [
    'a late recovery',
    [failing(1), { ...paid, finalizedAt: now - 9 * day }],
    {},
    ['payment.failed 1', 'payment.recovered', 'invoice.ready'],
  ],
  ['a first attempt that is written after the second', [failing(2), failing(1)], {}, ['payment.failed 2']],
  ['a failure that is written after the payment', [paid, failing(1)], {}, ['invoice.ready']],
  [
    'one that waits for the bank',
    [{ ...failing(1), needsAction: true }, paid],
    {},
    ['payment.action_required', 'payment.recovered', 'invoice.ready'],
  ],
  ['a failure while the customer is there', [{ ...failing(1), attended: true }, paid], {}, ['invoice.ready']],
  ['a failure that no event told of', [failing(1)], { failed: false }, []],
  ['a failure of what has ended', [failing(4)], { ended: true }, []],
])('%s', (_, readings, hints, expected) => {
  expect(tell(readings, hints)).toEqual(expected);
});

it('in whatever order readings are written, no failure is told after the payment and no earlier attempt after a later', () => {
  const anyReading = fc.oneof(fc.constant<Partial<InvoiceFact>>({}), fc.integer({ min: 1, max: 5 }).map(failing), fc.constant(paid));
  fc.assert(
    fc.property(fc.array(anyReading, { maxLength: 12 }), (readings) => {
      const told = tell(readings);
      expect(new Set(told).size).toBe(told.length);
      const failures = told.filter((type) => type.startsWith('payment.failed'));
      expect(failures).toEqual(failures.toSorted());
      const end = told.indexOf('invoice.ready');
      if (end !== -1) expect(told.slice(end)).toEqual(['invoice.ready']);
      expect(told.includes('payment.recovered')).toBe(failures.length > 0 && readings.includes(paid));
    }),
    { numRuns: 1000 },
  );
});

describe('an event of money that went back names the same object, whole or thin', () => {
  it.each([
    ['charge.refunded', { id: 'ch_1', object: 'charge', customer: 'cus_1' }, 'charge'],
    ['refund.failed', { id: 're_1', object: 'refund', charge: 'ch_1' }, 'refund'],
    ['credit_note.created', { id: 'cn_1', object: 'credit_note', invoice: 'in_1' }, 'credit_note'],
    ['credit_note.voided', { id: 'cn_1', object: 'credit_note', invoice: 'in_1' }, 'credit_note'],
    ['charge.dispute.created', { id: 'du_1', object: 'dispute', charge: 'ch_1' }, 'dispute'],
    ['charge.dispute.closed', { id: 'du_1', object: 'dispute', charge: 'ch_1' }, 'dispute'],
  ])('%s', (type, object, kind) => {
    const head = { id: 'evt_1', livemode: false };
    const snapshot = { ...head, object: 'event', type, data: { object } };
    const thin = { ...head, object: 'v2.core.event', type: `v1.${type}`, related_object: { id: object.id, type: `v1.${object.object}` } };
    for (const body of [snapshot, thin]) {
      const event = toWebhookEvent(body)!;
      expect(eventRegistry.get(event.type)?.subject(event)).toEqual({ kind, id: object.id });
    }
  });
});
