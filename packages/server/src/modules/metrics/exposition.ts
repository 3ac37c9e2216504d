/** Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats), as far as it is needed here. */
export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function line(name: string, labels: Labels, value: number): string {
  const inside = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${inside.length > 0 ? `{${inside.join(',')}}` : ''} ${value}\n`;
}

/** One metric; without samples nothing is said of it. */
export function metric(type: 'counter' | 'gauge', name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map(([labels, value]) => line(name, labels, value)).join('')}`;
}

/** One metric without labels; undefined is not known and not said. */
export const single = (type: 'counter' | 'gauge', name: string, help: string, value: number | undefined): string =>
  metric(type, name, help, value === undefined ? [] : [[{}, value]]);

/** How often values fell into each of `bounds`, by one label. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #rows = new Map<string, { readonly counts: number[]; sum: number; count: number }>();

  /** `bounds` are ascending upper limits. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  observe(key: string, value: number): void {
    const row = this.#rows.get(key) ?? { counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
    this.#rows.set(key, row);
    for (const [at, bound] of this.#bounds.entries()) if (value <= bound) row.counts[at]! += 1;
    row.sum += value;
    row.count += 1;
  }

  toText(name: string, help: string, label: string): string {
    if (this.#rows.size === 0) return '';
    const rows = [...this.#rows].map(([key, { counts, sum, count }]) => {
      const buckets = counts.map((total, at) => line(`${name}_bucket`, { [label]: key, le: String(this.#bounds[at]) }, total));
      const all = line(`${name}_bucket`, { [label]: key, le: '+Inf' }, count);
      return buckets.join('') + all + line(`${name}_sum`, { [label]: key }, sum) + line(`${name}_count`, { [label]: key }, count);
    });
    return `# HELP ${name} ${help}\n# TYPE ${name} histogram\n${rows.join('')}`;
  }
}
