/** Step webhook: `/v1/balance` and `/v1/balance_transactions`: what the account has at Stripe, after fees. */
import { type Call, found, type Offer } from '../http/api.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { passives, text } from '../http/read.ts';
import type { LedgerEntry } from '../objects/ledger.ts';
import type { World } from '../world.ts';

const filters = { ...listFields, created, currency: text, source: text, type: text, ...passives('payout') } as const;

/** The entry as of now: what was pending becomes available by itself. */
const asOfNow = (world: World, entry: LedgerEntry): LedgerEntry => ({
  ...entry,
  status: entry.available_on <= world.now() ? 'available' : 'pending',
});

function list({ world, params }: Call<typeof filters>): object {
  const rows = (params.source === undefined ? world.tables.ledger.all() : world.tables.ledger.of(params.source))
    .filter((row) => params.currency === undefined || row.currency === params.currency)
    .filter((row) => params.type === undefined || row.type === params.type)
    .filter((row) => isWithin(row.created, params.created))
    .map((row) => asOfNow(world, row));
  return pageOf(rows, params, '/v1/balance_transactions');
}

/** Sums of one status by currency; US dollars are always there. */
function sums(entries: readonly LedgerEntry[], status: LedgerEntry['status']): object[] {
  const totals = new Map([['usd', 0]]);
  for (const { currency, net, status: is } of entries) if (is === status) totals.set(currency, (totals.get(currency) ?? 0) + net);
  return [...totals].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
}

function balance({ world }: Call<Record<never, never>>): object {
  const entries = world.tables.ledger.all().map((row) => asOfNow(world, row));
  return { object: 'balance', available: sums(entries, 'available'), livemode: false, pending: sums(entries, 'pending') };
}

export function balanceTransactions(offer: Offer): void {
  offer('get', '/balance', { fields: {}, run: balance });
  offer('get', '/balance_transactions', { fields: filters, run: list });
  offer('get', '/balance_transactions/:id', {
    fields: {},
    run: ({ world, id }) => asOfNow(world, found(world.tables.ledger.get(id), 'balance transaction', id)),
  });
}
