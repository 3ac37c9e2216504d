/**
 * The script tag: `<script type="module" src="https://HOST/till.js"></script>`.
 *
 * Promise: a pricing page is this one request. Card form and panel are fetched when such a tag stands on the page. The
 * API is the script's own origin unless a `<till-provider server="…">` says otherwise.
 */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { TillAddOnSelector } from './add-on-selector/add-on-selector.ts';
import { TillCheckout } from './checkout/checkout.ts';
import { define } from './define.ts';
import { standIn } from './element/stand-in.ts';
import { TillPlanPicker } from './plan-picker/plan-picker.ts';
import { TillProvider } from './provider/provider.ts';
import { TillTotal } from './total/total.ts';

/** The server writes its catalog here when it serves this file. */
const catalog = /*till:catalog*/ null as Catalog | null;
const server = new URL(import.meta.url).origin;

class ScriptProvider extends TillProvider {
  protected override get defaults(): { server: string; catalog: Catalog | null } {
    return { server, catalog: (this.getAttribute('server') ?? server) === server ? catalog : null };
  }
}

define({
  'till-provider': ScriptProvider,
  'till-plan-picker': TillPlanPicker,
  'till-add-on-selector': TillAddOnSelector,
  'till-total': TillTotal,
  'till-checkout': TillCheckout,
});

/** Widgets that most pages do not have come with code of their own: some element waits to be defined, perhaps ours. */
function fetchWanted(): void {
  const waiting = [...document.querySelectorAll(':not(:defined)')].map(({ localName }) => localName);
  if (waiting.length === 0) return;
  void import('./more-widgets.ts').then(
    ({ fetchMore }) => fetchMore(define, standIn),
    () => waiting.filter((tag) => tag.startsWith('till-')).forEach(standIn),
  );
}

fetchWanted();
new MutationObserver(fetchWanted).observe(document, { childList: true, subtree: true });
