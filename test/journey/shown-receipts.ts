/** What a person reads off the widgets: receipts, and what is charged on which day. */
import type { Locator } from 'playwright';

/** An amount as it is shown, minor units; what costs nothing is 0. */
export function readMoney(text: string): number {
  const digits = /\$([\d,]+\.\d\d)/u.exec(text)?.[1];
  if (digits === undefined) return 0;
  return Number(digits.replaceAll(/[,.]/gu, '')) * (/[-−–]\s*\$/u.test(text) ? -1 : 1);
}

export interface ShownReceipt {
  readonly lines: readonly string[];
  readonly label: string;
  readonly sum: number;
}

/** A tax that the lines contain says so, and adds nothing. */
const isContained = (name: string): boolean => /, included\s*$/u.test(name);

/** Every receipt inside, its lines and its sum, which is the last row. */
export async function readReceipts(inside: Locator): Promise<ShownReceipt[]> {
  const lists = await inside
    .locator('dl')
    .evaluateAll((all) =>
      all.map((list) =>
        [...list.querySelectorAll('dt')].map((term) => [term.textContent ?? '', term.nextElementSibling?.textContent ?? ''] as const),
      ),
    );
  return lists.flatMap((rows) => {
    const [label, sum] = rows.at(-1) ?? ['', ''];
    return rows.length === 0
      ? []
      : [
          {
            lines: rows.slice(0, -1).flatMap(([name, amount]) => (isContained(name) ? [] : [amount])),
            label: label.trim(),
            sum: readMoney(sum),
          },
        ];
  });
}

/** What a page says will be charged, and on which day. */
export interface Claim {
  readonly on: string;
  readonly amount: number;
}
export const claimsIn = (text: string): Claim[] =>
  [
    ...text.matchAll(
      /(?:Next payment: (?<amount>\$[\d,.]+\d) on (?<on>\w+ \d+, \d{4}))|(?:Free until (?<end>\w+ \d+, \d{4})\. Then (?<then>\$[\d,.]+\d) )/gu,
    ),
  ].map(({ groups = {} }) => ({
    on: groups.on ?? groups.end ?? '',
    amount: readMoney(groups.amount ?? groups.then ?? ''),
  }));
/** A moment in Unix seconds as a page in English writes its day, in UTC. */
export const dayText = (seconds: number): string =>
  new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(seconds * 1000);
