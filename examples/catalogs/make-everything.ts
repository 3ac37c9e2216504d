/*
 * Writes everything.json, a catalog for measuring size and speed: 12 plans × 4 intervals × 8 currencies × 24 add-ons.
 * Run: npx node examples/catalogs/make-everything.ts
 */
import { writeFileSync } from 'node:fs';

const intervals = ['month', '3-month', '6-month', 'year'] as const;
/** What one pays for the months of an interval, in tenths of the monthly price. */
const tenths = { month: 10, '3-month': 28, '6-month': 54, year: 100 };

/** Rough rates against the dollar and the rounding that a shop would use, both in minor units. */
const currencies: Record<string, [rate: number, rounding: number]> = {
  usd: [1, 100],
  eur: [1, 100],
  gbp: [0.8, 100],
  try: [34, 1000],
  ils: [3.7, 100],
  inr: [83, 1000],
  jpy: [1.5, 10],
  kwd: [3, 50],
};

const words: [name: string, sentence: string][] = [
  ['Solo', 'For one person with one idea.'],
  ['Pair', 'For two who share a desk.'],
  ['Studio', 'For a handful of makers.'],
  ['Workshop', 'For a team with regular clients.'],
  ['Team', 'For a team that ships every week.'],
  ['Team Plus', 'For a team with a release manager.'],
  ['Agency', 'For many clients side by side.'],
  ['Agency Plus', 'For agencies with their own brand.'],
  ['Department', 'For several teams with one budget.'],
  ['Company', 'For several teams that answer to an auditor.'],
  ['Group', 'For a company with subsidiaries.'],
  ['Campus', 'For schools and universities.'],
];

const extras: [name: string, sentence: string, dollars: number][] = [
  ['Guest seats', 'For clients who only look and comment.', 4],
  ['Storage', '100 GB each.', 6],
  ['Backups', 'Kept for 90 days.', 5],
  ['Audit log', 'Who did what, for two years.', 12],
  ['Single sign-on', 'With your identity provider.', 25],
  ['Own domain', 'Your address instead of ours.', 3],
  ['White label', 'Your logo on every page.', 30],
  ['Reports', 'Every Monday in your mailbox.', 8],
  ['API calls', 'Ten thousand a day each.', 9],
  ['Webhooks', 'Delivered and retried for a week.', 7],
  ['Translations', 'Into one more language each.', 11],
  ['Phone support', 'A person, day and night.', 49],
  ['Named contact', 'The same person every time.', 99],
  ['Data region', 'Stored where your law wants it.', 20],
];

const onceOnly: [name: string, sentence: string, dollars: number][] = [
  ['Onboarding', 'Two hours with an engineer.', 190],
  ['Import', 'We bring your old data over.', 290],
  ['Training', 'Half a day for up to ten people.', 390],
  ['Design review', 'Your setup, looked at by two of us.', 240],
  ['Security review', 'With a written report.', 690],
  ['Custom template', 'In your colors and type.', 150],
  ['Integration', 'With one system of yours.', 890],
  ['Workshop on site', 'A day at your place.', 1490],
  ['Accessibility review', 'Your pages, tried with a screen reader.', 490],
  ['Archive', 'Your old projects on a disk by mail.', 120],
];

const id = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]+/gu, '-');

function amounts(dollars: number, factor: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(currencies).map(([currency, [rate, rounding]]) => [
      currency,
      Math.max(rounding, Math.round((dollars * 100 * factor * rate) / rounding) * rounding),
    ]),
  );
}

const recurring = (dollars: number) => intervals.map((interval) => ({ interval, amounts: amounts(dollars, tenths[interval] / 10) }));

const file = {
  $schema: '../../packages/core/src/catalog/catalog-file.schema.json',
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: Object.keys(currencies),
  defaultInterval: 'month',
  tax: 'exclusive',
  plans: words.map(([name, description], index) => ({
    id: id(name),
    name,
    description,
    ...(index === 4 ? { highlight: true, badge: 'Most teams' } : {}),
    features: [
      `${(index + 1) * 3} projects`,
      `${(index + 1) * 50} GB of storage`,
      `Answers within ${Math.max(1, 24 - index * 2)} hours`,
      { text: 'Single sign-on', included: index > 6 },
      { text: 'Audit log', included: index > 8 },
    ],
    prices: recurring(9 + index * index * 4),
    seats: { min: 1, max: 500, default: 1 },
  })),
  addOns: [
    ...extras.map(([name, description, dollars], index) => ({
      id: id(name),
      name,
      description,
      prices: recurring(dollars),
      quantity: index % 3 === 0 ? { min: 5, max: 100, step: 5, default: 0 } : { min: 1, max: index % 3 === 1 ? 10 : 1, default: 0 },
    })),
    ...onceOnly.map(([name, description, dollars]) => ({
      id: id(name),
      name,
      description,
      prices: [{ amounts: amounts(dollars, 1) }],
      quantity: { min: 1, max: 3, default: 0 },
    })),
  ],
};

writeFileSync(new URL('everything.json', import.meta.url), `${JSON.stringify(file, null, 1)}\n`);
