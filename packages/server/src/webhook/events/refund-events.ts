import { refreshPaid } from '../../entitlement/purchases.ts';
import { told } from '../../outbox/event-types.ts';
import { newsAgeSeconds } from '../../outbox/transitions.ts';
import { readRefundedCharge } from '../../stripe/charges.ts';
import type { EventFamily } from '../event-family.ts';

/** Money was given back, or did not arrive and came back: each refund of the charge is told once. */
export const refundEvents: EventFamily = {
  types: ['charge.refunded', 'refund.failed'],
  subject: ({ chargeId }) => (chargeId === undefined ? undefined : { kind: 'charge', id: chargeId }),
  async apply({ id }, { stripe, store, mirror, now }) {
    const charge = await readRefundedCharge(stripe, id);
    if (!charge) return undefined;
    await refreshPaid({ stripe, store, mirror, now }, charge);
    const { refunds, ...about } = charge;
    const news = refunds.filter(({ created }) => now() - created < newsAgeSeconds);
    return async ({ outbox }) => {
      for (const { id: refundId, amount } of news) {
        await outbox.add(told('charge.refunded', refundId, { ...about, refundId, amount }), now());
      }
    };
  },
};
