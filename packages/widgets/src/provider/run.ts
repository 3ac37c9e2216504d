import { errorText } from '../text/errors.ts';
import { TillError } from './client.ts';
import type { Store, TillState } from './store.ts';

/** Runs `work` and keeps its outcome in the store under `key`, with all four states. Answers whether it went well. */
export async function run<Key extends 'purchase' | 'account' | 'catalog'>(
  store: Store,
  key: Key,
  work: () => Promise<Extract<TillState[Key], { status: 'complete' }>['value']>,
): Promise<boolean> {
  store.set({ [key]: { status: 'pending' } } as Partial<TillState>);
  try {
    store.set({ [key]: { status: 'complete', value: await work() } } as Partial<TillState>);
    return true;
  } catch (error) {
    if (!(error instanceof TillError)) console.error(error);
    const code = error instanceof TillError ? error.code : 'internal_error';
    store.set({ [key]: { status: 'error', code, message: errorText(store.state.texts.language, code) } } as Partial<TillState>);
    return false;
  }
}
