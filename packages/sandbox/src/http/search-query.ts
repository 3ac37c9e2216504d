/**
 * Stripe's search query language (stripe.com/docs/search): `status:"active" AND metadata["plan"]:"pro" AND -created>1700000000`.
 *
 * Promise: a query is read whole or refused; reading it looks at no object.
 */
import { type ApiError, invalid } from './api-error.ts';

/** How a field may be asked: tokens whole, strings also by a part, numbers by their order. */
export type FieldKind = 'token' | 'string' | 'number';
export type SearchFields = Readonly<Record<string, FieldKind>>;
export type Operator = ':' | '~' | '>' | '<' | '>=' | '<=';

export interface Clause {
  readonly field: string;
  /** The key of `metadata["key"]`. */
  readonly key: string | null;
  readonly kind: FieldKind;
  readonly operator: Operator;
  /** Null asks for objects without the field. */
  readonly value: string | number | null;
  readonly negated: boolean;
}

export interface Query {
  readonly joined: 'and' | 'or';
  readonly clauses: readonly Clause[];
}

/** Stripe refuses longer queries. */
const mostClauses = 10;
/** The shortest part that `~` looks for, in characters. */
const shortestPart = 3;

const clausePattern =
  /^\s*(?<minus>-?)(?<field>[\w.]+)(?:\[(?<quote>["'])(?<key>(?:\\.|(?!\k<quote>).)*)\k<quote>\])?\s*(?<operator>>=|<=|[:~><])\s*(?:"(?<double>(?:\\.|[^"\\])*)"|'(?<single>(?:\\.|[^'\\])*)'|(?<bare>[^\s"']+))/u;
const joinPattern = /^\s+(?<word>AND|OR)(?=\s)|^\s+(?=\S)/iu;

const refuse = (message: string): ApiError => invalid(message, undefined, 'query');
const unescaped = (text: string): string => text.replaceAll(/\\(.)/gu, '$1');

interface Written {
  readonly minus?: string;
  readonly field?: string;
  readonly key?: string;
  readonly operator?: string;
  readonly double?: string;
  readonly single?: string;
  readonly bare?: string;
}

function kindOf(field: string, key: string | undefined, fields: SearchFields): FieldKind {
  if (field === 'metadata') {
    if (key === undefined) throw refuse('The field `metadata` needs a key: metadata["key"].');
    return 'string';
  }
  const kind = key === undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (!kind) throw refuse(`Field \`${field}\` is an unsupported search field for this resource.`);
  return kind;
}

/** The value as its field wants it, or the refusal of a value that it can not have. */
function valueOf({ double, single, bare }: Written, kind: FieldKind, field: string): string | number | null {
  const quoted = double ?? single;
  if (quoted === undefined && bare?.toLowerCase() === 'null') return null;
  const text = quoted === undefined ? (bare ?? '') : unescaped(quoted);
  if (kind !== 'number') {
    if (quoted === undefined) throw refuse(`The value of \`${field}\` has to be in quotes.`);
    return text;
  }
  if (!/^-?\d+(?:\.\d+)?$/u.test(text)) throw refuse(`The value of \`${field}\` has to be a number.`);
  return Number(text);
}

function demandOperator(operator: Operator, kind: FieldKind, value: Clause['value'], field: string): void {
  if (operator === ':') return;
  if (value === null) throw refuse('`null` can be asked for with `:` only.');
  if (operator === '~') {
    if (kind !== 'string') throw refuse(`Operator \`~\` is not supported for field \`${field}\`.`);
    if (String(value).length < shortestPart) throw refuse(`A part to look for has at least ${shortestPart} characters.`);
    return;
  }
  if (kind !== 'number') throw refuse(`Operator \`${operator}\` is not supported for field \`${field}\`.`);
}

function toClause(written: Written, fields: SearchFields): Clause {
  const { minus = '', field = '', key, operator = ':' } = written;
  const kind = kindOf(field, key, fields);
  const value = valueOf(written, kind, field);
  const compared = operator as Operator;
  demandOperator(compared, kind, value, field);
  return { field, key: key === undefined ? null : unescaped(key), kind, operator: compared, value, negated: minus === '-' };
}

/** Reads a query; clauses without a word between them are joined by `AND`. */
export function readQuery(text: string, fields: SearchFields): Query {
  const clauses: Clause[] = [];
  const words = new Set<string>();
  let rest = text;
  for (;;) {
    const match = clausePattern.exec(rest);
    if (!match?.groups) throw refuse('We were unable to parse your search query. Try using the format `metadata["key"]:"value"`.');
    clauses.push(toClause(match.groups, fields));
    rest = rest.slice(match[0].length);
    if (rest.trim() === '') break;
    const join = joinPattern.exec(rest);
    if (!join) throw refuse('We were unable to parse your search query. Clauses are joined by AND or OR.');
    words.add((join.groups?.word ?? 'AND').toUpperCase());
    rest = rest.slice(join[0].length);
  }
  if (words.size > 1) throw refuse('Search queries can not mix AND and OR.');
  if (clauses.length > mostClauses) throw refuse(`Search queries can have up to ${mostClauses} clauses.`);
  return { joined: words.has('OR') ? 'or' : 'and', clauses };
}

function compare(value: unknown, { kind, operator, value: asked }: Clause): boolean {
  if (value === undefined || value === null || value === '') return asked === null;
  if (asked === null) return false;
  if (kind === 'number') {
    const number = Number(value);
    const limit = Number(asked);
    if (operator === ':') return number === limit;
    if (operator === '>') return number > limit;
    if (operator === '<') return number < limit;
    return operator === '>=' ? number >= limit : number <= limit;
  }
  const [text, part] = [String(value).toLowerCase(), String(asked).toLowerCase()];
  return operator === '~' ? text.includes(part) : text === part;
}

type Json = Readonly<Record<string, unknown>>;

/** The attribute at `a.b.c`. */
export const attributeAt = (row: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? (at as Json)[name] : undefined), row);

/** Whether a row is what the query asks for; `locate` finds attributes that stand elsewhere than their search field says. */
export function matches(query: Query, row: object, locate: (row: object, field: string) => unknown = attributeAt): boolean {
  const fits = (clause: Clause): boolean => {
    const held = locate(row, clause.field);
    const value = clause.key === null ? held : attributeOf(held, clause.key);
    return compare(value, clause) !== clause.negated;
  };
  return query.joined === 'or' ? query.clauses.some(fits) : query.clauses.every(fits);
}

const attributeOf = (map: unknown, key: string): unknown =>
  typeof map === 'object' && map !== null && Object.hasOwn(map, key) ? (map as Json)[key] : undefined;
