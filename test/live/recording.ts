/**
 * What was answered, without what differs from run to run.
 *
 * Promise: two recordings of the same calls are equal but for what the two sides really do differently; neither keys nor
 * secrets nor ids are in them.
 */
import type { Exchange } from '@tillkit/sandbox';

export interface RecordedCall {
  /** As `POST /v1/customers/…/balance_transactions`, ids left out. */
  readonly call: string;
  readonly status: number;
  readonly body: unknown;
}

export interface Recording {
  readonly section: string;
  readonly calls: readonly RecordedCall[];
}

/** Where two recordings differ. */
export interface Difference {
  readonly call: string;
  readonly attribute: string;
  readonly recorded: unknown;
  readonly now: unknown;
}

const idPattern = /\b([a-z]{2,}(?:_[a-z]+)*)_[A-Za-z0-9]{8,}(?:_secret_\w+)?/gu;
const moments = /created$|_at$|_start$|_end$|^start$|^end$|_date$|_until$|_anchor$|_time$|^timestamp$|^updated$|^created|^period/u;
/** Attributes that say something of the account or of chance, never of a rule. */
const byChance = new Set([
  'fingerprint',
  'invoice_prefix',
  'request_log_url',
  'risk_score',
  'number',
  'receipt_number',
  'account_name',
  'account_country',
  'latency_ms',
  'idempotency_key',
]);

function plainText(text: string, unique: string): string {
  if (/^https?:/u.test(text)) return '<url>';
  return text.replaceAll(unique, '<unique>').replaceAll(unique.toLowerCase(), '<unique>').replaceAll(idPattern, '$1_…');
}

function plain(value: unknown, name: string, unique: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => plain(entry, name, unique));
  if (typeof value === 'string') return byChance.has(name) ? '<chance>' : plainText(value, unique);
  if (typeof value === 'number') return byChance.has(name) ? '<chance>' : value > 1_000_000_000 && moments.test(name) ? '<moment>' : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [plainText(key, unique), plain(held, key, unique)]));
}

/** A section's calls as they are kept. */
export function record(section: string, exchanges: readonly Exchange[], unique: string): Recording {
  return {
    section,
    calls: exchanges.map(({ method, path, status, body }) => ({
      call: `${method} ${plainText(path, unique)}`,
      status,
      body: plain(body, '', unique),
    })),
  };
}

type Found = Omit<Difference, 'call'>;

function differingValues(recorded: unknown, now: unknown, attribute: string): Found[] {
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isObject(recorded) || !isObject(now)) return Object.is(recorded, now) ? [] : [{ attribute, recorded, now }];
  const names = new Set([...Object.keys(recorded), ...Object.keys(now)]);
  return [...names].flatMap((name) => differingValues(recorded[name], now[name], attribute === '' ? name : `${attribute}.${name}`));
}

/** Where `now` is not what was recorded, call by call. */
export function differences(recorded: Recording, now: Recording): Difference[] {
  const count = Math.max(recorded.calls.length, now.calls.length);
  return Array.from({ length: count }, (_, position) => [recorded.calls[position], now.calls[position]] as const).flatMap(
    ([before, after]) => {
      const call = before?.call ?? after?.call ?? '';
      if (!before || !after || before.call !== after.call) {
        return [{ call, attribute: '(call)', recorded: before?.call ?? null, now: after?.call ?? null }];
      }
      return [...differingValues(before.status, after.status, '(status)'), ...differingValues(before.body, after.body, '')].map(
        (found) => ({ call, ...found }),
      );
    },
  );
}

const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
};

export const toLine = ({ call, attribute, recorded, now }: Difference): string =>
  `${call} ${attribute}: Stripe ${shown(recorded)}, sandbox ${shown(now)}`;
