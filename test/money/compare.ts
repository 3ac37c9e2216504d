/** Our engine and the sandbox side by side over numbered cases. */
import { changeCase, purchaseCase } from './random-case.ts';
import { compareChange, comparePurchase, costsSomething } from './with-core.ts';
import { SandboxAccount } from './with-sandbox.ts';

export interface Comparison {
  readonly compared: number;
  /** The first differences, each with the number of its case. */
  readonly differences: readonly string[];
  /** How many cases differ. */
  readonly differing: number;
}

/** Cases of one account; a new one keeps the sandbox's tables small. */
const casesPerAccount = 200;

async function compare(
  first: number,
  count: number,
  one: (account: SandboxAccount, seed: number) => Promise<string[] | undefined>,
): Promise<Comparison> {
  const differences: string[] = [];
  let differing = 0;
  let compared = 0;
  let account = new SandboxAccount();
  for (let index = 0; compared < count; index += 1) {
    if (index % casesPerAccount === 0) account = new SandboxAccount();
    const found = await one(account, first + index);
    if (!found) continue;
    compared += 1;
    if (found.length === 0) continue;
    differing += 1;
    if (differences.length < 20) differences.push(`case ${first + index}: ${found.join('; ')}`);
  }
  return { compared, differences, differing };
}

export const comparePurchases = (first: number, count: number): Promise<Comparison> =>
  compare(first, count, async (account, seed) => {
    const purchase = purchaseCase(seed);
    return comparePurchase(purchase, await account.previewPurchase(purchase));
  });

export const compareChanges = (first: number, count: number): Promise<Comparison> =>
  compare(first, count, async (account, seed) => {
    const change = changeCase(seed);
    if (change.items.length === 0 || !costsSomething(change)) return undefined;
    return compareChange(change, await account.previewChange(change));
  });
