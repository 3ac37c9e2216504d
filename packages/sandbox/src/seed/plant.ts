/**
 * Runs a seed through the API itself, so that what it makes is what a client would have made, with all events and webhooks.
 *
 * Promise: the first refusal stops it, named by its step.
 */
import type { CallStep, Seed, SeedValue } from './seed.ts';

/** Ids by the names that steps gave. */
export type SeedNames = Readonly<Record<string, string>>;

export interface Planter {
  readonly call: (request: Request) => Promise<Response>;
  readonly advance: (seconds: number) => Promise<void>;
}

type Answer = Readonly<Record<string, unknown>>;
type Answers = ReadonlyMap<string, Answer>;

/** What `name` or `name.attribute` stands for. */
function resolve(answers: Answers, reference: string, place: string): string {
  const [name = '', ...path] = reference.split('.');
  const answer = answers.get(name);
  if (!answer) throw new RangeError(`${place}: no earlier step is called "${name}".`);
  const found = (path.length === 0 ? ['id'] : path).reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    answer,
  );
  if (typeof found !== 'string' && typeof found !== 'number') throw new RangeError(`${place}: "${reference}" has no value.`);
  return String(found);
}

function addFields(fields: URLSearchParams, name: string, value: SeedValue, look: (reference: string) => string): void {
  if (typeof value !== 'object' || value === null) fields.append(name, value === null ? '' : String(value));
  else if ('$ref' in value) fields.append(name, look(String(value.$ref)));
  else for (const [key, inner] of Object.entries(value)) addFields(fields, `${name}[${key}]`, inner, look);
}

async function post({ call }: Planter, { post: path, params = {} }: CallStep, answers: Answers, place: string): Promise<Answer> {
  const look = (reference: string): string => resolve(answers, reference, place);
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) addFields(body, name, value, look);
  const filled = path.replaceAll(/\{([\w.-]+)\}/gu, (_, reference: string) => look(reference));
  const request = new Request(`http://sandbox.localhost/v1/${filled}`, {
    method: 'POST',
    body,
    headers: { authorization: 'Bearer sk_test_seed' },
  });
  const response = await call(request);
  const answer = (await response.json()) as Answer & { readonly error?: { readonly message: string } };
  if (!response.ok) throw new RangeError(`${place} (POST /v1/${filled}) was refused: ${answer.error?.message ?? response.status}`);
  return answer;
}

export async function plantSeed({ steps }: Seed, planter: Planter): Promise<SeedNames> {
  const answers = new Map<string, Answer>();
  for (const [position, step] of steps.entries()) {
    const place = `steps[${position}]`;
    if ('advance' in step) await planter.advance(step.advance);
    else {
      const answer = await post(planter, step, answers, place);
      if (step.as !== undefined) answers.set(step.as, answer);
    }
  }
  return Object.fromEntries([...answers].map(([name, { id }]) => [name, String(id)]));
}
