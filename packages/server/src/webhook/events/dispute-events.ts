import { refreshPaid } from '../../entitlement/purchases.ts';
import { told } from '../../outbox/event-types.ts';
import { readDispute } from '../../stripe/charges.ts';
import type { EventFamily } from '../event-family.ts';

const decided: ReadonlySet<string> = new Set(['won', 'lost', 'warning_closed', 'prevented']);

/** A bank takes a payment back, or decides about it; who first hears of a decided dispute hears the decision only. */
export const disputeEvents: EventFamily = {
  types: ['charge.dispute.created', 'charge.dispute.closed'],
  subject: ({ objectId }) => ({ kind: 'dispute', id: objectId }),
  async apply({ id }, { stripe, store, mirror, now }) {
    const dispute = await readDispute(stripe, id);
    if (!dispute) return undefined;
    await refreshPaid({ stripe, store, mirror, now }, dispute);
    const { created: _, respondBy, ...about } = dispute;
    const entry = decided.has(dispute.status)
      ? told('dispute.closed', id, about)
      : told('dispute.created', id, { ...about, ...(respondBy !== undefined && { respondBy }) });
    return ({ outbox }) => outbox.add(entry, now());
  },
};
