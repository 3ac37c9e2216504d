/* Step 2, selection: what the buyer chose stands there again when the page is loaded anew in the same tab. */
import { checkSelection } from '@tillkit/core/selection/check-selection';
import type { Selection } from '@tillkit/core/selection/selection';
import { connect } from '../provider/client.ts';
import { visitorOf } from '../provider/sign-in.ts';
import type { KeptChoice, Store } from '../provider/store.ts';

/** Takes over what is kept under `key`: nobody's choice, or the present visitor's; another's is forgotten. */
export async function restoreChoice(store: Store, key: string): Promise<void> {
  const { tab } = store.page;
  const text = tab.get(key);
  const kept = parse(text);
  if (!kept) return tab.remove(key);
  const who = await whoIsHere(store);
  // not known, or something else was chosen meanwhile
  if (who === undefined || tab.get(key) !== text) return;
  if (kept.who !== '' && kept.who !== who) return tab.remove(key);
  const { catalog, purchase } = store.state;
  // choosing puts a finished purchase away, and what is kept is what was bought
  if (catalog.status === 'complete' && purchase.status !== 'complete') store.choose(checkSelection(catalog.value, kept.selection));
}

/** Whom the owner's site names, else whose session the tab keeps; empty for nobody, undefined while it cannot be known. */
async function whoIsHere(store: Store): Promise<string | undefined> {
  if (store.tokenUrl === null) return connect(store).subject ?? '';
  const visitor = visitorOf(store);
  await visitor.known().catch(() => undefined);
  return visitor.owner;
}

function parse(text: string | undefined): KeptChoice | undefined {
  try {
    const { who, selection } = JSON.parse(text ?? '') as Partial<KeptChoice>;
    return typeof who === 'string' && isSelection(selection) ? { who, selection } : undefined;
  } catch {
    return undefined;
  }
}

const isSelection = (selection: Selection | undefined): selection is Selection =>
  typeof selection === 'object' && selection !== null && typeof selection.currency === 'string';
