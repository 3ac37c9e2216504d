import type { Catalog } from '@tillkit/core/catalog/catalog';
import type { Quote } from '@tillkit/core/quote/quote';
import { quoteSelection } from '@tillkit/core/quote/quote-selection';
import type { Selection, SelectionResult } from '@tillkit/core/selection/selection';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { TillSelectionChangeEvent } from '../events.ts';
import { en } from '../text/en.ts';
import type { Texts } from '../text/texts.ts';
import { findStore } from './find-store.ts';
import type { Remote, Store, TillState } from './store.ts';

type Host = ReactiveControllerHost &
  HTMLElement & {
    readonly provider?: string | undefined;
    readonly texts?: Texts | undefined;
    readonly catalog?: Catalog | undefined;
    selection?: Selection | undefined;
  };

/**
 * Ties a widget to the store of its provider.
 *
 * What the page has set on the widget wins over what the provider shares; with a catalog of its own a widget needs no
 * provider at all.
 */
export class Connection implements ReactiveController {
  #store: Store | undefined;

  constructor(readonly host: Host) {
    host.addController(this);
  }

  get store(): Store | undefined {
    return this.#store;
  }

  get state(): TillState | undefined {
    return this.#store?.state;
  }

  /** Words of the page's language. */
  get texts(): Texts {
    return this.host.texts ?? this.state?.texts ?? en;
  }

  get remoteCatalog(): Remote<Catalog> {
    const { catalog } = this.host;
    return catalog ? { status: 'complete', value: catalog } : (this.state?.catalog ?? { status: 'initial' });
  }

  get catalog(): Catalog | undefined {
    const remote = this.remoteCatalog;
    return remote.status === 'complete' ? remote.value : undefined;
  }

  get selection(): Selection | undefined {
    return this.host.selection ?? this.state?.selection;
  }

  get quote(): Quote | undefined {
    const { catalog, selection, host } = this;
    if (!catalog || !selection) return undefined;
    return host.catalog || host.selection ? quoteSelection(catalog, selection) : this.state?.quote;
  }

  /** Takes over what core accepted and tells the page; a refusal changes nothing and answers false. */
  choose(result: SelectionResult<Selection>): boolean {
    if (!result.ok) return false;
    if (this.host.selection || !this.#store) {
      this.host.selection = result.selection;
      this.host.requestUpdate();
    } else this.#store.choose(result);
    const { quote } = this;
    if (quote) this.host.dispatchEvent(new TillSelectionChangeEvent(result.selection, quote));
    return true;
  }

  hostConnected(): void {
    if (this.host.catalog) return;
    this.#store = findStore(this.host);
    this.#store.followers.add(this.host);
    this.host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#store?.followers.delete(this.host);
    this.#store = undefined;
  }
}
