/**
 * Step panel: what a customer does in the portal, said in the sandbox's own API.
 *
 * Promise: the portal can do nothing that the API cannot do, and nothing that its configuration does not allow.
 */
import { ApiError, type ErrorBody, invalid } from '../http/api-error.ts';
import type { PortalConfiguration, PortalSession } from '../objects/portal.ts';
import type { Subscription, SubscriptionItem } from '../objects/subscription.ts';
import { amountOf } from '../money/price-amount.ts';
import type { Price } from '../objects/catalog.ts';
import type { World } from '../world.ts';
import { createCard } from '../billing/payment-methods.ts';
import { isEnded } from '../billing/subscription-payment.ts';
import { codeTyped } from '../resources/promotion-codes.ts';
import { parseExpiry } from './checkout-routes.ts';

export type Fields = Readonly<Record<string, string>>;
type Params = Readonly<Record<string, string | undefined>>;

/** Calls the sandbox's API with a secret key. */
export type CallApi = (method: 'POST' | 'DELETE', path: string, params: Params) => Promise<unknown>;

export function createCaller(fetchApi: (request: Request) => Response | Promise<Response>): CallApi {
  return async (method, path, params) => {
    const given = Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    const encoded = new URLSearchParams(given).toString();
    const headers = { authorization: 'Bearer sk_test_portal', 'content-type': 'application/x-www-form-urlencoded' };
    const url = `http://sandbox.localhost/v1${path}`;
    const isPost = method === 'POST';
    const request = new Request(isPost ? url : `${url}?${encoded}`, { method, headers, ...(isPost && { body: encoded }) });
    const response = await fetchApi(request);
    const body: unknown = await response.json();
    if (response.ok) return body;
    throw new ApiError(response.status, (body as { error: ErrorBody }).error);
  };
}

export interface Visit {
  readonly world: World;
  readonly session: PortalSession;
  readonly configuration: PortalConfiguration;
  readonly call: CallApi;
}

/** The visitor's own subscription that a form names. */
export function ownSubscription({ world, session }: Visit, id: string | undefined): Subscription {
  const subscription = world.tables.subscriptions.get(id ?? '');
  if (!subscription || subscription.customer !== session.customer || isEnded(subscription)) {
    throw invalid('This subscription is not yours, or it has ended.', 'resource_missing', 'subscription');
  }
  return subscription;
}

const refused = (): ApiError => invalid('This is not offered here.');

async function cancel(visit: Visit, fields: Fields): Promise<void> {
  const { subscription_cancel: rules } = visit.configuration.features;
  if (!rules.enabled) throw refused();
  const { id } = ownSubscription(visit, fields.subscription);
  const said = {
    'cancellation_details[feedback]': fields.feedback || undefined,
    'cancellation_details[comment]': fields.comment || undefined,
  };
  if (rules.mode === 'at_period_end') {
    await visit.call('POST', `/subscriptions/${id}`, { cancel_at_period_end: 'true', ...said });
    return;
  }
  const prorate = String(rules.proration_behavior !== 'none');
  const invoice_now = String(rules.proration_behavior === 'always_invoice');
  await visit.call('DELETE', `/subscriptions/${id}`, { prorate, invoice_now, ...said });
}

/** Stays for the coupon that the shop has offered. */
async function stay(visit: Visit, fields: Fields): Promise<void> {
  const offer = visit.session.flow?.subscription_cancel?.retention?.coupon_offer;
  if (!offer) throw refused();
  const { id } = ownSubscription(visit, fields.subscription);
  await visit.call('POST', `/subscriptions/${id}`, { 'discounts[0][coupon]': offer.coupon });
}

/** The discounts of a prepared change, or of a promotion code that was typed. */
function discountsOf({ world, session, configuration }: Visit, code: string | undefined): Params {
  const prepared = session.flow?.subscription_update_confirm?.discounts?.[0];
  if (prepared) {
    return { 'discounts[0][coupon]': prepared.coupon ?? undefined, 'discounts[0][promotion_code]': prepared.promotion_code ?? undefined };
  }
  if (!code || !configuration.features.subscription_update.default_allowed_updates.includes('promotion_code')) return {};
  const known = codeTyped(world, code, session.customer);
  if (!known) throw invalid('This code is invalid.', 'resource_missing', 'promotion_code');
  return { 'discounts[0][promotion_code]': known.id };
}

async function undoCancel(visit: Visit, fields: Fields): Promise<void> {
  const { id } = ownSubscription(visit, fields.subscription);
  await visit.call('POST', `/subscriptions/${id}`, { cancel_at_period_end: 'false' });
}

async function pause(visit: Visit, fields: Fields): Promise<void> {
  if (!visit.configuration.features.subscription_pause.enabled) throw refused();
  const { id } = ownSubscription(visit, fields.subscription);
  await visit.call('POST', `/subscriptions/${id}/pause`, { type: 'subscription' });
}

async function resume(visit: Visit, fields: Fields): Promise<void> {
  const { id } = ownSubscription(visit, fields.subscription);
  await visit.call('POST', `/subscriptions/${id}/resume`, {});
}

/** Which price and how many a visitor has chosen, within what the configuration offers. */
export function chosen(visit: Visit, { items }: Subscription, fields: Fields): { item: SubscriptionItem; price: Price; quantity: number } {
  const { products, default_allowed_updates: allowed } = visit.configuration.features.subscription_update;
  const item = items.data.find(({ id }) => id === fields.item) ?? items.data[0];
  const price = visit.world.tables.prices.get(fields.price ?? '') ?? item?.price;
  if (!item || !price) throw refused();
  const offered = (products ?? []).find(({ prices }) => prices.includes(price.id));
  if (price.id !== item.price.id && !(allowed.includes('price') && offered)) throw refused();
  const before = item.quantity ?? 1;
  const quantity = fields.quantity ? Number(fields.quantity) : before;
  const { enabled = true, minimum = 1, maximum = null } = offered?.adjustable_quantity ?? {};
  const mayCount = allowed.includes('quantity') && enabled;
  if (!Number.isSafeInteger(quantity) || (quantity !== before && (!mayCount || quantity < minimum || quantity > (maximum ?? Infinity)))) {
    throw invalid('This quantity is not offered.', undefined, 'quantity');
  }
  return { item, price, quantity };
}

const days = { day: 1, week: 7, month: 30, year: 365 } as const;
const lengthOf = ({ recurring }: Price): number => (recurring ? days[recurring.interval] * recurring.interval_count : 0);

/** Whether the configuration wants this change to wait for the end of the period. */
function waits({ configuration }: Visit, { currency }: Subscription, { item, price, quantity }: ReturnType<typeof chosen>): boolean {
  const types = configuration.features.subscription_update.schedule_at_period_end.conditions.map(({ type }) => type);
  const cheaper = amountOf(price, currency, quantity) < amountOf(item.price, currency, item.quantity ?? 1);
  return (
    (types.includes('decreasing_item_amount') && cheaper) ||
    (types.includes('shortening_interval') && lengthOf(price) < lengthOf(item.price))
  );
}

const phaseItems = (phase: number, items: readonly { price: string; quantity: number }[]): Params =>
  Object.fromEntries(
    items.flatMap(({ price, quantity }, position) => [
      [`phases[${phase}][items][${position}][price]`, price],
      [`phases[${phase}][items][${position}][quantity]`, String(quantity)],
    ]),
  );

/** The subscription's own discounts, which a phase that does not name them would take away. */
const phaseDiscounts = (phase: number, discounts: readonly string[]): Record<string, string> =>
  Object.fromEntries(discounts.map((id, position) => [`phases[${phase}][discounts][${position}][discount]`, id]));

async function scheduleChange({ call }: Visit, { id, items, discounts }: Subscription, choice: ReturnType<typeof chosen>): Promise<void> {
  const schedule = (await call('POST', '/subscription_schedules', { from_subscription: id })) as {
    readonly id: string;
    readonly current_phase: { readonly start_date: number; readonly end_date: number };
  };
  const now = items.data.map(({ price, quantity }) => ({ price: price.id, quantity: quantity ?? 1 }));
  const later = items.data.map((item, position) =>
    item.id === choice.item.id ? { price: choice.price.id, quantity: choice.quantity } : (now[position] ?? { price: '', quantity: 1 }),
  );
  await call('POST', `/subscription_schedules/${schedule.id}`, {
    end_behavior: 'release',
    'phases[0][start_date]': String(schedule.current_phase.start_date),
    'phases[0][end_date]': String(schedule.current_phase.end_date),
    ...phaseItems(0, now),
    ...phaseDiscounts(0, discounts),
    'phases[1][duration][interval]': choice.price.recurring?.interval,
    'phases[1][duration][interval_count]': String(choice.price.recurring?.interval_count ?? 1),
    ...phaseItems(1, later),
    ...phaseDiscounts(1, discounts),
  });
}

async function update(visit: Visit, fields: Fields): Promise<void> {
  const { subscription_update: rules } = visit.configuration.features;
  if (!rules.enabled) throw refused();
  const subscription = ownSubscription(visit, fields.subscription);
  const choice = chosen(visit, subscription, fields);
  if (waits(visit, subscription, choice)) {
    await scheduleChange(visit, subscription, choice);
    return;
  }
  await visit.call('POST', `/subscriptions/${subscription.id}`, {
    'items[0][id]': choice.item.id,
    'items[0][price]': choice.price.id,
    'items[0][quantity]': String(choice.quantity),
    proration_behavior: rules.proration_behavior,
    ...discountsOf(visit, fields.promotion_code),
    'billing_cycle_anchor[type]': rules.billing_cycle_anchor ?? undefined,
    trial_end: subscription.status === 'trialing' && rules.trial_update_behavior === 'end_trial' ? 'now' : undefined,
  });
}

/** A new card becomes the default, also where a subscription has one of its own. */
async function addCard(visit: Visit, fields: Fields): Promise<void> {
  if (!visit.configuration.features.payment_method_update.enabled) throw refused();
  const { world, session, call } = visit;
  if (!/^\d{3,4}$/u.test(fields.cvc ?? '')) throw invalid("Your card's security code is incomplete.", 'incorrect_cvc', 'cvc');
  const { name } = fields;
  const card = world.request({ id: null, idempotency_key: null }, () =>
    createCard(world, { number: fields.number ?? '', ...parseExpiry(fields.expiry ?? '') }, { name: name || null }),
  );
  await call('POST', `/payment_methods/${card.id}/attach`, { customer: session.customer });
  await call('POST', `/customers/${session.customer}`, { 'invoice_settings[default_payment_method]': card.id });
  const own = world.tables.subscriptions.of(session.customer).filter((row) => !isEnded(row) && row.default_payment_method !== null);
  for (const { id } of own) await call('POST', `/subscriptions/${id}`, { default_payment_method: card.id });
}

const parts = ['line1', 'line2', 'city', 'state', 'postal_code', 'country'] as const;

async function saveCustomer({ configuration, session, call }: Visit, fields: Fields): Promise<void> {
  const { enabled, allowed_updates } = configuration.features.customer_update;
  if (!enabled) throw refused();
  const plain = (['name', 'email', 'phone'] as const).filter((name) => allowed_updates.includes(name));
  const address = allowed_updates.includes('address') ? parts.map((part) => [`address[${part}]`, fields[part] ?? '']) : [];
  await call('POST', `/customers/${session.customer}`, {
    ...Object.fromEntries(plain.map((name) => [name, fields[name] ?? ''])),
    ...Object.fromEntries(address),
  });
  const wantsTaxId = allowed_updates.includes('tax_id') && fields.tax_id_type && fields.tax_id_value;
  if (wantsTaxId) await call('POST', `/customers/${session.customer}/tax_ids`, { type: fields.tax_id_type, value: fields.tax_id_value });
}

/** What can be sent to the portal, by the last part of its address. */
export const portalActions: Readonly<Record<string, (visit: Visit, fields: Fields) => Promise<void>>> = {
  cancel,
  stay,
  'undo-cancel': undoCancel,
  pause,
  resume,
  update,
  'payment-method': addCard,
  customer: saveCustomer,
};
