/**
 * Step 6, subscription: what everything that somebody has paid for lets them use, together.
 *
 * Promise: pure and total; what is bought twice counts twice, the order does not matter, and nothing is more than
 * "unlimited".
 */

/** How much of something; `unlimited` for as much as one likes. */
export type Limit = number | 'unlimited';

/** What the catalog's `grants` give by a name: the name alone, or so much of it. */
export type Grant = true | Limit | { readonly perSeat: number };

/** `grants` of the catalog: a list of names, or names with what each gives. */
export type Grants = readonly string[] | Readonly<Record<string, Grant>>;

/** Something that was paid for. */
export interface Holding {
  readonly grants: Grants;
  /** Seats of a plan; units of an add-on or a product. */
  readonly quantity: number;
  /** A plan gives a number once, and one that it gives for each seat so often; add-ons and products give it for each unit. */
  readonly kind: 'plan' | 'add_on' | 'product';
}

export interface Allowance {
  /** Names of what may be used, sorted; a limit above zero is among them. */
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, Limit>>;
}

/** The names in `grants` with what each gives. */
export const grantEntries = (grants: Grants): readonly (readonly [name: string, grant: Grant])[] =>
  isList(grants) ? grants.map((name) => [name, true] as const) : Object.entries(grants);

/** Everything that several holdings give together. */
export function allowanceOf(holdings: readonly Holding[]): Allowance {
  const features = new Set<string>();
  const limits = new Map<string, Limit>();
  for (const { grants, quantity, kind } of holdings) {
    if (quantity <= 0) continue;
    for (const [name, grant] of grantEntries(grants)) {
      if (grant === true) features.add(name);
      else limits.set(name, sum(limits.get(name) ?? 0, limitOf(grant, quantity, kind)));
    }
  }
  for (const [name, limit] of limits) if (limit !== 0) features.add(name);
  const sorted = [...limits].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { features: [...features].toSorted(), limits: Object.fromEntries(sorted) };
}

function limitOf(grant: Exclude<Grant, true>, quantity: number, kind: Holding['kind']): Limit {
  if (grant === 'unlimited') return grant;
  if (typeof grant === 'object') return grant.perSeat * quantity;
  return kind === 'plan' ? grant : grant * quantity;
}

const sum = (a: Limit, b: Limit): Limit => (a === 'unlimited' || b === 'unlimited' ? 'unlimited' : a + b);

const isList = (grants: Grants): grants is readonly string[] => Array.isArray(grants);
