import { run } from '../run.ts';
import type { SoakResult } from './results.ts';

/** A year in the lives of 200 random customers, against the model beside the test. */
export async function soakLives(): Promise<SoakResult> {
  const { code, words } = await run('vitest', ['run', '--project', 'sandbox', 'test/sandbox/lives.test.ts'], { TILL_SOAK: '1' });
  if (code !== 0) console.log(words);
  return { lives: 200, failed: code === 0 ? 0 : 1 };
}
