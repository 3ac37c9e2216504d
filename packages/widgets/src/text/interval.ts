/** The parts of an interval key: `3-month` is `[3, 'month']`. */
export function intervalParts(key: string): [count: number, unit: 'day' | 'week' | 'month' | 'year'] {
  const [first, second] = key.split('-') as [string, string?];
  return (second ? [Number(first), second] : [1, first]) as ReturnType<typeof intervalParts>;
}
