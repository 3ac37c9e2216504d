/** Step panel: the forms of the portal, one per flow; each works without a script. */
import { formatMoney } from '../money/currency.ts';
import { amountOf } from '../money/price-amount.ts';
import type { Price } from '../objects/catalog.ts';
import type { Subscription } from '../objects/subscription.ts';
import { html, type Html } from './html.ts';
import type { Visit } from './portal-actions.ts';

const every = ({ recurring }: Price): string => {
  if (!recurring) return '';
  return recurring.interval_count === 1 ? ` per ${recurring.interval}` : ` every ${recurring.interval_count} ${recurring.interval}s`;
};

export const dateText = (seconds: number): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(seconds * 1000));

export const priceText = (price: Price, currency: string, quantity: number): string =>
  `${formatMoney(amountOf(price, currency, quantity), currency)}${every(price)}`;

export const productName = ({ world }: Visit, { product }: Price): string => world.tables.products.get(product)?.name ?? product;

interface Field {
  readonly name: string;
  readonly label: string;
  readonly value?: string | null | undefined;
  readonly autocomplete?: string;
  readonly type?: string;
  readonly required?: boolean;
}

const field = ({ name, label, value, autocomplete = 'off', type = 'text', required = false }: Field): Html =>
  html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value ?? ''}"
      autocomplete="${autocomplete}"
      ${required ? html`required` : null}
    />
  </div>`;

const form = (visit: Visit, action: string, inner: Html, subscription?: string): Html =>
  html`<form method="post" action="/p/session/${visit.session.id}/${action}">
    ${subscription === undefined ? null : html`<input type="hidden" name="subscription" value="${subscription}" />`} ${inner}
  </form>`;

/** A form that is nothing but its button. */
export const buttonForm = (visit: Visit, action: string, label: string, subscription: string): Html =>
  form(visit, action, html`<button class="quiet">${label}</button>`, subscription);

export const cardForm = (visit: Visit): Html =>
  form(
    visit,
    'payment-method',
    html`${field({ name: 'number', label: 'Card number', autocomplete: 'cc-number', required: true })}
      <div class="pair">
        ${field({ name: 'expiry', label: 'Expiration (MM / YY)', autocomplete: 'cc-exp', required: true })}
        ${field({ name: 'cvc', label: 'CVC', autocomplete: 'cc-csc', required: true })}
      </div>
      ${field({ name: 'name', label: 'Cardholder name', autocomplete: 'cc-name' })}
      <button>Save card</button>`,
  );

const reasonTexts: Readonly<Record<string, string>> = {
  too_expensive: 'It is too expensive',
  missing_features: 'I need more features',
  switched_service: 'I found an alternative',
  unused: 'I no longer need it',
  customer_service: 'Customer service was less than expected',
  too_complex: 'It is hard to use',
  low_quality: 'Quality was less than expected',
  other: 'Other reason',
};

export function cancelForm(visit: Visit, subscription: Subscription): Html {
  const { cancellation_reason: reason, mode } = visit.configuration.features.subscription_cancel;
  const end = Math.min(...subscription.items.data.map((item) => item.current_period_end));
  const when = mode === 'at_period_end' ? `It stays yours until ${dateText(end)}.` : 'It ends at once.';
  const offer = visit.session.flow?.subscription_cancel?.retention;
  const reasons = html`<fieldset>
      <legend>Why do you cancel?</legend>
      ${reason.options.map(
        (option) =>
          html`<label class="choice"><input type="radio" name="feedback" value="${option}" /> ${reasonTexts[option] ?? option}</label>`,
      )}
    </fieldset>
    <div class="field"><label for="comment">Anything else?</label><textarea id="comment" name="comment" rows="3"></textarea></div>`;
  return html`<h1>Cancel ${productName(visit, subscription.items.data[0]?.price ?? ({ product: '' } as Price))}</h1>
    <p>${when}</p>
    ${offer ? buttonForm(visit, 'stay', `Stay, with the coupon ${offer.coupon_offer.coupon}`, subscription.id) : null}
    ${form(visit, 'cancel', html`${reason.enabled ? reasons : null}<button>Cancel subscription</button>`, subscription.id)}`;
}

export function pauseForm(visit: Visit, subscription: Subscription): Html {
  return html`<h1>Pause your subscription</h1>
    <p>Nothing is billed while it is paused. You can resume it here.</p>
    ${form(visit, 'pause', html`<button>Pause subscription</button>`, subscription.id)}`;
}

export function updateForm(visit: Visit, { id, items, currency }: Subscription): Html {
  const { products, default_allowed_updates: allowed } = visit.configuration.features.subscription_update;
  const [item] = items.data;
  const prices = (products ?? []).flatMap((product) => product.prices).flatMap((price) => visit.world.tables.prices.get(price) ?? []);
  const fitting = prices.filter((price) => price.active && Object.hasOwn(price.currency_options, currency));
  const choices = html`<fieldset>
    <legend>Your plan</legend>
    ${fitting.map(
      (price) =>
        html`<label class="choice"
          ><input type="radio" name="price" value="${price.id}" ${price.id === item?.price.id ? html`checked` : null} />
          <span>${productName(visit, price)}</span><span class="figures">${priceText(price, currency, 1)}</span></label
        >`,
    )}
  </fieldset>`;
  const quantity = field({ name: 'quantity', label: 'Quantity', type: 'number', value: String(item?.quantity ?? 1), required: true });
  return html`<h1>Update your plan</h1>
    ${form(
      visit,
      'update',
      html`<input type="hidden" name="item" value="${item?.id ?? ''}" /> ${allowed.includes('price') ? choices : null}
        ${allowed.includes('quantity') ? quantity : null}
        ${allowed.includes('promotion_code') ? field({ name: 'promotion_code', label: 'Promotion code' }) : null}<button>
          Update plan
        </button>`,
      id,
    )}`;
}

/** The change that a flow has prepared: what it will be, and one button. */
export function confirmForm(visit: Visit, { id, items, currency }: Subscription): Html {
  const [asked] = visit.session.flow?.subscription_update_confirm?.items ?? [];
  const item = items.data.find((row) => row.id === asked?.id);
  const price = visit.world.tables.prices.get(asked?.price ?? '') ?? item?.price;
  const quantity = asked?.quantity ?? item?.quantity ?? 1;
  if (!item || !price) return html`<p>There is nothing to confirm.</p>`;
  return html`<h1>Confirm your update</h1>
    <p>${productName(visit, item.price)}, ${priceText(item.price, currency, item.quantity ?? 1)}, becomes</p>
    <p>
      <strong>${productName(visit, price)}, <span class="figures">${priceText(price, currency, quantity)}</span></strong>
    </p>
    ${form(
      visit,
      'update',
      html`<input type="hidden" name="item" value="${item.id}" /><input type="hidden" name="price" value="${price.id}" />
        <input type="hidden" name="quantity" value="${quantity}" /><button>Confirm</button>`,
      id,
    )}`;
}

export function customerForm(visit: Visit): Html {
  const customer = visit.world.tables.customers.get(visit.session.customer);
  const { allowed_updates: allowed } = visit.configuration.features.customer_update;
  const address = customer?.address;
  const place = html`${field({ name: 'line1', label: 'Address', value: address?.line1, autocomplete: 'address-line1' })}
    ${field({ name: 'line2', label: 'Address, second line', value: address?.line2, autocomplete: 'address-line2' })}
    <div class="pair">
      ${field({ name: 'postal_code', label: 'Postal code', value: address?.postal_code, autocomplete: 'postal-code' })}
      ${field({ name: 'city', label: 'City', value: address?.city, autocomplete: 'address-level2' })}
    </div>
    <div class="pair">
      ${field({ name: 'state', label: 'State or region', value: address?.state, autocomplete: 'address-level1' })}
      ${field({ name: 'country', label: 'Country, two letters', value: address?.country, autocomplete: 'country' })}
    </div>`;
  const taxId = html`<div class="pair">
    ${field({ name: 'tax_id_type', label: 'Type of tax ID, such as eu_vat' })} ${field({ name: 'tax_id_value', label: 'Tax ID' })}
  </div>`;
  return form(
    visit,
    'customer',
    html`${allowed.includes('name') ? field({ name: 'name', label: 'Name', value: customer?.name, autocomplete: 'name' }) : null}
      ${allowed.includes('email') ? field({ name: 'email', label: 'Email', value: customer?.email, autocomplete: 'email', type: 'email' }) : null}
      ${allowed.includes('phone') ? field({ name: 'phone', label: 'Phone', value: customer?.phone, autocomplete: 'tel', type: 'tel' }) : null}
      ${allowed.includes('address') ? place : null} ${allowed.includes('tax_id') ? taxId : null}<button>Save</button>`,
  );
}
