import type { PurchaseState } from '@tillkit/core/entitlement/access';
import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

export interface Purchase {
  readonly checkoutSessionId: string;
  readonly customerId: string;
  /** The catalog's id. */
  readonly productId: string;
  readonly quantity: number;
  readonly state: PurchaseState;
}

/** What customers have paid for once, as Stripe has it. */
export function purchasesTable(db: Kysely<Schema>) {
  return {
    /** Writes unless an answer to a later question stands there already. */
    async write(purchase: Purchase, fetchToken: number, now: number): Promise<void> {
      const { checkoutSessionId, ...rest } = purchase;
      const row = { ...rest, fetchToken, seenAt: now };
      await db
        .insertInto('purchases')
        .values({ checkoutSessionId, ...row })
        .onConflict((conflict) => conflict.column('checkoutSessionId').doUpdateSet(row).where('purchases.fetchToken', '<', fetchToken))
        .execute();
    },

    async ofCustomer(customerId: string): Promise<Purchase[]> {
      return db
        .selectFrom('purchases')
        .select(['checkoutSessionId', 'customerId', 'productId', 'quantity', 'state'])
        .where('customerId', '=', customerId)
        .orderBy('checkoutSessionId')
        .execute();
    },
  };
}
