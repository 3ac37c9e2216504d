import type { Store } from './store.ts';

/** Sends an event that belongs to the whole provider from one widget: the checkout where there is one. */
export function announce({ followers }: Store, event: Event): void {
  const all = [...followers];
  (all.find(({ localName }) => localName === 'till-checkout') ?? all[0] ?? document).dispatchEvent(event);
}
