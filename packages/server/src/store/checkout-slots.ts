import type { Kysely, Selectable } from 'kysely';
import type { Schema } from './schema.ts';
import { isOver } from './term.ts';

export type CheckoutSlot = Selectable<Schema['checkoutSlots']>;

/** Where a person's open checkout of a plan group is noted. */
export type SlotKey = Pick<CheckoutSlot, 'owner' | 'planGroup'>;

/** How long one request may work on a slot; whoever dies leaves it to the next after that. */
const holdSeconds = 40;

/** At most one open checkout for each person and plan group: one row, held by one request at a time. */
export function checkoutSlotsTable(db: Kysely<Schema>) {
  return {
    async find({ owner, planGroup }: SlotKey): Promise<CheckoutSlot | undefined> {
      return db.selectFrom('checkoutSlots').selectAll().where('owner', '=', owner).where('planGroup', '=', planGroup).executeTakeFirst();
    },

    /** Takes a slot for one request; false while another works on it. */
    async hold({ owner, planGroup }: SlotKey, holder: string, now: number): Promise<boolean> {
      const mine = { holder, heldUntil: now + holdSeconds };
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto('checkoutSlots')
        .values({ owner, planGroup, intentId: null, checkoutSessionId: null, attempt: 0, startedAt: now, ...mine })
        .onConflict((conflict) =>
          conflict
            .columns(['owner', 'planGroup'])
            .doUpdateSet(mine)
            .where(isOver('checkoutSlots.heldUntil', now, holdSeconds)),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows > 0n;
    },

    /**
     * Notes what is about to be opened, before Stripe is asked, and afterwards what was; the time to work on it begins anew.
     * False when that took too long, and the slot is another request's by now.
     */
    async note(
      { owner, planGroup }: SlotKey,
      holder: string,
      noted: Pick<CheckoutSlot, 'intentId' | 'checkoutSessionId' | 'attempt' | 'startedAt'>,
      now: number,
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('checkoutSlots')
        .set({ ...noted, heldUntil: now + holdSeconds })
        .where('owner', '=', owner)
        .where('planGroup', '=', planGroup)
        .where('holder', '=', holder)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    /** The time to work on it begins anew; false when it took too long, and the slot is another request's by now. */
    async renew({ owner, planGroup }: SlotKey, holder: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('checkoutSlots')
        .set({ heldUntil: now + holdSeconds })
        .where('owner', '=', owner)
        .where('planGroup', '=', planGroup)
        .where('holder', '=', holder)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    async release({ owner, planGroup }: SlotKey, holder: string): Promise<void> {
      await db
        .updateTable('checkoutSlots')
        .set({ holder: null, heldUntil: 0 })
        .where('owner', '=', owner)
        .where('planGroup', '=', planGroup)
        .where('holder', '=', holder)
        .execute();
    },

    async forget(before: number): Promise<void> {
      await db.deleteFrom('checkoutSlots').where('startedAt', '<', before).where('heldUntil', '<', before).execute();
    },
  };
}
