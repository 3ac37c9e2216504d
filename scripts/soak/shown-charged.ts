import { playLives } from '../../test/journey/shown-charged-lives.ts';
import { closeBrowser } from '../../test/support/browser.ts';
import { buildScriptTag, isScriptTagFresh } from '../build/script-tag.ts';
import { readSoak, writeSoak, type SoakResult } from './results.ts';
import { hashOfSources } from './source-hash.ts';

const wanted = 500;
/** Lives of one piece; what is done is written down after each, so that a run can be ended and gone on with. */
const piece = 50;
/** Half an hour is left for the piece that is under way. */
const minutes = 30;

/** What the result depends on. */
export const shownChargedSources = [
  'packages/core/src',
  'packages/widgets/src',
  'packages/server/src',
  'packages/sandbox/src',
  'test/journey/shown-charged-lives.ts',
];

const number = (value: number | string | undefined): number => (typeof value === 'number' ? value : 0);

/**
 * 500 random lives through the real widgets in Chromium: what is shown is charged. Goes on where an earlier run of the same
 * sources ended.
 */
export async function soakShownCharged(): Promise<SoakResult> {
  const hash = hashOfSources(shownChargedSources);
  const before = readSoak()['shown-charged'];
  const known = before?.sources === hash ? before : {};
  const result = {
    sources: hash,
    lives: number(known.lives),
    amounts: number(known.amounts),
    receipts: number(known.receipts),
    differences: number(known.differences),
  };
  if (!isScriptTagFresh()) await buildScriptTag();
  const until = Date.now() + minutes * 60_000;
  try {
    while (result.lives < wanted && Date.now() < until) {
      const played = await playLives(result.lives + 1, Math.min(piece, wanted - result.lives));
      for (const difference of played.differences) console.error(difference);
      result.lives += played.lives;
      result.amounts += played.amounts;
      result.receipts += played.receipts;
      result.differences += played.differences.length;
      console.log(`shown-charged: ${result.lives} of ${wanted} lives, ${result.differences} differences`);
      writeSoak({ ...readSoak(), 'shown-charged': { date: new Date().toISOString().slice(0, 10), ...result } });
    }
  } finally {
    await closeBrowser();
  }
  return result;
}
