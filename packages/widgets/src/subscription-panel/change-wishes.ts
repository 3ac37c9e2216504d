/** Step 7, panel: what the customer does with a change in the making: choose, see the price, confirm or go back. */
import type { ChangeTarget } from '@tillkit/core/contract/contract';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import type { Store } from '../provider/store.ts';
import { errorText } from '../text/errors.ts';
import { confirmChange, previewChange } from './actions.ts';
import { isMade, type ChangeWishes, type Draft } from './change-view.ts';
import { isOutdated, type Problem } from './problem-view.ts';
import { ownedBy } from './view.ts';

/** The panel, as far as a change needs it. */
export interface ChangeHooks {
  /** Runs one wish; answers the code of a refusal. */
  act(id: string, work: () => Promise<Subscription | void>): Promise<string | undefined>;
  /** What is shown now: the customer may have left, or chosen something else, while an answer was on its way. */
  current(): Draft | undefined;
  /** Puts a draft in the place of the one that is shown; none closes it, and says so. */
  show(draft: Draft | undefined): void;
  /** The same, and what was said of the one before is put away. */
  open(draft: Draft | undefined): void;
  /** Closes whatever is open: it turned out to be done. */
  done(): void;
  /** Says what stands in the way. */
  tell(problem: Problem): void;
  /** Tells the page that the customer confirms; false when the page takes it into its own hands. */
  mayConfirm(id: string, target: ChangeTarget): boolean;
}

export function changeWishes(store: Store, draft: Draft, hooks: ChangeHooks): ChangeWishes {
  const { preview: shown, ...chosen } = draft;
  const { id } = draft.subscription;
  const { planId, interval, seats, addOns } = draft.selection;
  const target: ChangeTarget = { planId, interval, seats, addOns };
  const price = (): Promise<string | undefined> =>
    hooks.act(id, async () => {
      const preview = await previewChange(store, id, target);
      const current = hooks.current();
      if (current?.subscription.id === id && current.selection === draft.selection) hooks.show({ ...draft, preview });
    });
  return {
    choose: (selection) => hooks.open({ ...draft, selection }),
    price: () => void price(),
    back: () => hooks.open(shown ? chosen : undefined),
    confirm: async () => {
      if (!shown || !hooks.mayConfirm(id, target)) return;
      const refused = await hooks.act(id, async () => {
        const changed = await confirmChange(store, id, shown.preview);
        if (hooks.current()?.subscription.id === id) hooks.show(undefined);
        return changed;
      });
      if (refused === undefined) return;
      // its answer got lost, or another tab was faster: what was read since has it
      const now = ownedBy(store).find((one) => one.id === id);
      if (now && hooks.current()?.selection === draft.selection && isMade(draft.selection, now)) return hooks.done();
      if (!isOutdated.has(refused)) return;
      const failed = await price();
      if (failed === undefined) hooks.tell({ id, code: refused, text: errorText(store.state.texts.language, refused) });
      else if (failed !== 'superseded') hooks.show(chosen);
    },
  };
}
