import type { ReactiveController, ReactiveControllerHost } from 'lit';
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

type Host = ReactiveControllerHost & HTMLElement & { readonly provider?: string | undefined };

/**
 * Ties a widget to its provider: the `<till-provider>` around it, else the one whose id its `provider` attribute
 * names, else the one that the first widget of the document creates (decision 8).
 */
export class Connection implements ReactiveController {
  #store: Store | undefined;
  #unfollow: (() => void) | undefined;

  constructor(
    readonly host: Host,
    /** False while the host needs nothing from a provider, because the page set everything by property. */
    readonly wanted: () => boolean = () => true,
  ) {
    host.addController(this);
  }

  get store(): Store | undefined {
    return this.#store;
  }

  hostConnected(): void {
    if (!this.wanted()) return;
    this.#store = this.#surrounding() ?? this.#named()?.store ?? this.#implicit().store;
    this.#unfollow = this.#store.follow(this.host);
    this.host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#unfollow?.();
    this.#store = undefined;
  }

  #surrounding(): Store | undefined {
    const ask = new TillConnectEvent();
    this.host.dispatchEvent(ask);
    return ask.store;
  }

  #named(): ProviderElement | null {
    const id = this.host.provider;
    return id ? (document.getElementById(id) as ProviderElement | null) : null;
  }

  #implicit(): ProviderElement {
    const selector = 'till-provider[data-implicit]';
    const found = document.querySelector<ProviderElement>(selector);
    if (found) return found;
    const created = document.createElement('till-provider') as ProviderElement;
    created.dataset.implicit = '';
    document.body.append(created);
    return created;
  }
}
