import { expect, it } from 'vitest';
import { countReport } from '../../scripts/test/count-report.ts';

const report = (passed: number, failed: number, files: readonly { status: string; assertionResults: readonly unknown[] }[] = []) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  testResults: files,
});

it('counts tests', () => {
  expect(countReport(report(5, 2), 1)).toEqual({ passed: 5, failed: 2 });
});

it('counts a file that failed before its first test', () => {
  expect(countReport(report(5, 0, [{ status: 'failed', assertionResults: [] }]), 1)).toEqual({ passed: 5, failed: 1 });
});

it('counts a run that ended badly although every test passed', () => {
  expect(countReport(report(5, 0), 1)).toEqual({ passed: 5, failed: 1 });
});

it('counts a crash without a report', () => {
  expect(countReport(undefined, 134)).toEqual({ passed: 0, failed: 1 });
});
