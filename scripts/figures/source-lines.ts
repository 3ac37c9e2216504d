import { fileFaults } from '../lint/files.ts';
import { readSources } from '../lint/sources.ts';
import type { Figure } from './figure.ts';

/** How long files of one subject are; functions are measured by oxlint (`max-lines-per-function`). */
export function measureSourceLines(): Promise<Figure[]> {
  const sources = readSources();
  const overlong = fileFaults(sources).filter(({ sentence }) => sentence.includes(' lines'));
  return Promise.resolve([{ name: 'files-over-300-lines', value: overlong.length, unit: '', atMost: 0 }]);
}
