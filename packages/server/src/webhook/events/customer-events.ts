import type { EventFamily } from '../event-family.ts';

/** A customer or their card changed, which changes what their subscriptions say of it. */
export const customerEvents: EventFamily = {
  types: [
    'customer.updated',
    'customer.deleted',
    'payment_method.attached',
    'payment_method.detached',
    'payment_method.updated',
    'payment_method.automatically_updated',
  ],
  subject: ({ customerId }) => (customerId ? { kind: 'customer', id: customerId } : undefined),
  async apply(customerId, { store, mirror }) {
    const known = await store.subscriptions.ofCustomer(customerId);
    for (const { id, endedAt } of known) if (endedAt === undefined) await mirror.refresh(id);
    return undefined;
  },
};
