import { readSoak } from '../soak/results.ts';
import type { Figure } from './figure.ts';

const number = (value: number | string | undefined): number => (typeof value === 'number' ? value : Number.NaN);

/** What the last `npm run soak` found; its date is printed beside. */
export async function measureSoak(): Promise<Figure[]> {
  const { money = {}, lives = {} } = readSoak();
  console.log(`last npm run soak: money ${money.date ?? 'never'}, lives ${lives.date ?? 'never'}`);
  const issue = 3;
  return [
    { issue, name: 'random-purchases-compared', value: number(money.purchases), unit: '', atLeast: 100_000 },
    { issue, name: 'random-purchases-differing', value: number(money.purchaseDifferences), unit: '', atMost: 0 },
    { issue, name: 'random-changes-compared', value: number(money.changes), unit: '', atLeast: 20_000 },
    { issue, name: 'random-changes-differing', value: number(money.changeDifferences), unit: '', atMost: 0 },
    { issue, name: 'random-lives', value: number(lives.lives), unit: '', atLeast: 200 },
    { issue, name: 'random-lives-differing', value: number(lives.failed), unit: '', atMost: 0 },
  ];
}
