/**
 * Values of the sandbox as JSON and back, with what it remembers about an object and never shows.
 *
 * Promise: what cannot be told apart after a round trip is refused, never lost.
 */
import { memory } from '../objects/memory.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Name under which the memory of an object stands in JSON; no attribute of Stripe's begins with a dollar sign. */
const memoryName = '$memory';

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

function encodeObject(value: object): Json {
  if (!isPlain(value)) throw new TypeError(`A snapshot cannot hold ${value.constructor.name}.`);
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]: [string, unknown]) => [name, encode(inner)] as const);
  const remembered: unknown = Reflect.get(value, memory);
  return Object.fromEntries(remembered === undefined ? entries : [...entries, [memoryName, encode(remembered)]]);
}

export function encode(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value === 'object') return encodeObject(value);
  throw new TypeError(`A snapshot cannot hold ${typeof value} ${String(value)}.`);
}

export function decode(json: Json): unknown {
  if (Array.isArray(json)) return json.map(decode);
  if (typeof json !== 'object' || json === null) return json;
  const decoded: Record<string | symbol, unknown> = {};
  for (const [name, inner] of Object.entries(json)) decoded[name === memoryName ? memory : name] = decode(inner);
  return decoded;
}
