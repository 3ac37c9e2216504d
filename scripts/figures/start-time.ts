import { run } from '../run.ts';
import type { Figure } from './figure.ts';

/** `npm start` from the command to the first page, with everything installed and built; and whether every address answers. */
export async function measureStart(): Promise<Figure[]> {
  const { code, words } = await run('node', ['--conditions=source', 'scripts/start.ts', '--once']);
  if (code !== 0) throw new Error(words);
  return [{ name: 'time-to-first-page', value: Number(/First page after ([\d.]+) s/u.exec(words)?.[1] ?? Number.NaN), unit: 's' }];
}
