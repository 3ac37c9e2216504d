import { expect, it } from 'vitest';
import { changeModes } from './change-model.ts';
import { runChanges, type ChangeRunOptions } from './change-runs.ts';

/** With both databases and change-processes.test.ts, 5,000 over all modes. */
const runs = 400;

/** A test for each mode: however requests for one subscription cross, on whichever of two servers, one change is made and charged once. */
export function testChangesThatCross(open: ChangeRunOptions['open']): void {
  it.each(changeModes)(`are made and charged once, as shown: ${runs} × %s`, async (mode) => {
    const { wrong, made, died } = await runChanges({ mode, runs, seed: 9, open });
    expect(wrong).toEqual([]);
    expect([made > runs / 10, died > runs / 20]).toEqual([true, true]);
  });
}
