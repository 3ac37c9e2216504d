/* A buyer who leaves Stripe's page without paying comes back to what they had chosen. */
import type { Selection } from '@tillkit/core/selection/selection';
import type { Kept } from '../provider/storage.ts';

const key = 'till:selection';

/** Keeps the selection in this tab while the buyer is on Stripe's page. */
export function rememberSelection(kept: Kept, selection: Selection): void {
  kept.set(key, JSON.stringify(selection));
}

/** The kept selection; it must be checked against the catalog, which may have changed. */
export function recallSelection(kept: Kept): Selection | undefined {
  try {
    return JSON.parse(kept.get(key) ?? '') as Selection;
  } catch {
    return undefined;
  }
}
