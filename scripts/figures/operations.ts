import { readSoak } from '../soak/results.ts';
import type { Figure } from './figure.ts';

type Bar = Pick<Figure, 'atMost' | 'atLeast'>;
const none: Bar = { atMost: 0 };

/** Part and number of the last `npm run soak`, by the name of the figure. */
const numbers: readonly (readonly [name: string, part: string, value: string, unit: string, bar: Bar])[] = [
  ['bombs-accepted', 'resources', 'bombsAccepted', 'of 72 bodies', none],
  ['bombs-slowest-refusal', 'resources', 'bombSlowestMilliseconds', 'ms', { atMost: 1000 }],
  ['bodies-of-200-mb-memory', 'resources', 'hugeMegabytes', 'MB', { atMost: 20 }],
  ['other-bombs-memory', 'resources', 'otherMegabytes', 'MB', {}],
  ['slow-headers-health-p50', 'resources', 'headersHealthP50', 'ms', { atMost: 10 }],
  ['slow-headers-health-p98', 'resources', 'headersHealthP98', 'ms', { atMost: 50 }],
  ['slow-headers-all-closed', 'resources', 'headersSeconds', 's', { atMost: 8 }],
  ['slow-headers-memory', 'resources', 'headersMegabytes', 'MB', { atMost: 20 }],
  ['slow-bodies-health-p98', 'resources', 'bodyHealthP98', 'ms', { atMost: 50 }],
  ['slow-bodies-all-closed', 'resources', 'bodySeconds', 's', { atMost: 13 }],
  ['slow-bodies-memory', 'resources', 'bodyMegabytes', 'MB', { atMost: 20 }],
  ['stops-under-load', 'shutdowns', 'stops', '', { atLeast: 20 }],
  ['stops-failed-requests', 'shutdowns', 'failed', '', none],
  ['stops-cut-off-answers', 'shutdowns', 'cutOff', '', none],
  ['stops-lost-events', 'shutdowns', 'lost', '', none],
  ['stops-slowest', 'shutdowns', 'slowestSeconds', 's', { atMost: 10 }],
  ['migrations-four-at-once', 'migrations', 'starts', 'times', { atLeast: 50 }],
  ['migrations-not-once', 'migrations', 'startsNotOnce', '', none],
  ['migrations-killed', 'migrations', 'kills', '', { atLeast: 100 }],
  ['migrations-killed-in-the-middle', 'migrations', 'killsInTheMiddle', '', { atLeast: 20 }],
  ['migrations-half', 'migrations', 'half', '', none],
  ['migrations-different-schema', 'migrations', 'different', '', none],
  ['database-crashes', 'outages', 'crashes', '', { atLeast: 20 }],
  ['database-crashes-lost', 'outages', 'lost', 'acknowledged events', none],
  ['database-crashes-healed', 'outages', 'slowestHealingSeconds', 's', { atMost: 10 }],
];

/** What the last `npm run soak` found about bombs, stops, migrations and failing databases. */
export async function measureOperations(): Promise<Figure[]> {
  const results = readSoak();
  const parts = [...new Set(numbers.map(([, part]) => part))];
  console.log(`last npm run soak: ${parts.map((part) => `${part} ${results[part]?.date ?? 'never'}`).join(', ')}`);
  return numbers.map(([name, part, value, unit, bar]): Figure => {
    const found = results[part]?.[value];
    return { issue: 4, name, value: typeof found === 'number' ? found : Number.NaN, unit, ...bar };
  });
}
