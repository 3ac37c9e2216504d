/** Step 7, panel: the invoices that were read, page by page, and when they are read anew. */
import type { InvoiceList } from '@tillkit/core/contract/contract';
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Store } from '../provider/store.ts';
import { newestInvoices, withOlder } from './actions.ts';
import { invoiceList } from './invoice-list.ts';
import type { View } from './view.ts';

export class InvoicePages {
  /** What was read last; it stands while it is read anew. */
  list: InvoiceList | undefined;
  readonly #host: ReactiveControllerHost;
  #isRead = false;
  #hasFailed = false;
  #turn = 0;

  constructor(host: ReactiveControllerHost & EventTarget) {
    this.#host = host;
    host.addEventListener('till-subscription-change', () => this.expire()); // its invoices changed too
  }

  /** Reads the newest ones, unless that was done since the last `expire`. */
  start(store: Store): void {
    if (this.#isRead) return;
    this.#isRead = true;
    void this.#read(store, (this.#turn += 1));
  }

  /** What is shown may have changed at the server: it is read again with the next update. */
  expire(): void {
    this.#isRead = false;
    this.#host.requestUpdate();
  }

  /** Somebody else may sign in. */
  forget(): void {
    this.#turn += 1;
    this.#isRead = this.#hasFailed = false;
    this.list = undefined;
  }

  async readOlder(store: Store): Promise<void> {
    const turn = this.#turn;
    const list = await withOlder(store, this.list);
    if (turn === this.#turn) this.list = list;
  }

  view(view: View, older: () => void): TemplateResult | typeof nothing {
    if (this.list) return invoiceList(view, this.list, older);
    if (!this.#hasFailed) return nothing;
    return html`<p class="error" part="error" role="alert">
      ${view.say.invoicesFailed} <button class="plain" @click=${() => this.expire()}>${view.say.tryAgain}</button>
    </p>`;
  }

  async #read(store: Store, turn: number): Promise<void> {
    const newest = await newestInvoices(store);
    if (turn !== this.#turn) return;
    this.#hasFailed = newest === undefined;
    this.list = newest ?? this.list;
    this.#host.requestUpdate();
  }
}
