import { errorText, isOfPayment, nextStep } from '../text/errors.ts';
import { TillError } from './client.ts';
import type { Store, TillState } from './store.ts';

/**
 * Runs `work` and keeps its outcome in the store under `key`, with all four states. Answers whether it went well. An outcome
 * that does not hold any more, because something later is under way, is dropped.
 */
export async function run<Key extends 'purchase' | 'account' | 'catalog'>(
  store: Store,
  key: Key,
  work: () => Promise<Extract<TillState[Key], { status: 'complete' }>['value']>,
  holds: () => boolean = () => true,
): Promise<boolean> {
  store.set({ [key]: { status: 'pending' } } as Partial<TillState>);
  try {
    const value = await work();
    if (holds()) store.set({ [key]: { status: 'complete', value } } as Partial<TillState>);
    return holds();
  } catch (error) {
    if (holds()) store.set({ [key]: toProblem(store, error) } as Partial<TillState>);
    return false;
  }
}

/** What went wrong in the page's language, with the next step. */
export function toProblem(store: Store, error: unknown): Extract<TillState['purchase'], { status: 'error' }> {
  if (!(error instanceof TillError)) console.error(error);
  const code = error instanceof TillError ? error.code : 'internal_error';
  const { language } = store.state.texts;
  const link = nextStep(language, code, store, error instanceof TillError ? error.answer.href : undefined);
  return { status: 'error', code, message: errorText(language, code), stays: isOfPayment(code), ...(link && { link }) };
}
