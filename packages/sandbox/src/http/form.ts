/**
 * `application/x-www-form-urlencoded` as Stripe reads it: `items[0][price]=…` becomes a tree of texts.
 */
import { invalid } from './api-error.ts';

export type Form = string | readonly Form[] | { readonly [name: string]: Form };
export type FormFields = { readonly [name: string]: Form };

interface Branch {
  [name: string]: string | Branch;
}

function keysOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/u.exec(name);
  if (!match) throw invalid(`Invalid parameter name: ${name}`, 'parameter_unknown', name);
  const [, first = '', rest = ''] = match;
  return [first, ...[...rest.matchAll(/\[([^[\]]*)\]/gu)].map(([, key = '']) => key)];
}

function plant(root: Branch, keys: readonly string[], value: string): void {
  let at = root;
  for (const [depth, given] of keys.entries()) {
    const key = given === '' ? String(Object.keys(at).length) : given;
    if (depth === keys.length - 1) {
      at[key] = value;
      return;
    }
    const below = at[key];
    const next: Branch = typeof below === 'object' ? below : Object.create(null);
    at[key] = next;
    at = next;
  }
}

function toForm(branch: string | Branch): Form {
  if (typeof branch === 'string') return branch;
  const names = Object.keys(branch);
  const isList = names.length > 0 && names.every((name, position) => name === String(position));
  if (isList) return Object.values(branch).map(toForm);
  return Object.fromEntries(Object.entries(branch).map(([name, value]) => [name, toForm(value)]));
}

/** Decodes a query or a body; numeric keys from 0 upwards make lists, everything else a map. */
export function decodeForm(encoded: string): FormFields {
  const root: Branch = Object.create(null);
  for (const [name, value] of new URLSearchParams(encoded)) plant(root, keysOf(name), value);
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, toForm(value)]));
}
