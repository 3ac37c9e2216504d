/** Step 2, selection: one-time products sold alone, for a catalog without plans or a page that names one. */
import { formatMoney } from '@tillkit/core/money/format-money';
import { selectProduct } from '@tillkit/core/selection/check-selection';
import { css, html, nothing } from 'lit';
import { stepper, stepperStyles } from '../stepper/stepper.ts';
import type { Store } from '../provider/store.ts';
import type { Face } from './checkout.ts';

/** The first selection where products are sold alone. */
export function start(store: Store, productId: string, currency: string | undefined): void {
  const { catalog } = store.state;
  if (catalog.status === 'complete') store.choose(selectProduct(catalog.value, productId, undefined, currency));
}

const styles = css`
  .product {
    display: grid;
    grid-template-columns: auto 1fr auto;
    gap: 0 1em;
    align-items: center;
    min-block-size: 5em;
    padding-block: 0.75em;
    border-block-end: 1px solid var(--_border);
  }
  .product [type='radio'] {
    inline-size: 1.25em;
    block-size: 1.25em;
    accent-color: var(--_accent);
  }
`;

export const face: Face = {
  styles: [stepperStyles, styles],
  render: ({ state }, choose) => {
    const { texts: words, catalog: remote, selection } = state;
    if (remote.status !== 'complete' || !selection || !('productId' in selection)) return html``;
    const catalog = remote.value;
    const pattern = catalog.money[selection.currency];
    const pick = (productId: string, quantity?: number): void => choose(selectProduct(catalog, productId, quantity, selection.currency));
    return html`<fieldset>
      <legend class="hidden">${words.yourOrder}</legend>
      ${catalog.products.map(({ id, name, description, price, quantity }) => {
        const on = id === selection.productId;
        const amount = price.amounts[selection.currency];
        return html`<div class="product">
          <input type="radio" name="product" id=${id} .checked=${on} ?disabled=${amount === undefined} @change=${() => pick(id)} />
          <label for=${id}>
            <span class="name">${name}</span>
            <span class="small muted">${amount !== undefined && pattern ? formatMoney(amount, pattern) : nothing}</span><br />
            <span class="small muted" id="about-${id}">${description}</span>
          </label>
          ${
            on && quantity.max > 1
              ? stepper({
                  words,
                  name,
                  rule: quantity,
                  quantity: selection.quantity,
                  describedBy: `about-${id}`,
                  onChoose: (count) => pick(id, count),
                })
              : nothing
          }
        </div>`;
      })}
    </fieldset>`;
  },
};
