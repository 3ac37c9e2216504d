import { TillError } from './client.ts';

/**
 * The answer, when it has what is read of it; `internal_error` for anything else: a server of another version, or something
 * between it and the page, may answer `{}`.
 */
export function demand<Answer>(answer: Answer, has: (answer: NonNullable<Answer>) => boolean): NonNullable<Answer> {
  if (typeof answer !== 'object' || answer === null || !has(answer)) throw new TillError('internal_error');
  return answer;
}
