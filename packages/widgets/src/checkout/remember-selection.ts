/* A buyer who leaves Stripe's page without paying comes back to what they had chosen. */
import { returnParameters } from '@tillkit/core/contract/paths';
import type { Selection } from '@tillkit/core/selection/selection';

const key = 'till:selection';

/** Keeps the selection in this tab while the buyer is on Stripe's page. */
export function rememberSelection(selection: Selection): void {
  sessionStorage.setItem(key, JSON.stringify(selection));
}

/** The kept selection, when the address says that the buyer turned back; takes the mark out of the address. */
export function recallSelection(): Selection | undefined {
  const address = new URL(location.href);
  if (!address.searchParams.has(returnParameters.canceled)) return undefined;
  address.searchParams.delete(returnParameters.canceled);
  history.replaceState(history.state, '', address);
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '') as Selection;
  } catch {
    return undefined;
  }
}
