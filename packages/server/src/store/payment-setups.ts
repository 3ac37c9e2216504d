import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** What was shown of resuming, with the state of the subscription that it was shown for. */
export interface AgreedResumption {
  readonly dueNow: number;
  readonly total: number;
  readonly recurring: number;
  readonly state: string;
}

/** A page of Stripe's that was opened for one customer to enter a payment method. */
export interface PaymentSetup {
  readonly checkoutSessionId: string;
  readonly customerId: string;
  /** What goes on with the new method. */
  readonly subscriptionId?: string | undefined;
  /** Its invoices that the customer agreed to pay, oldest first. */
  readonly invoiceIds: readonly string[];
  /** What they were shown that resuming costs, minor units; absent: nothing is resumed. */
  readonly resumption?: AgreedResumption | undefined;
}

export interface StoredPaymentSetup extends PaymentSetup {
  /** The method has become the customer's default, which another one may be by now. */
  readonly isDefault: boolean;
  /** Nothing is done for this page any more. */
  readonly done: boolean;
}

export function paymentSetupsTable(db: Kysely<Schema>) {
  return {
    async add({ checkoutSessionId, customerId, subscriptionId, invoiceIds, resumption }: PaymentSetup, now: number): Promise<void> {
      await db
        .insertInto('paymentSetups')
        .values({
          checkoutSessionId,
          customerId,
          subscriptionId: subscriptionId ?? null,
          invoiceId: invoiceIds.length > 0 ? invoiceIds.join(' ') : null,
          resumption: resumption ? JSON.stringify(resumption) : null,
          status: 'open',
          createdAt: now,
        })
        .onConflict((conflict) => conflict.column('checkoutSessionId').doNothing())
        .execute();
    },

    async find(checkoutSessionId: string): Promise<StoredPaymentSetup | undefined> {
      const row = await db.selectFrom('paymentSetups').selectAll().where('checkoutSessionId', '=', checkoutSessionId).executeTakeFirst();
      if (!row) return undefined;
      const { customerId, subscriptionId, invoiceId, resumption, status } = row;
      return {
        checkoutSessionId,
        customerId,
        ...(subscriptionId !== null && { subscriptionId }),
        invoiceIds: invoiceId?.split(' ') ?? [],
        ...(resumption !== null && { resumption: JSON.parse(resumption) as AgreedResumption }),
        isDefault: status !== 'open',
        done: status === 'done',
      };
    },

    /** Notes that the method has become the default. */
    async noteDefault(checkoutSessionId: string): Promise<void> {
      const own = db.updateTable('paymentSetups').where('checkoutSessionId', '=', checkoutSessionId);
      await own.set({ status: 'default' }).where('status', '=', 'open').execute();
    },

    /** Notes that the method was taken over; nothing is done for this page any more. */
    async finish(checkoutSessionId: string): Promise<void> {
      await db.updateTable('paymentSetups').set({ status: 'done' }).where('checkoutSessionId', '=', checkoutSessionId).execute();
    },

    /** The same for every page of a customer. */
    async finishOf(customerId: string): Promise<void> {
      await db.updateTable('paymentSetups').set({ status: 'done' }).where('customerId', '=', customerId).execute();
    },

    /** Forgets pages that were opened before a moment. */
    async forget(before: number): Promise<void> {
      await db.deleteFrom('paymentSetups').where('createdAt', '<', before).execute();
    },
  };
}
