/** Step 7, panel: what can be done while a cancellation is open. */
import type { CancelRequest } from '@tillkit/core/contract/contract';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import type { Store } from '../provider/store.ts';
import { cancelSubscription } from './actions.ts';
import type { CancelWishes } from './cancel-view.ts';
import { ownedBy } from './view.ts';

/** The panel, as far as a cancellation needs it. */
export interface CancelHooks {
  /** Runs one wish; answers the code of a refusal. */
  act(id: string, work: () => Promise<Subscription>): Promise<string | undefined>;
  /** Whether this cancellation is what stands open still. */
  isOpen(id: string): boolean;
  close(): void;
  /** Closes whatever is open: it turned out to be done. */
  done(): void;
  back(): void;
  /** Tells the page that the customer cancels; false when the page takes it into its own hands. */
  mayCancel(id: string, reason: CancelRequest): boolean;
}

export const cancelWishes = (store: Store, { id }: Subscription, hooks: CancelHooks): CancelWishes => ({
  back: () => hooks.back(),
  async confirm(reason) {
    if (!hooks.mayCancel(id, reason)) return;
    const refused = await hooks.act(id, async () => {
      const canceled = await cancelSubscription(store, id, reason);
      if (hooks.isOpen(id)) hooks.close();
      return canceled;
    });
    if (refused === undefined || !hooks.isOpen(id)) return;
    // its answer got lost, or another tab was faster: what was read since ends
    const now = ownedBy(store).find((one) => one.id === id);
    if (now && (now.status === 'canceled' || now.cancelAt !== undefined)) hooks.done();
  },
});
