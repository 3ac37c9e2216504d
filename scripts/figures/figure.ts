/** One measured number, and the bar it has to keep. */
export interface Figure {
  /** Number of the issue that set the bar; default 2. */
  readonly issue?: number;
  /** Kebab-case; figures of issue 2 are printed as `2.name`. */
  readonly name: string;
  readonly value: number;
  /** `bytes`, `µs`, `×`; empty for a plain count. */
  readonly unit: string;
  /** The value must be at most, or at least, this. A figure without a bar is only noted. */
  readonly atMost?: number;
  readonly atLeast?: number;
  /** All measured values behind a median, for their spread. */
  readonly values?: readonly number[];
}

const text = (value: number, unit: string): string =>
  `${value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 })}${unit && ` ${unit}`}`;

/** Whether the figure keeps its bar. A number that could not be measured does not. */
export function isKept({ value, atMost = Infinity, atLeast = -Infinity }: Figure): boolean {
  return value <= atMost && value >= atLeast;
}

/** `2.till-js: 11,532 bytes (at most 12,000) ok`. */
export function toLine(figure: Figure): string {
  const { issue = 2, name, value, unit, atMost, atLeast } = figure;
  const bar = atMost !== undefined ? `at most ${text(atMost, '')}` : atLeast !== undefined ? `at least ${text(atLeast, '')}` : 'no bar';
  return `${issue}.${name}: ${text(value, unit)} (${bar}) ${isKept(figure) ? 'ok' : 'short'}`;
}

/** `first-paint: 55.1 ms, 49.2 to 71.8 in 15 runs`: the same figure with its spread. */
export function toSpread({ name, value, unit, values = [] }: Figure): string {
  const range = values.length > 1 ? `, ${text(Math.min(...values), '')} to ${text(Math.max(...values), '')} in ${values.length} runs` : '';
  return `${name}: ${text(value, unit)}${range}`;
}

/** Prints the figures and sets the exit code when one falls short. */
export function report(figures: readonly Figure[]): void {
  for (const figure of figures) console.log(toLine(figure));
  if (!figures.every(isKept)) process.exitCode = 1;
}
