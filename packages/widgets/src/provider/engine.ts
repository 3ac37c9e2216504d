/** The place of the engine for more than quantity × amount, which is fetched only where a page needs it. */
import type { Catalog, Price } from '@tillkit/core/catalog/catalog';
import { quoteSelection } from '@tillkit/core/quote/quote-selection';
import type { Selection, SelectionResult } from '@tillkit/core/selection/selection';
import type { Texts } from '../text/texts.ts';
import type { TillState } from './store.ts';

/** Price models, rules between add-ons, discounts, taxes; see `extended.ts`. */
export interface Engine {
  readonly quote: typeof quoteSelection;
  /** Makes a choice fit the rules between add-ons. */
  fit(state: Pick<TillState, 'catalog' | 'selection'>, result: SelectionResult<Selection>): SelectionResult<Selection>;
  /** What stands in the place of a price's amount; undefined for a plain price. */
  priceText(price: Price, currency: string, words: Texts, sold: Catalog): string | undefined;
}

/** Undefined until a catalog or a code needs it. */
export let engine: Engine | undefined;

/** The engine's quote once it is here, else the simple one. */
export let quote = quoteSelection;

/** The engine now, for chunks of the script tag: to them a binding is what it was when the script began. */
export const getEngine = (): Engine | undefined => engine;

/** Called by the module that holds it. */
export function setEngine(loaded: Engine): void {
  engine = loaded;
  quote = loaded.quote;
}
