/**
 * How a stored object is shown: embedded prices as they are now, `plan` beside `price`, hidden attributes left out.
 *
 * Promise: what Stripe shows only when it is expanded is shown only when it is expanded.
 */
import type { Price } from '../objects/catalog.ts';
import type { Customer } from '../objects/customer.ts';
import type { Invoice } from '../objects/invoice.ts';
import { isMetered } from '../objects/meter.ts';
import type { SubscriptionItem } from '../objects/subscription.ts';
import { memory } from '../objects/memory.ts';
import type { Tables } from '../store/tables.ts';
import type { Row } from '../store/table.ts';
import { findById } from '../store/tables.ts';
import { invalid } from './api-error.ts';
import type { SearchResult } from './search.ts';

type Json = Record<string, unknown>;

/** The old name of a recurring price, still part of subscription items. */
function planOf(price: Price): object | null {
  if (!price.recurring) return null;
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    ...price.recurring,
    livemode: false,
    metadata: price.metadata,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: price.tiers_mode,
    transform_usage: price.transform_quantity,
  };
}

/** Attributes that are there only when asked for, by object. */
const hidden: Readonly<Record<string, readonly string[]>> = {
  price: ['currency_options', 'tiers'],
  coupon: ['applies_to', 'currency_options'],
  'checkout.session': ['line_items'],
};

/** Attributes that some have and some have not; to ask for what is not there is no fault. */
const sometimes: Readonly<Record<string, readonly string[]>> = {
  charge: ['transfer'],
  customer: ['test_clock'],
  product: ['default_price', 'tax_code'],
  refund: ['failure_balance_transaction'],
};

/** A list that is there when it is asked for, and has nothing in it here. */
const emptyList =
  (path: (id: string) => string) =>
  (_tables: Tables, { id }: Row) => ({
    object: 'list',
    data: [],
    has_more: false,
    url: path(id),
  });

/** Attributes that are made only when asked for. */
const made: Readonly<Record<string, Readonly<Record<string, (tables: Tables, row: Row) => unknown>>>> = {
  invoice: {
    payments: (tables, { id }) => ({
      object: 'list',
      data: tables.invoicePayments.of(id),
      has_more: false,
      url: `/v1/invoice_payments?invoice=${id}`,
    }),
    confirmation_secret: (tables, row) => {
      const intent = tables.paymentIntents.get((row as Invoice)[memory].paymentIntent ?? '');
      return intent ? { client_secret: intent.client_secret, type: 'payment_intent' } : null;
    },
  },
  charge: {
    refunds: (tables, { id }) => ({ object: 'list', data: tables.refunds.of(id), has_more: false, url: `/v1/charges/${id}/refunds` }),
  },
  customer: {
    tax: (_tables, row) => {
      const { address } = row as Customer;
      return {
        automatic_tax: address?.country ? 'supported' : 'unrecognized_location',
        ip_address: null,
        location: address?.country ? { country: address.country, source: 'billing_address', state: address.state } : null,
        provider: 'stripe',
      };
    },
    sources: emptyList((id) => `/v1/customers/${id}/sources`),
    tax_ids: (tables, { id }) => ({
      object: 'list',
      data: tables.taxIds.of(id),
      has_more: false,
      url: `/v1/customers/${id}/tax_ids`,
    }),
    subscriptions: (tables, { id }) => ({
      object: 'list',
      data: tables.subscriptions.of(id).filter(({ status }) => status !== 'canceled' && status !== 'incomplete_expired'),
      has_more: false,
      url: `/v1/customers/${id}/subscriptions`,
    }),
  },
};

const isRow = (value: object): value is Row => 'object' in value && typeof value.object === 'string' && 'id' in value;

/** The row as it is now: prices that are embedded in other objects follow their later updates. */
const current = (tables: Tables, value: object): object =>
  isRow(value) && value.object === 'price' ? (tables.prices.get(value.id) ?? value) : value;

/** Subscriptions and invoices live by the test clock of their customer. */
const testClockOfOwner = (tables: Tables, customer: unknown): string | null =>
  typeof customer === 'string' ? (tables.customers.get(customer)?.test_clock ?? null) : null;

const items: ReadonlySet<string> = new Set(['subscription_item', 'schedule_item']);

/** Whether it is an item, of a subscription or of a phase, of what is paid by use: that has no number. */
function isCounted(tables: Tables, row: object): boolean {
  if (isRow(row) && row.object === 'subscription_item') return isMetered(row as SubscriptionItem);
  const price = 'plan' in row && 'price' in row && typeof row.price === 'string' ? tables.prices.get(row.price) : undefined;
  return price !== undefined && isMetered({ price });
}

/** Of a list of lines, what is shown with the object that it belongs to. */
export const shownInList = 10;
const lists: ReadonlySet<string> = new Set(['lines', 'line_items']);

function firstLines(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('data' in value) || !Array.isArray(value.data) || value.data.length <= shownInList)
    return value;
  return { ...value, data: value.data.slice(0, shownInList), has_more: true };
}

/** Everything that is answered goes through here: attributes are walked once, and plain values are taken as they are. */
function showAttributes(tables: Tables, row: object): Json {
  const kind = isRow(row) ? row.object : '';
  const concealed = hidden[kind];
  const shown: Json = {};
  for (const name of Object.keys(row)) {
    const value: unknown = row[name as keyof typeof row];
    if (value === undefined || concealed?.includes(name)) continue;
    if (name === 'quantity' && isCounted(tables, row)) continue;
    if (name === 'test_clock' && 'customer' in row) shown[name] = testClockOfOwner(tables, row.customer);
    else if (lists.has(name)) shown[name] = showValue(tables, firstLines(value));
    else shown[name] = showValue(tables, value);
    if (name === 'price' && items.has(kind)) shown.plan = planOf(tables.prices.get((value as Price).id) ?? (value as Price));
  }
  return shown;
}

const showValue = (tables: Tables, value: unknown): unknown =>
  typeof value === 'object' && value !== null ? showObject(tables, value) : value;

function showObject(tables: Tables, value: object): unknown {
  return Array.isArray(value) ? value.map((entry) => showValue(tables, entry)) : showAttributes(tables, current(tables, value));
}

/** The object as plain JSON, nothing expanded. */
export const render = (tables: Tables, row: object): Json => showAttributes(tables, row);

function expandInto(tables: Tables, shown: unknown, path: readonly string[], asked: string): void {
  if (Array.isArray(shown)) {
    for (const entry of shown) expandInto(tables, entry, path, asked);
    return;
  }
  const [name, ...rest] = path;
  if (name === undefined || typeof shown !== 'object' || shown === null) return;
  const at = shown as Json;
  if (at.deleted === true) return; // nothing is left of it but its id
  const found = expanded(tables, at, name, asked);
  if (found !== undefined) at[name] = found;
  expandInto(tables, at[name], rest, asked);
}

/** One of several ids, such as those of a subscription's discounts. */
function expandedEntry(tables: Tables, entry: unknown): unknown {
  const row = typeof entry === 'string' ? findById(tables, entry) : undefined;
  return row ? render(tables, row) : entry;
}

function expanded(tables: Tables, at: Json, name: string, asked: string): unknown {
  const value = at[name];
  if (typeof value === 'string') {
    const row = findById(tables, value);
    if (row) return render(tables, row);
  }
  if (Array.isArray(value)) return value.map((entry: unknown) => expandedEntry(tables, entry));
  if (typeof value === 'object') return value;
  const revealed = typeof at.object === 'string' && typeof at.id === 'string' ? reveal(tables, at.object, at.id, name) : undefined;
  // a promotion code's restrictions have amounts by currency only where there is a minimum
  const mayLack =
    asked.endsWith('restrictions.currency_options') ||
    (typeof at.object === 'string' && [...(hidden[at.object] ?? []), ...(sometimes[at.object] ?? [])].includes(name));
  if (revealed === undefined && !mayLack) throw invalid(`This property cannot be expanded (${asked}).`, undefined, 'expand');
  return revealed;
}

function reveal(tables: Tables, object: string, id: string, name: string): unknown {
  const row = findById(tables, id);
  if (!row) return undefined;
  const make = made[object]?.[name];
  if (make) return showValue(tables, make(tables, row));
  if (hidden[object]?.includes(name)) return showValue(tables, firstLines((row as unknown as Json)[name]));
  return undefined;
}

/** Shows `row` with the attributes at `paths` expanded, at most four levels deep (stripe.com/docs/api/expanding_objects). */
export function renderExpanded(tables: Tables, row: object, paths: readonly string[]): Json {
  const shown = render(tables, row);
  for (const path of paths) {
    if (path === 'total_count' && memory in row && shown.object === 'search_result') {
      shown.total_count = (row as SearchResult)[memory].total;
      continue;
    }
    const names = path.split('.');
    if (names.length > 4) throw invalid('You cannot expand more than 4 levels of a property.', undefined, 'expand');
    expandInto(tables, shown, names, path);
  }
  return shown;
}
