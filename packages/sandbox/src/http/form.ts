/**
 * `application/x-www-form-urlencoded` as Stripe reads it: `items[0][price]=…` becomes a tree of texts.
 */
import { invalid } from './api-error.ts';

export type Form = string | readonly Form[] | { readonly [name: string]: Form };
export type FormFields = { readonly [name: string]: Form };

type Branch = Map<string, string | Branch>;

/** Deeper than anything of Stripe's. */
const deepest = 16;

function keysOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/u.exec(name);
  if (!match) throw invalid(`Invalid parameter name: ${name}`, 'parameter_unknown', name);
  const [, first = '', rest = ''] = match;
  const keys = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/gu)].map(([, key = '']) => key)];
  if (keys.length > deepest) throw invalid(`Invalid parameter name: more than ${deepest} levels.`, 'parameter_unknown', first);
  return keys;
}

function plant(root: Branch, keys: readonly string[], value: string): void {
  let at = root;
  for (const [depth, given] of keys.entries()) {
    const key = given === '' ? String(at.size) : given;
    if (depth === keys.length - 1) {
      at.set(key, value);
      return;
    }
    const below = at.get(key);
    const next: Branch = below instanceof Map ? below : new Map();
    at.set(key, next);
    at = next;
  }
}

function toForm(branch: string | Branch): Form {
  if (typeof branch === 'string') return branch;
  const names = [...branch.keys()];
  const isList = names.length > 0 && names.every((_, position) => branch.has(String(position)));
  if (isList) return names.map((_, position) => toForm(branch.get(String(position)) ?? ''));
  return Object.fromEntries([...branch].map(([name, value]) => [name, toForm(value)]));
}

/** Decodes a query or a body; numeric keys from 0 upwards make lists, everything else a map. */
export function decodeForm(encoded: string): FormFields {
  const root: Branch = new Map();
  for (const [name, value] of new URLSearchParams(encoded)) plant(root, keysOf(name), value);
  return Object.fromEntries([...root].map(([name, value]) => [name, toForm(value)]));
}
