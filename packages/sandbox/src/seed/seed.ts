/**
 * A seed: the objects that a sandbox begins with, written as calls of Stripe's API in the order they are made.
 */

/** A parameter of Stripe's; `{ "$ref": "pro" }` is the id of what an earlier step named, `{ "$ref": "sub.latest_invoice" }` an attribute of it. */
export type SeedValue = string | number | boolean | null | readonly SeedValue[] | { readonly [name: string]: SeedValue };

/** `POST` to a path below `/v1`; `{name}` in it is the id of an earlier step. */
export interface CallStep {
  readonly post: string;
  readonly params?: Readonly<Record<string, SeedValue>>;
  /** Name by which later steps and the seed's result know the answer. */
  readonly as?: string;
}

/** Turns the clock by this many seconds. */
export interface AdvanceStep {
  readonly advance: number;
}

export type SeedStep = CallStep | AdvanceStep;

export interface Seed {
  readonly steps: readonly SeedStep[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function stepOf(step: unknown, place: string): SeedStep {
  if (!isRecord(step)) throw new TypeError(`${place} must be an object.`);
  const { post, params, as, advance, ...others } = step;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new TypeError(`${place} has "${other}", which no step knows.`);
  if (advance !== undefined) {
    if (!Number.isSafeInteger(advance) || Number(advance) < 0 || post !== undefined) {
      throw new TypeError(`${place} must say "advance" with whole seconds and nothing else.`);
    }
    return { advance: Number(advance) };
  }
  if (typeof post !== 'string') throw new TypeError(`${place} must say "post" with a path such as "customers".`);
  if (params !== undefined && !isRecord(params)) throw new TypeError(`${place}.params must be an object.`);
  if (as !== undefined && !(typeof as === 'string' && /^[\w-]+$/u.test(as))) throw new TypeError(`${place}.as must be a word.`);
  return { post, ...(params && { params: params as Record<string, SeedValue> }), ...(as !== undefined && { as }) };
}

/** Reads a seed of unknown origin, such as a file; says where it is wrong. */
export function parseSeed(json: unknown): Seed {
  if (!isRecord(json) || !Array.isArray(json.steps)) throw new TypeError('A seed is an object with a list "steps".');
  return { steps: json.steps.map((step, position) => stepOf(step, `steps[${position}]`)) };
}
