/**
 * Prints how many of the first cases differ, as JSON: half purchases, half changes. It stops at the first hundred that has
 * any; an engine that throws differs too.
 */
import { compareChanges, comparePurchases } from './compare.ts';

const cases = Number(process.argv[2] ?? 1000);
async function count(compare: typeof comparePurchases): Promise<number> {
  for (let first = 1; first < cases / 2; first += 100) {
    const differing = await compare(first, Math.min(100, cases / 2)).then(
      (comparison) => comparison.differing,
      () => 1,
    );
    if (differing > 0) return differing;
  }
  return 0;
}
console.log(JSON.stringify({ purchases: await count(comparePurchases), changes: await count(compareChanges) }));
