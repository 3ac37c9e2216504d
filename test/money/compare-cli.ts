/**
 * Prints how many of the first cases differ, as JSON: half purchases, half changes. It stops at the first few that have any,
 * and then leaves the other half; an engine that throws differs too.
 */
import { compareChanges, comparePurchases } from './compare.ts';

const cases = Number(process.argv[2] ?? 1000);
const atOnce = 25;

async function count(compare: typeof comparePurchases): Promise<number> {
  for (let first = 1; first < cases / 2; first += atOnce) {
    const differing = await compare(first, Math.min(atOnce, cases / 2)).then(
      (comparison) => comparison.differing,
      () => 1,
    );
    if (differing > 0) return differing;
  }
  return 0;
}

const purchases = await count(comparePurchases);
const changes = purchases > 0 ? 0 : await count(compareChanges);
console.log(JSON.stringify({ purchases, changes }));
