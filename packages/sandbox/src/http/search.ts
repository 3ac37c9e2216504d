/**
 * Pages of a search (stripe.com/docs/api/pagination/search): `limit` 1 to 100, an opaque `page`, `total_count` only when expanded.
 *
 * Promise: unlike Stripe's, whose index is about a minute behind, a search finds what was written just now.
 */
import { memory } from '../objects/memory.ts';
import type { Row } from '../store/table.ts';
import { invalid } from './api-error.ts';
import { integer, type Params, required, text } from './read.ts';

/** The parameters that every search takes. */
export const searchFields = { query: required(text), limit: integer, page: text } as const;

export interface SearchResult {
  readonly object: 'search_result';
  readonly data: readonly Row[];
  readonly has_more: boolean;
  readonly next_page: string | null;
  readonly url: string;
  readonly [memory]: { readonly total: number };
}

const tokenOf = (start: number): string => Buffer.from(`from ${start}`).toString('base64url');

function startOf(page: string | undefined): number {
  if (page === undefined) return 0;
  const [, start] = /^from (\d+)$/u.exec(Buffer.from(page, 'base64url').toString()) ?? [];
  if (start === undefined) throw invalid(`Invalid page: ${page}`, undefined, 'page');
  return Number(start);
}

/** One page of what a search has found, newest first. */
export function searchPage(
  rows: readonly Row[],
  { limit = 10, page }: Omit<Params<typeof searchFields>, 'query'>,
  url: string,
): SearchResult {
  if (limit < 1 || limit > 100) throw invalid('Invalid limit: must be between 1 and 100', 'parameter_invalid_integer', 'limit');
  const start = startOf(page);
  const end = start + limit;
  const has_more = rows.length > end;
  const next_page = has_more ? tokenOf(end) : null;
  return { object: 'search_result', data: rows.slice(start, end), has_more, next_page, url, [memory]: { total: rows.length } };
}
