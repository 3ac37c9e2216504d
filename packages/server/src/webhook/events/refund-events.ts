import { refreshPaid } from '../../entitlement/purchases.ts';
import { told } from '../../outbox/event-types.ts';
import { newsAgeSeconds } from '../../outbox/transitions.ts';
import { chargeOfRefund, readRefundedCharge } from '../../stripe/charges.ts';
import type { EventFamily } from '../event-family.ts';

/** Money was given back, or did not arrive and came back: each refund of the charge is told once. */
export const refundEvents: EventFamily = {
  types: ['charge.refunded', 'refund.failed'],
  subject({ objectKind, objectId, chargeId }) {
    if (objectKind === 'refund') return { kind: objectKind, id: objectId };
    return chargeId === undefined ? undefined : { kind: 'charge', id: chargeId };
  },
  async apply({ kind, id }, { stripe, store, mirror, now }) {
    const chargeId = kind === 'refund' ? await chargeOfRefund(stripe, id) : id;
    const charge = chargeId === undefined ? undefined : await readRefundedCharge(stripe, chargeId);
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
