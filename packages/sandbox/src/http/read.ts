/**
 * Readers turn the texts of a form into typed parameters, or refuse with Stripe's code and the parameter's path.
 *
 * Promise: what no reader names is refused as `parameter_unknown`.
 */
import { invalid } from './api-error.ts';
import type { Form } from './form.ts';

export interface Reader<T> {
  read(value: Form, path: string): T;
  readonly required?: boolean;
}
export interface RequiredReader<T> extends Reader<T> {
  readonly required: true;
}
export type Fields = Readonly<Record<string, Reader<unknown>>>;
type Result<R> = R extends Reader<infer T> ? T : never;
type RequiredNames<F> = { [K in keyof F]: F[K] extends RequiredReader<unknown> ? K : never }[keyof F];
/** What `shape(fields)` reads: optional unless marked `required`. */
export type Params<F extends Fields> = { readonly [K in RequiredNames<F>]: Result<F[K]> } & {
  readonly [K in Exclude<keyof F, RequiredNames<F>>]?: Result<F[K]>;
};

const reader = <T>(read: (value: Form, path: string) => T): Reader<T> => ({ read });

export const required = <T>(inner: Reader<T>): RequiredReader<T> => ({ read: inner.read, required: true });

const isMap = (value: Form): value is { readonly [name: string]: Form } => typeof value === 'object' && !Array.isArray(value);

function asText(value: Form, path: string): string {
  if (typeof value !== 'string') throw invalid(`Invalid string: ${path}`, undefined, path);
  return value;
}

/** A text that may not be empty. */
export const text = reader((value, path) => {
  const read = asText(value, path);
  if (read === '') {
    throw invalid(
      `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
      'parameter_invalid_empty',
      path,
    );
  }
  return read;
});

/** Null where the form says `''`: the wish to clear. */
export const clearable = <T>(inner: Reader<T>): Reader<T | null> =>
  reader((value, path) => (value === '' ? null : inner.read(value, path)));

export const integer = reader((value, path) => {
  const read = asText(value, path);
  if (!/^-?\d+$/u.test(read) || !Number.isSafeInteger(Number(read))) {
    throw invalid(`Invalid integer: ${read}`, 'parameter_invalid_integer', path);
  }
  return Number(read);
});

export const count = reader((value, path) => {
  const read = integer.read(value, path);
  if (read < 0) throw invalid(`This value must be greater than or equal to 0.`, 'parameter_invalid_integer', path);
  return read;
});

/** A decimal number kept as text, at most 12 places (`unit_amount_decimal`). */
export const decimal = reader((value, path) => {
  const read = asText(value, path);
  if (!/^-?\d+(?:\.\d{1,12})?$/u.test(read)) throw invalid(`Invalid decimal: ${read}`, undefined, path);
  return read;
});

export const flag = reader((value, path) => {
  if (value !== 'true' && value !== 'false') throw invalid(`Invalid boolean: ${String(value)}`, undefined, path);
  return value === 'true';
});

export const oneOf = <const T extends string>(...choices: readonly T[]): Reader<T> =>
  reader((value, path) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw invalid(`Invalid ${path}: must be one of ${choices.join(', ')}`, undefined, path);
    return found;
  });

/** The first reader whose form fits; `refusal` of the last is what is told. */
export const either = <A, B>(first: Reader<A>, last: Reader<B>): Reader<A | B> =>
  reader<A | B>((value, path) => {
    try {
      return first.read(value, path);
    } catch {
      return last.read(value, path);
    }
  });

export const listOf = <T>(inner: Reader<T>): Reader<readonly T[]> =>
  reader((value, path) => {
    if (value === '') return [];
    if (!Array.isArray(value)) throw invalid(`Invalid array: ${path}`, undefined, path);
    return value.map((entry: Form, position) => inner.read(entry, `${path}[${position}]`));
  });

export const mapOf = <T>(inner: Reader<T>): Reader<Readonly<Record<string, T>>> =>
  reader((value, path) => {
    const fields = Array.isArray(value) ? { ...value } : value;
    if (!isMap(fields)) throw invalid(`Invalid object`, undefined, path);
    return Object.fromEntries(Object.entries(fields).map(([name, entry]) => [name, inner.read(entry, `${path}[${name}]`)]));
  });

/** Accepted because Stripe knows it, and without effect here. */
export const passive: Reader<Form> = reader((value) => value);

/** `{ a: passive, b: passive }` for names that Stripe knows and that have no effect here. */
export const passives = <const N extends string>(...names: readonly N[]): Readonly<Record<N, Reader<Form>>> =>
  Object.fromEntries(names.map((name) => [name, passive])) as Record<N, Reader<Form>>;

const within = (path: string, name: string): string => (path === '' ? name : `${path}[${name}]`);

export const shape = <F extends Fields>(fields: F): Reader<Params<F>> =>
  reader((value, path) => {
    if (!isMap(value)) throw invalid('Invalid object', undefined, path);
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) {
        throw invalid(`Received unknown parameter: ${within(path, name)}`, 'parameter_unknown', within(path, name));
      }
    }
    const entries: [string, unknown][] = [];
    for (const [name, field] of Object.entries(fields)) {
      const given = value[name];
      if (given !== undefined) entries.push([name, field.read(given, within(path, name))]);
      else if (field.required) throw invalid(`Missing required param: ${within(path, name)}.`, 'parameter_missing', within(path, name));
    }
    return Object.fromEntries(entries) as Params<F>;
  });

/** Up to 50 texts; keys up to 40, values up to 500 characters; `''` deletes (stripe.com/docs/api/metadata). */
export const metadata: Reader<Readonly<Record<string, string>> | null> = reader((value, path) => {
  if (value === '') return null;
  const read = mapOf(reader(asText)).read(value, path);
  for (const [name, entry] of Object.entries(read)) {
    if (name.length > 40) throw invalid('Metadata keys can have up to 40 characters.', undefined, `${path}[${name}]`);
    if (entry.length > 500) throw invalid('Metadata values can have up to 500 characters.', undefined, `${path}[${name}]`);
  }
  return read;
});

/** Metadata after an update: given keys win, `''` deletes one, null (an empty text for all) deletes all. */
export function mergeMetadata(
  before: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>> | null | undefined,
): Record<string, string> {
  if (given === null) return {};
  const merged = Object.fromEntries(Object.entries({ ...before, ...given }).filter(([, value]) => value !== ''));
  if (Object.keys(merged).length > 50) throw invalid('You can only have up to 50 metadata keys.', undefined, 'metadata');
  return merged;
}
