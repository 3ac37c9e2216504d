/** Tests of one run. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  /** What failed and why, for the end of a long log: `file › test: the first line of its message`. */
  readonly failures: readonly string[];
}

/** The part of Vitest's JSON report that is counted here. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly FileReport[];
}

interface FileReport {
  readonly name: string;
  readonly status: string;
  readonly message?: string;
  readonly assertionResults: readonly TestReport[];
}

interface TestReport {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages?: readonly string[] | null;
}

const firstLine = (text: string | undefined): string => text?.trim().split('\n', 1)[0] || 'no message';

function failuresOf({ name, status, message, assertionResults }: FileReport): readonly string[] {
  if (status === 'failed' && assertionResults.length === 0) return [`${name}: ${firstLine(message)}`];
  return assertionResults
    .filter((test) => test.status === 'failed')
    .map((test) => `${name} › ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`);
}

/** A file that failed before its first test, or a run that ended badly for another reason, is one failure. */
export function countReport(report: Report | undefined, exitCode: number): Count {
  if (!report) return { passed: 0, failed: 1, failures: [`no report was written; the run ended with ${exitCode}`] };
  const failures = report.testResults.flatMap(failuresOf);
  const failed = Math.max(failures.length, report.numFailedTests);
  if (failed > 0 || exitCode === 0) return { passed: report.numPassedTests, failed, failures };
  const broken = report.testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name, message }) => `${name}: ${firstLine(message)}`);
  return { passed: report.numPassedTests, failed: 1, failures: [...broken, `every test passed, but the run ended with ${exitCode}`] };
}
