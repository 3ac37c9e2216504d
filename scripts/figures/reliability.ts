import { readSoak, type SoakResults } from '../soak/results.ts';
import type { Figure } from './figure.ts';

type Bar = Pick<Figure, 'atMost' | 'atLeast'>;
const none: Bar = { atMost: 0 };

/** Part and number of the last `npm run soak`, by the name of the figure. */
const numbers: readonly (readonly [name: string, part: string, value: string, unit: string, bar: Bar])[] = [
  ['orders-tried', 'orders', 'orders', '', { atLeast: 2 * 6 * 720 }],
  ['lives-not-converging', 'orders', 'failedLives', '', none],
  ['interleavings-tried', 'interleavings', 'interleavings', '', { atLeast: 5775 }],
  ['interleavings-wrong', 'interleavings', 'failed', '', none],
  ['fuzzed-requests', 'fuzz', 'requests', '', { atLeast: 100_000 }],
  ['fuzzed-answers-500', 'fuzz', 'failures', '', none],
  ['fuzzed-memory-growth', 'fuzz', 'grownMegabytes', 'MB', { atMost: 50 }],
  ...(['sqlite', 'postgres'] as const).flatMap((database) => [
    [`crashes-${database}-kills`, 'crashes', `${database}Kills`, '', { atLeast: 50 }] as const,
    [`crashes-${database}-lost`, 'crashes', `${database}Lost`, 'of 10,000 events', none] as const,
    [`crashes-${database}-twice`, 'crashes', `${database}Twice`, 'of 10,000 events', none] as const,
    [`crashes-${database}-unheard`, 'crashes', `${database}Unheard`, '', none] as const,
    [`crashes-${database}-sound`, 'crashes', `${database}Sound`, '', { atLeast: 1 }] as const,
  ]),
  ['trouble-acknowledged-p99', 'trouble', 'acknowledgedP99', 'ms', { atMost: 250 }],
  ['trouble-applied', 'trouble', 'applied', 'of 600 events', { atLeast: 600 }],
  ['trouble-calls-in-a-second', 'trouble', 'mostCallsInASecond', '', { atMost: 20 }],
  ['trouble-drained', 'trouble', 'drainedRatio', '× the calls at full pace', { atMost: 2 }],
  ...(['sqlite', 'postgres'] as const).flatMap((database) => [
    [`codes-${database}-guesses-looked-at`, 'codes', `${database}GuessesLookedAt`, 'of 10,000 guesses', { atMost: 5 }] as const,
    [
      `codes-${database}-known-or-unknown`,
      'codes',
      `${database}MedianDifference`,
      'ms between the medians of 2 × 500',
      { atMost: 5 },
    ] as const,
  ]),
  ['checkouts-at-once', 'checkouts', 'runs', 'runs of 2 to 8', { atLeast: 1000 }],
  ['checkouts-not-exactly-one-open', 'checkouts', 'notExactlyOneOpen', '', none],
  ['paid-twice', 'checkouts', 'paidTwice', '', { atLeast: 200 }],
  ['paid-twice-told', 'checkouts', 'paidTwiceTold', '', { atLeast: 200 }],
  ['tampered-wishes', 'tampering', 'tried', '', { atLeast: 5000 }],
  ['tampered-wishes-at-stripe', 'tampering', 'violations', '', none],
  ['first-checkouts', 'customers', 'identities', 'people, eight times at once', { atLeast: 500 }],
  ['first-checkouts-not-one-customer', 'customers', 'wrong', '', none],
  ['lost-answers', 'lost-answers', 'cuts', 'cuts of a request on its way to Stripe', { atLeast: 1000 }],
  ['lost-answers-doubled-or-lost', 'lost-answers', 'wrong', 'people who ended otherwise than without the cut', none],
  ['lost-answers-misled', 'lost-answers', 'faults', 'people answered wrongly', none],
  ['second-trials-same-person', 'trials', 'samePersonRefused', 'of 200 refused', { atLeast: 200 }],
  ['second-trials-same-card', 'trials', 'sameCardEnded', 'of 200 ended', { atLeast: 200 }],
  ['second-trials-charged', 'trials', 'charges', '', none],
  ['erased-people', 'erasing', 'erased', 'of 400, on two databases', { atLeast: 100 }],
  ['erased-people-traces', 'erasing', 'traces', 'people of whom a name, a customer, a subscription or a checkout is left', none],
  ['erased-people-in-log', 'erasing', 'tracesInLog', '', none],
  ['erased-people-others-missing', 'erasing', 'othersMissing', 'of 300', none],
  ['planted-defects', 'planted', 'planted', '', { atLeast: 25 }],
];

const number = (results: SoakResults, part: string, name: string): number => {
  const value = results[part]?.[name];
  return typeof value === 'number' ? value : Number.NaN;
};

/** What the last `npm run soak` found about events, crashes and planted defects. */
export async function measureReliability(): Promise<Figure[]> {
  const results = readSoak();
  const parts = [...new Set(numbers.map(([, part]) => part))];
  console.log(`last npm run soak: ${parts.map((part) => `${part} ${results[part]?.date ?? 'never'}`).join(', ')}`);
  const issue = 4;
  const figures = numbers.map(([name, part, value, unit, bar]): Figure => ({
    issue,
    name,
    value: number(results, part, value),
    unit,
    ...bar,
  }));
  const [planted, caught] = [number(results, 'planted', 'planted'), number(results, 'planted', 'caught')];
  return [...figures, { issue, name: 'planted-defects-surviving', value: planted - caught, unit: '', ...none }];
}
