/**
 * The reference for first paint: the same pricing page as a careful developer writes it by hand, without any library.
 *
 * Fair means: the catalog, the markup and the style sheets of the widgets, one pass over the data, markup as strings set
 * once, one listener for each part, and one `Intl.NumberFormat` per currency, as every hand-written page has.
 */
import type { AddOn, Catalog, Plan } from '@tillkit/core/catalog/catalog';
import styles from 'bench:styles';

declare const catalog: Catalog;

interface Order {
  plan: Plan;
  interval: string;
  seats: number;
  readonly addOns: Map<string, number>;
}

const currency = catalog.defaultCurrency;
const formatter = new Intl.NumberFormat(catalog.locale, { style: 'currency', currency });
const scale = 10 ** (formatter.resolvedOptions().maximumFractionDigits ?? 2);
const money = (amount: number): string => formatter.format(amount / scale);

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/gu, (character) => escapes[character] ?? '');

const intervalNames: Readonly<Record<string, string>> = { month: 'Monthly', year: 'Yearly' };
const amountOf = (item: Plan | AddOn, interval: string): number =>
  (item.prices.find((price) => price.interval === interval) ?? item.prices.find((price) => !price.interval))?.amounts[currency] ?? 0;
const isOnce = (addOn: AddOn): boolean => !addOn.prices.some((price) => price.interval);

const first = catalog.plans.find(({ highlight }) => highlight) ?? catalog.plans[0];
if (!first) throw new Error('The catalog is empty.');
const order: Order = { plan: first, interval: catalog.defaultInterval, seats: first.seats?.default ?? 1, addOns: new Map() };

/** A shadow root with the widget's own style sheet, so that both pages cost the same in style and layout. */
function mount(host: string, css: string): ShadowRoot {
  const element = document.querySelector(host);
  if (!element) throw new Error(`The page has no ${host}.`);
  const root = element.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  return root;
}

function stepper(name: string, min: number, max: number, quantity: number, key: string): string {
  return `<span class="stepper" data-key="${key}"><button type="button" aria-label="Fewer: ${escape(name)}" ${quantity <= min ? 'disabled' : ''}>−</button><input type="number" inputmode="numeric" aria-label="${escape(name)}" min="${min}" max="${max}" value="${quantity}"><button type="button" aria-label="More: ${escape(name)}" ${quantity >= max ? 'disabled' : ''}>+</button></span>`;
}

function features(plan: Plan): string {
  return plan.features.map(({ text, included }) => `<li class="${included ? '' : 'no'}"><span>${escape(text)}</span></li>`).join('');
}

function card(plan: Plan): string {
  const on = plan === order.plan;
  const amount = amountOf(plan, order.interval);
  return `<div class="plan ${on ? 'on' : ''}" part="plan"><input type="radio" name="plan" id="${plan.id}" value="${plan.id}" aria-labelledby="name-${plan.id} price-${plan.id}" aria-describedby="about-${plan.id}" ${on ? 'checked' : ''}><label class="name" for="${plan.id}" id="name-${plan.id}">${escape(plan.name)}</label><p class="cost" part="price" id="price-${plan.id}"><strong>${amount ? money(amount) : 'Free'}</strong><span class="small muted">a seat, a ${order.interval}</span>${plan.trial ? `<br><span class="small trial">${plan.trial.days} days free</span>` : ''}</p><p class="description small muted">${escape(plan.description ?? '')}</p><ul class="features" role="list" id="about-${plan.id}">${features(plan)}</ul>${on && plan.seats ? `<div class="seats"><span class="small">Seats</span>${stepper('Seats', plan.seats.min, plan.seats.max, order.seats, 'seats')}</div>` : ''}${plan.badge ? `<span class="badge">${escape(plan.badge)}</span>` : ''}</div>`;
}

function toggle(): string {
  const labels = catalog.intervals.map((interval) => {
    const saving = amountOf(order.plan, 'month') * 12 - amountOf(order.plan, 'year');
    const text = interval === 'year' && saving > 0 ? `<em>Save ${money(saving)} a year</em>` : '';
    return `<label><input type="radio" name="interval" value="${interval}" ${interval === order.interval ? 'checked' : ''}>${intervalNames[interval] ?? interval} ${text}</label>`;
  });
  return `<fieldset class="toggle"><legend class="hidden">Billing</legend>${labels.join('')}</fieldset>`;
}

function picker(): string {
  return `<div part="base" dir="ltr"><div class="head" part="header"><h2 id="heading">Choose a plan</h2>${toggle()}</div><fieldset class="plans" part="body"><legend class="hidden">Choose a plan</legend>${catalog.plans.map(card).join('')}</fieldset></div>`;
}

function addOnRow(addOn: AddOn): string {
  const quantity = order.addOns.get(addOn.id) ?? 0;
  const choose =
    addOn.quantity.max > 1
      ? stepper(addOn.name, 0, addOn.quantity.max, quantity, addOn.id)
      : `<label class="toggle"><input type="checkbox" data-key="${addOn.id}" aria-label="Add ${escape(addOn.name)}" ${quantity ? 'checked' : ''}></label>`;
  return `<li part="line"><div class="what"><h3>${escape(addOn.name)}</h3><p class="small muted">${escape(addOn.description ?? '')}</p></div><p class="price small muted" part="price">${money(amountOf(addOn, order.interval))}${addOn.unit ? ` a ${escape(addOn.unit)}` : ''}${isOnce(addOn) ? ', once' : ''}</p><div class="choose">${choose}</div></li>`;
}

function addOns(): string {
  return `<section part="base" dir="ltr" aria-labelledby="heading"><div class="head" part="header"><h2 id="heading">Add what you need</h2><span class="small muted">You can change it later.</span></div><ul role="list">${catalog.addOns.map(addOnRow).join('')}</ul></section>`;
}

function line(name: string, quantity: number, amount: number): string {
  return `<div class="line" part="line"><dt>${escape(name)} ${quantity > 1 ? `<bdi class="why">${quantity} × ${money(amount)}</bdi>` : ''}</dt><dd>${money(quantity * amount)}</dd></div>`;
}

function receipt(): string {
  const lines = [line(order.plan.name, order.seats, amountOf(order.plan, order.interval))];
  let sum = order.seats * amountOf(order.plan, order.interval);
  for (const addOn of catalog.addOns) {
    const quantity = order.addOns.get(addOn.id) ?? 0;
    if (!quantity) continue;
    lines.push(line(addOn.name, quantity, amountOf(addOn, order.interval)));
    sum += quantity * amountOf(addOn, order.interval);
  }
  const button = '<button class="primary" part="submit" type="button">Subscribe</button>';
  return `<div dir="ltr"><section part="base" class="receipt folded" id="receipt" aria-label="Your order"><header part="header"><h2>Your order</h2><p class="small muted">${escape(order.plan.name)}, ${order.interval}</p></header><dl>${lines.join('')}<div class="sum" part="total"><dt>Due today</dt><dd>${money(sum)}</dd></div></dl><footer part="footer"><p class="small muted">Renews every ${order.interval} until you cancel.</p>${button}<p class="note small muted">Cancel at any time.</p></footer></section><div class="bar"><button class="fold" type="button" aria-expanded="false" aria-controls="receipt"><span class="small muted">Due today</span><strong>${money(sum)}</strong></button>${button}</div><p class="hidden" aria-live="polite"></p></div>`;
}

const roots = { picker: mount('#picker', styles.picker), addOns: mount('#add-ons', styles.addOns), total: mount('#total', styles.total) };

function paint(): void {
  roots.picker.innerHTML = picker();
  roots.addOns.innerHTML = addOns();
  roots.total.innerHTML = receipt();
}

function choose(key: string, quantity: number): void {
  if (key === 'seats') order.seats = quantity;
  else order.addOns.set(key, quantity);
  paint();
}

function changed(event: Event): void {
  const input = event.target as HTMLInputElement;
  if (input.name === 'plan') order.plan = catalog.plans.find(({ id }) => id === input.value) ?? order.plan;
  if (input.name === 'interval') order.interval = input.value;
  const key = input.dataset.key ?? input.closest<HTMLElement>('[data-key]')?.dataset.key;
  if (key) choose(key, input.type === 'checkbox' ? Number(input.checked) : input.valueAsNumber);
  else paint();
}

function clicked(event: Event): void {
  const button = (event.target as Element).closest('.stepper button');
  const input = button?.parentElement?.querySelector('input');
  const key = button?.parentElement?.dataset.key;
  if (button && input && key) choose(key, input.valueAsNumber + (button.nextElementSibling ? -1 : 1));
}

paint();
for (const root of [roots.picker, roots.addOns]) {
  root.addEventListener('change', changed);
  root.addEventListener('click', clicked);
}
