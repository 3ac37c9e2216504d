import { sql, type RawBuilder, type SqlBool } from 'kysely';

/** Clocks of processes that share a database may differ by so much (seconds). */
export const skewSeconds = 60;

/**
 * Whether a term of at most `seconds` is over by this process's clock: its end was reached, or lies further ahead than any
 * process could have set it, and was set before the clock was put back.
 */
export function isOver(end: string, now: number, seconds: number): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.ref(end)} <= ${now} or ${sql.ref(end)} > ${now + seconds + skewSeconds})`;
}
