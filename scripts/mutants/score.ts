/** What of Stryker's report is told: counts, the score, and every mutant that no test noticed. */
/** The part of Stryker's JSON report (mutation-testing-report-schema) that is read here. */
export interface MutantReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Mutant {
  /** `Killed`, `Timeout`, `Survived`, `NoCoverage`, or one of those that cannot be run: `RuntimeError`, `CompileError`. */
  readonly status: string;
  /** Why it could not be run. */
  readonly statusReason?: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

/** Both count from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

export interface MutantCounts {
  /** Those that a test noticed; an endless loop is noticed. */
  readonly killed: number;
  /** Those that no test noticed, or that no test passes at all. */
  readonly survived: number;
  /** Those with which the file cannot even be loaded; they count neither way. */
  readonly broken: number;
}

/** Counts each file's as Stryker does for its score. */
export function countMutants({ files }: MutantReport): Record<string, MutantCounts> {
  return Object.fromEntries(
    Object.entries(files).map(([path, { mutants }]) => {
      const count = (...statuses: readonly string[]): number => mutants.filter(({ status }) => statuses.includes(status)).length;
      const [killed, survived] = [count('Killed', 'Timeout'), count('Survived', 'NoCoverage')];
      return [path, { killed, survived, broken: mutants.length - killed - survived }];
    }),
  );
}

const noticed: ReadonlySet<string> = new Set(['Killed', 'Timeout']);

/** Each mutant that was not noticed or could not be run, in two lines: where, and what the code was changed to. */
export function survivorsOf({ files }: MutantReport): string[] {
  return Object.entries(files).flatMap(([path, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants.flatMap(({ status, statusReason = '', mutatorName, replacement = '', location: { start, end } }) => {
      if (noticed.has(status)) return [];
      const line = lines[start.line - 1] ?? '';
      const before = line.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined);
      const how = { Survived: '', NoCoverage: ', passed by no test' }[status] ?? `, ${status}: ${statusReason.slice(0, 300)}`;
      const where = `${path}:${start.line}:${start.column} ${mutatorName}${how}`;
      return [`${where}\n    ${before.trim()}  →  ${replacement.replace(/\s+/gu, ' ')}`];
    });
  });
}

/**
 * What is known of an earlier run, as Stryker wrote it: the mutants that a test noticed. Stryker would take any other of a constant,
 * which it knows no tests of, for not noticed still, whatever tests there are since; and one that took too long on a busy machine for noticed.
 */
export function onlyNoticed(incremental: string): MutantReport {
  const report = JSON.parse(incremental) as MutantReport;
  const files = Object.entries(report.files).map(
    ([path, file]) => [path, { ...file, mutants: file.mutants.filter(({ status }) => status === 'Killed') }] as const,
  );
  return { ...report, files: Object.fromEntries(files) };
}

export interface Score extends MutantCounts {
  readonly files: number;
  /** Percent with one digit, never rounded up; `NaN` of none. */
  readonly score: number;
}

/** Files together. */
export function total(counts: readonly MutantCounts[]): Score {
  const sum = (name: keyof MutantCounts): number => counts.reduce((all, one) => all + one[name], 0);
  const [killed, survived, broken] = [sum('killed'), sum('survived'), sum('broken')];
  return { files: counts.length, killed, survived, broken, score: Math.floor((killed / (killed + survived)) * 1000) / 10 };
}
