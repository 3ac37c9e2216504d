/** Steps catalog to panel: `/v1/…/search` of the seven resources that Stripe lets one search (stripe.com/docs/search). */
import type { Offer } from '../http/api.ts';
import { searchFields, searchPage } from '../http/search.ts';
import { attributeAt, matches, readQuery, type SearchFields } from '../http/search-query.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { TableName } from '../store/tables.ts';

interface Searched {
  readonly path: string;
  readonly table: TableName;
  readonly fields: SearchFields;
  /** Finds what stands elsewhere than its field says. */
  readonly locate?: (row: object, field: string) => unknown;
}

const card = Object.fromEntries(
  ['brand', 'exp_month', 'exp_year', 'fingerprint', 'last4'].map((name) => [`payment_method_details.card.${name}`, 'token' as const]),
);

function locateInvoice(row: object, field: string): unknown {
  const invoice = row as Invoice;
  if (field === 'subscription') return invoice.parent?.subscription_details?.subscription;
  if (field.startsWith('last_finalization_error_')) return attributeAt(row, `last_finalization_error.${field.slice(24)}`);
  return attributeAt(row, field);
}

const searched: readonly Searched[] = [
  {
    path: '/customers',
    table: 'customers',
    fields: { created: 'number', email: 'string', name: 'string', phone: 'string' },
  },
  {
    path: '/products',
    table: 'products',
    fields: { active: 'token', created: 'number', description: 'string', name: 'string', shippable: 'token', url: 'string' },
  },
  {
    path: '/prices',
    table: 'prices',
    fields: {
      active: 'token',
      billing_scheme: 'token',
      created: 'number',
      currency: 'token',
      lookup_key: 'string',
      product: 'token',
      type: 'token',
    },
  },
  { path: '/subscriptions', table: 'subscriptions', fields: { canceled_at: 'number', created: 'number', status: 'token' } },
  {
    path: '/invoices',
    table: 'invoices',
    fields: {
      created: 'number',
      currency: 'token',
      customer: 'token',
      last_finalization_error_code: 'token',
      last_finalization_error_type: 'token',
      number: 'string',
      receipt_number: 'string',
      status: 'token',
      subscription: 'token',
      total: 'number',
    },
    locate: locateInvoice,
  },
  {
    path: '/payment_intents',
    table: 'paymentIntents',
    fields: { amount: 'number', created: 'number', currency: 'token', customer: 'token', status: 'token' },
  },
  {
    path: '/charges',
    table: 'charges',
    fields: {
      amount: 'number',
      'billing_details.address.postal_code': 'token',
      created: 'number',
      currency: 'token',
      customer: 'token',
      disputed: 'token',
      refunded: 'token',
      status: 'token',
      ...card,
    },
  },
];

/** To be offered before the resources themselves: `search` would be taken for an id. */
export function searches(offer: Offer): void {
  for (const { path, table, fields, locate } of searched) {
    offer('get', `${path}/search`, {
      fields: searchFields,
      run: ({ world, params: { query, ...page } }) => {
        const asked = readQuery(query, fields);
        const rows = world.tables[table].all().filter((row) => matches(asked, row, locate));
        return searchPage(rows, page, `/v1${path}/search`);
      },
    });
  }
}
