import { Worker } from 'node:worker_threads';
import { availableParallelism } from 'node:os';
import type { Comparison } from '../../test/money/compare.ts';
import { at } from '../paths.ts';
import type { SoakResult } from './results.ts';

const purchases = 100_000;
const changes = 20_000;

export interface Share {
  readonly kind: 'purchases' | 'changes';
  readonly first: number;
  readonly count: number;
}

function runShare(share: Share): Promise<Comparison> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(at('scripts/soak/money-worker.ts'), { workerData: share });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** Our engine against the sandbox: every case of the issue, on all cores. Prints the first differences. */
export async function soakMoney(): Promise<SoakResult> {
  const workers = Math.min(4, availableParallelism());
  const shares = [['purchases', purchases] as const, ['changes', changes] as const].flatMap(([kind, total]) =>
    Array.from({ length: workers }, (_, index): Share => {
      const first = Math.floor((total * index) / workers);
      // a change may skip cases, so the shares lie far apart
      return { kind, first: 1 + index * 10_000_000, count: Math.floor((total * (index + 1)) / workers) - first };
    }),
  );
  const totals = { purchases: 0, purchaseDifferences: 0, changes: 0, changeDifferences: 0 };
  await Promise.all(
    shares.map(async (share) => {
      const { compared, differing, differences } = await runShare(share);
      for (const difference of differences) console.log(difference);
      if (share.kind === 'purchases') {
        totals.purchases += compared;
        totals.purchaseDifferences += differing;
      } else {
        totals.changes += compared;
        totals.changeDifferences += differing;
      }
    }),
  );
  return totals;
}
