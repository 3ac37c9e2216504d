import { expect, it } from 'vitest';
import { countReport, type Report } from '../../scripts/test/count-report.ts';

const report = (passed: number, failed: number, testResults: Report['testResults'] = []): Report => ({
  numPassedTests: passed,
  numFailedTests: failed,
  testResults,
});

it('counts tests', () => {
  expect(countReport(report(5, 2), 1)).toEqual({ passed: 5, failed: 2, failures: [] });
});

it('names what failed, with the first line of why', () => {
  const results = [
    { status: 'passed', fullName: 'a sum', failureMessages: [] },
    { status: 'failed', fullName: 'a product', failureMessages: ['AssertionError: expected 1 to be 2\n    at x.ts:1'] },
  ];
  expect(countReport(report(1, 1, [{ name: 'math.test.ts', status: 'failed', assertionResults: results }]), 1)).toEqual({
    passed: 1,
    failed: 1,
    failures: ['math.test.ts › a product: AssertionError: expected 1 to be 2'],
  });
});

it('counts a file that failed before its first test', () => {
  expect(countReport(report(5, 0, [{ name: 'x.test.ts', status: 'failed', message: 'no module', assertionResults: [] }]), 1)).toEqual({
    passed: 5,
    failed: 1,
    failures: ['x.test.ts: no module'],
  });
});

it('counts a run that ended badly although every test passed', () => {
  const { failures, ...count } = countReport(report(5, 0), 1);
  expect(count).toEqual({ passed: 5, failed: 1 });
  expect(failures).toEqual(['every test passed, but the run ended with 1']);
});

it('counts a file whose preparation failed, so that its tests were skipped', () => {
  const skipped = [{ status: 'skipped', fullName: 'a sum', failureMessages: [] }];
  const { failed, failures } = countReport(
    report(5, 0, [{ name: 'x.test.ts', status: 'failed', message: 'Hook timed out', assertionResults: skipped }]),
    1,
  );
  expect(failed).toBe(1);
  expect(failures[0]).toBe('x.test.ts: Hook timed out');
});

it('counts a crash without a report', () => {
  expect(countReport(undefined, 134)).toEqual({ passed: 0, failed: 1, failures: ['no report was written; the run ended with 134'] });
});
