/** The exact amounts of core on plain floating-point numbers: as quick as it gets, and sometimes a cent off. For the bench only. */
export type Exact = number;
export interface Percentage {
  readonly part: number;
  readonly whole: number;
}
export const parseExact = (text: string): Exact => Number(text);
export const formatExact = (value: Exact): string => String(value);
export const addExact = (one: Exact, other: Exact): Exact => one + other;
export const timesExact = (value: Exact, times: number): Exact => value * times;
export const roundShare = (value: Exact, part = 1, whole = 1): number => Math.round((value * part) / whole);
export const parsePercentage = (text: string): Percentage => ({ part: Number(text), whole: 100 });
