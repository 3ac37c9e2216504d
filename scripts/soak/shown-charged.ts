import { createHash } from 'node:crypto';
import { playLives } from '../../test/journey/shown-charged-lives.ts';
import { at } from '../paths.ts';
import { hashFolder } from '../supply-chain/folder-hash.ts';
import { readSoak, writeSoak, type SoakResult } from './results.ts';

const wanted = 500;
/** Lives of one piece; what is done is written down after each, so that a run can be ended and gone on with. */
const piece = 50;
/** Half an hour is left for the piece that is under way. */
const minutes = 30;

const sources = ['packages/core/src', 'packages/widgets/src', 'packages/server/src', 'packages/sandbox/src'];

/** One hash over every file that a result depends on. */
const hashOfSources = (): string => {
  const hash = createHash('sha256');
  for (const folder of sources) for (const [path, digest] of hashFolder(at(folder))) hash.update(`${folder}/${path} ${digest}\n`);
  return hash.digest('hex').slice(0, 16);
};

const number = (value: number | string | undefined): number => (typeof value === 'number' ? value : 0);

/**
 * 500 random lives through the real widgets in Chromium: what is shown is charged. Goes on where an earlier run of the same
 * sources ended.
 */
export async function soakShownCharged(): Promise<SoakResult> {
  const hash = hashOfSources();
  const before = readSoak()['shown-charged'];
  const known = before?.sources === hash ? before : {};
  const result = {
    sources: hash,
    lives: number(known.lives),
    amounts: number(known.amounts),
    receipts: number(known.receipts),
    differences: number(known.differences),
  };
  const until = Date.now() + minutes * 60_000;
  while (result.lives < wanted && Date.now() < until) {
    const played = await playLives(result.lives + 1, Math.min(piece, wanted - result.lives));
    for (const difference of played.differences) console.error(difference);
    result.lives += played.lives;
    result.amounts += played.amounts;
    result.receipts += played.receipts;
    result.differences += played.differences.length;
    writeSoak({ ...readSoak(), 'shown-charged': { date: new Date().toISOString().slice(0, 10), ...result } });
  }
  return result;
}
