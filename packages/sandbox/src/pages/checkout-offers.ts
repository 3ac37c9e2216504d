/** Step checkout: what the hosted page offers beside the lines: optional items and a field for a promotion code. */
import { every } from './checkout-view.ts';
import { amountOf } from '../money/price-amount.ts';
import { formatMoney } from '../money/currency.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import type { World } from '../world.ts';
import { html, type Html } from './html.ts';

function optionalItem(world: World, session: CheckoutSession, id: string, quantity: number): Html | null {
  const price = world.tables.prices.get(id);
  if (!price || session.currency === null) return null;
  const name = world.tables.products.get(price.product)?.name ?? price.product;
  const sum = formatMoney(amountOf(price, session.currency, quantity), session.currency);
  const amount = price.recurring ? `${sum} per ${every(price.recurring)}` : sum;
  const isChosen = session.line_items.data.some((line) => line.price.id === id);
  return html`<form class="inline" method="post" action="/c/pay/${session.id}/optional">
    <input type="hidden" name="price" value="${id}" /><input type="hidden" name="chosen" value="${isChosen ? 'no' : 'yes'}" />
    <span><b>${name}</b><br /><span class="muted small">${amount}</span></span>
    <button class="quiet">${isChosen ? 'Remove' : 'Add'} ${name}</button>
  </form>`;
}

function promotionForm(world: World, session: CheckoutSession): Html | null {
  if (!session.allow_promotion_codes) return null;
  const [applied] = session.discounts;
  const code = world.tables.promotionCodes.get(applied?.promotion_code ?? '')?.code;
  return html`<form class="inline" method="post" action="/c/pay/${session.id}/promotion">
    ${
      code === undefined
        ? html`<div class="field"><label for="code">Promotion code</label><input id="code" name="code" autocomplete="off" required /></div>
            <button class="quiet">Apply</button>`
        : html`<span class="figures">${code}</span><input type="hidden" name="code" value="" /><button class="quiet">Remove code</button>`
    }
  </form>`;
}

function shippingForm(world: World, { id, shipping_options, shipping_cost, currency }: CheckoutSession): Html | null {
  if (shipping_options.length < 2 || currency === null) return null;
  return html`<form class="inline" method="post" action="/c/pay/${id}/shipping">
    <div class="field">
      <label for="shipping_rate">Shipping</label>
      <select id="shipping_rate" name="shipping_rate">
        ${shipping_options.map(
          ({ shipping_rate, shipping_amount }) =>
            html`<option value="${shipping_rate}" ${shipping_rate === shipping_cost?.shipping_rate ? html`selected` : null}>
              ${world.tables.shippingRates.get(shipping_rate)?.display_name ?? shipping_rate}, ${formatMoney(shipping_amount, currency)}
            </option>`,
        )}
      </select>
    </div>
    <button class="quiet">Choose</button>
  </form>`;
}

export const offersOf = (world: World, session: CheckoutSession): Html =>
  html`<div class="offers">
    ${(session.optional_items ?? []).flatMap(({ price, quantity }) => optionalItem(world, session, price, quantity) ?? [])}
    ${shippingForm(world, session)} ${promotionForm(world, session)}
  </div>`;
