/**
 * Lists: newest first, `limit` 1 to 100, cursors exclusive (stripe.com/docs/api/pagination).
 */
import type { Row } from '../store/table.ts';
import { invalid, missingReference } from './api-error.ts';
import { either, integer, type Params, type Reader, shape, text } from './read.ts';

const bounds = shape({ gt: integer, gte: integer, lt: integer, lte: integer });
type Bounds = Params<{ gt: Reader<number>; gte: Reader<number>; lt: Reader<number>; lte: Reader<number> }>;

/** The parameters that every list takes. */
export const listFields = { limit: integer, starting_after: text, ending_before: text } as const;
/** The filter `created`, a second or a range. */
export const created: Reader<number | Bounds> = either(integer, bounds);

export const isWithin = (seconds: number, filter: number | Bounds | undefined): boolean => {
  if (filter === undefined) return true;
  if (typeof filter === 'number') return seconds === filter;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = filter;
  return seconds > gt && seconds >= gte && seconds < lt && seconds <= lte;
};

export interface Page {
  readonly limit?: number;
  readonly starting_after?: string;
  readonly ending_before?: string;
}

export interface ListJson<T> {
  readonly object: 'list';
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly url: string;
}

function positionOf(rows: readonly Row[], id: string, param: string): number {
  const position = rows.findIndex((row) => row.id === id);
  if (position < 0) throw missingReference(rows[0]?.object ?? 'object', id, param);
  return position;
}

/** One page of `rows`, which are newest first. */
export function pageOf<T extends Row>(rows: readonly T[], { limit = 10, starting_after, ending_before }: Page, url: string): ListJson<T> {
  if (limit < 1 || limit > 100) throw invalid('Invalid limit: must be between 1 and 100', 'parameter_invalid_integer', 'limit');
  if (starting_after !== undefined && ending_before !== undefined) {
    throw invalid('You may only specify one of these parameters: starting_after, ending_before.', 'parameters_exclusive', 'starting_after');
  }
  if (ending_before !== undefined) {
    const end = positionOf(rows, ending_before, 'ending_before');
    return { object: 'list', data: rows.slice(Math.max(0, end - limit), end), has_more: end > limit, url };
  }
  const start = starting_after === undefined ? 0 : positionOf(rows, starting_after, 'starting_after') + 1;
  return { object: 'list', data: rows.slice(start, start + limit), has_more: rows.length > start + limit, url };
}
