import type { Store } from './store.ts';

/** A widget asks for its store; the nearest `<till-provider>` around it answers by setting `store`. */
export class TillConnectEvent extends Event {
  store: Store | undefined;
  constructor() {
    super('till-connect', { bubbles: true, composed: true });
  }
}

/** What `<till-provider>` offers to the widgets that belong to it. */
export interface ProviderElement extends HTMLElement {
  readonly store: Store;
}

/**
 * The store of the `<till-provider>` around a widget, else of the one whose id its `provider` attribute names, else of the
 * one that the first widget of the document creates (decision 6).
 */
export function findStore(widget: HTMLElement & { readonly provider?: string | undefined }): Store {
  const ask = new TillConnectEvent();
  widget.dispatchEvent(ask);
  const mark = 'data-implicit';
  const store =
    ask.store ?? (document.querySelector<ProviderElement>(widget.provider ? `#${widget.provider}` : `[${mark}]`) ?? create(mark)).store;
  store.wish(widget);
  return store;
}

function create(mark: string): ProviderElement {
  const provider = document.createElement('till-provider') as ProviderElement;
  provider.setAttribute(mark, '');
  document.body.append(provider);
  return provider;
}
