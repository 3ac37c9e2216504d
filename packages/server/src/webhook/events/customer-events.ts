import { customerOfPaymentMethod, isDeletedCustomer } from '../../stripe/customers.ts';
import type { EventFamily } from '../event-family.ts';

/** A customer or their card changed, which changes what their subscriptions say of it; or the owner deleted the customer. */
export const customerEvents: EventFamily = {
  types: [
    'customer.updated',
    'customer.deleted',
    'payment_method.attached',
    'payment_method.detached',
    'payment_method.updated',
    'payment_method.automatically_updated',
  ],
  subject({ customerId, objectKind, objectId, thin }) {
    if (customerId) return { kind: 'customer', id: customerId };
    return thin && objectKind === 'payment_method' ? { kind: objectKind, id: objectId } : undefined;
  },
  async apply({ kind, id }, { stripe, store, mirror }, types) {
    const customerId = kind === 'customer' ? id : await customerOfPaymentMethod(stripe, id);
    if (customerId === undefined) return undefined;
    const known = await store.subscriptions.ofCustomer(customerId);
    for (const { id, endedAt } of known) if (endedAt === undefined) await mirror.refresh(id);
    if (!types.has('customer.deleted')) return undefined;
    // nothing can be sold to one whom Stripe does not have: with the next purchase they get another, and keep what they paid for once
    return (await isDeletedCustomer(stripe, customerId)) ? ({ identities }) => identities.unlink(customerId) : undefined;
  },
};
