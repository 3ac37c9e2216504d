/**
 * Whether a value is what a schema of Stripe's contract says.
 *
 * Promise: each fault names the attribute and what is wrong with it in one line; of several forms that a value may have,
 * the one that it comes nearest to is judged.
 */
import type { Schema } from '../../scripts/contract/schema.ts';

/** JSON of an answer, or the texts of a form. */
export type Notation = 'json' | 'form';

type Map = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/** What is wrong inside of an attribute or an item, seen from outside. */
const inside = (name: string, fault: string): string => (/^[:[]/u.test(fault) ? `${name}${fault}` : `${name}.${fault}`);

/** Of what fits, which nearly everything does. */
const none: readonly string[] = [];

/** The attributes by which Stripe's objects tell what they are. */
const telling = ['object', 'type', 'deleted'];

const jsonTypes: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  number: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: isMap,
};

const formTypes: typeof jsonTypes = {
  string: (value) => typeof value === 'string',
  integer: (value) => typeof value === 'string' && /^-?\d+$/u.test(value),
  number: (value) => typeof value === 'string' && /^-?\d+(?:\.\d+)?$/u.test(value),
  boolean: (value) => value === 'true' || value === 'false',
  null: (value) => value === '',
  array: (value) => Array.isArray(value) || isMap(value),
  object: isMap,
};

/** Whether a value is what one schema says. */
type Fits = (value: unknown) => boolean;

const anything: Fits = () => true;
const nothing: Fits = () => false;
const decimal = /^-?\d+(?:\.\d{1,12})?$/u;

/** Checks values against the schemas of one contract. */
export class Checker {
  readonly #schemas: Readonly<Record<string, Schema>>;
  readonly #notation: Notation;
  readonly #types: typeof jsonTypes;
  /** What was worked out once, because the same schemas judge thousands of values. */
  readonly #behind = new WeakMap<Schema, Schema>();
  readonly #fits = new WeakMap<Schema, Fits>();
  readonly #forms = new WeakMap<readonly Schema[], readonly Schema[]>();

  constructor(schemas: Readonly<Record<string, Schema>>, notation: Notation) {
    this.#schemas = schemas;
    this.#notation = notation;
    this.#types = notation === 'json' ? jsonTypes : formTypes;
  }

  /** The faults of `value`, none when it fits. */
  faults(given: Schema, value: unknown): readonly string[] {
    return this.fits(given, value) ? none : this.explain(given, value);
  }

  /** Whether `value` has no fault, which is found in a third of the time that it takes to name them. */
  fits(given: Schema, value: unknown): boolean {
    return this.#fitting(given)(value);
  }

  /** The faults of `value` by name, looked for in the whole of it. */
  explain(given: Schema, value: unknown): readonly string[] {
    const schema = this.#resolved(given);
    if (schema.never) return value === undefined ? none : [`: Stripe's object has no such attribute`];
    if (schema.anyOf) return this.#nearest(schema.anyOf, value);
    if (schema.type === undefined) return none;
    if (!this.#types[schema.type]?.(value)) return [`: ${shown(value)} is no ${schema.type}`];
    if (schema.enum && !this.#isOneOf(schema.enum, value)) {
      return [`: ${shown(value)} is none of ${schema.enum.slice(0, 8).join(', ')}${schema.enum.length > 8 ? ', …' : ''}`];
    }
    if (schema.format === 'decimal' && !decimal.test(String(value))) return [`: ${shown(value)} is no decimal`];
    if (schema.type === 'array') return this.#items(schema.items ?? {}, Object.values(value as object));
    return schema.type === 'object' ? this.#attributes(schema, value as Map) : none;
  }

  #isOneOf(choices: NonNullable<Schema['enum']>, value: unknown): boolean {
    return choices.some((choice) => choice === value || (this.#notation === 'form' && String(choice) === value));
  }

  /** The schema behind a reference; what is said beside the reference stays. */
  #resolved(schema: Schema): Schema {
    if (schema.$ref === undefined) return schema;
    const known = this.#behind.get(schema);
    if (known) return known;
    const { $ref, ...beside } = schema;
    const named = this.#schemas[$ref];
    if (!named) throw new Error(`The contract has no ${$ref}.`);
    const resolved = this.#resolved({ ...named, ...beside });
    this.#behind.set(schema, resolved);
    return resolved;
  }

  /** One function for each schema, put together when it is needed first, because schemas hold each other. */
  #fitting(given: Schema): Fits {
    const known = this.#fits.get(given);
    if (known) return known;
    let made: Fits | undefined;
    const fits: Fits = (value) => (made ??= this.#makeFits(this.#resolved(given)))(value);
    this.#fits.set(given, fits);
    return fits;
  }

  #makeFits(schema: Schema): Fits {
    const { never, anyOf, type, enum: choices, format, items } = schema;
    if (never) return (value) => value === undefined;
    if (anyOf) {
      const options = this.#options(anyOf).map((option) => this.#fitting(option));
      return (value) => options.some((fits) => fits(value));
    }
    if (type === undefined) return anything;
    const checks: Fits[] = [this.#types[type]!];
    if (choices) checks.push((value) => this.#isOneOf(choices, value));
    if (format === 'decimal') checks.push((value) => decimal.test(String(value)));
    if (type === 'array') {
      const fits = this.#fitting(items ?? {});
      checks.push((value) => Object.values(value as object).every((item) => fits(item)));
    }
    if (type === 'object') checks.push(this.#makeAttributeFits(schema));
    const [isOfType, inner, ...others] = checks;
    if (!inner) return isOfType!;
    return others.length === 0 ? (value) => isOfType!(value) && inner(value) : (value) => checks.every((fits) => fits(value));
  }

  #makeAttributeFits({ properties = {}, required = [], additionalProperties, partial }: Schema): Fits {
    const attributes = new Map(Object.entries(properties).map(([name, schema]) => [name, this.#fitting(schema)]));
    const other = additionalProperties === false ? nothing : additionalProperties ? this.#fitting(additionalProperties) : anything;
    const needed = partial ? [] : required;
    // what an object says it is tells most of those apart that it is not
    const first = telling.flatMap((name) => (properties[name] ? [[name, this.#fitting(properties[name])] as const] : []));
    return (value) => {
      const held = value as Map;
      const isMissing = (one: unknown): boolean => one === undefined || (partial === true && one === null);
      for (const [name, fits] of first) if (!isMissing(held[name]) && !fits(held[name])) return false;
      for (const name of needed) if (held[name] === undefined) return false;
      for (const name of Object.keys(held)) {
        const fits = attributes.get(name) ?? other;
        if (fits === nothing || (!(partial && held[name] === null) && !fits(held[name]))) return false;
      }
      return true;
    };
  }

  #items(schema: Schema, values: readonly unknown[]): readonly string[] {
    let faults: string[] | undefined;
    for (const [position, value] of values.entries()) {
      for (const fault of this.explain(schema, value)) (faults ??= []).push(inside(`[${position}]`, fault));
    }
    return faults ?? none;
  }

  #attributes({ properties = {}, required = [], additionalProperties, partial }: Schema, value: Map): readonly string[] {
    let faults: string[] | undefined;
    if (!partial) {
      for (const name of required) if (value[name] === undefined) (faults ??= []).push(`${name}: is missing`);
    }
    for (const name of Object.keys(value)) {
      const held = value[name];
      const known = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      if (known === false) (faults ??= []).push(`${name}: Stripe's object has no such attribute`);
      else if (known && !(partial && held === null)) {
        for (const fault of this.explain(known, held)) (faults ??= []).push(inside(name, fault));
      }
    }
    return faults ?? none;
  }

  #options(options: readonly Schema[]): readonly Schema[] {
    const known = this.#forms.get(options);
    if (known) return known;
    const flat = options
      .map((option) => this.#resolved(option))
      .flatMap((option) => (option.anyOf ? this.#options(option.anyOf) : [option]));
    this.#forms.set(options, flat);
    return flat;
  }

  #nearest(anyOf: readonly Schema[], value: unknown): readonly string[] {
    const options = this.#options(anyOf);
    if (options.some((option) => this.fits(option, value))) return none;
    let nearest: readonly [distance: number, faults: readonly string[]] | null = null;
    for (const option of options) {
      const faults = this.explain(option, value);
      const distance = this.#distance(option, value, faults);
      if (!nearest || distance < nearest[0]) nearest = [distance, faults];
    }
    return nearest?.[1] ?? none;
  }

  /** How far `value` is from being meant as `option`: another kind of value, another kind of object, then by faults. */
  #distance(option: Schema, value: unknown, faults: readonly string[]): number {
    if (option.type === 'object' && isMap(value)) {
      const other = telling.some((name) => {
        const expected = option.properties?.[name];
        return expected && !this.fits(expected, value[name]);
      });
      return faults.length + (other ? 10_000 : 0);
    }
    if (option.enum && typeof value === option.type) return faults.length;
    return option.type === 'array' && Array.isArray(value) ? faults.length : 100_000;
  }
}
