import { globSync, readFileSync } from 'node:fs';
import { at } from '../paths.ts';
import { brotliSize } from './brotli-size.ts';
import { bundleSource } from './bundle-source.ts';
import type { Figure } from './figure.ts';
import { wireCatalog } from './wire-catalog.ts';

/** `card-form-Xy12Ab34.js` without the hash of its release. */
const chunkName = (path: string): string => path.replace(/^.*\//u, '').replace(/-[\dA-Za-z]+\.js$/u, '');

const coreSize = async (module: string): Promise<number> => brotliSize(await bundleSource(at(`packages/core/src/${module}.ts`)));

/** Chunks that only a page with price models, add-on rules or codes fetches; they have a bar of their own (issue 3). */
const extras: readonly string[] = ['chunk-extended', 'chunk-promotion-code'];
/** Fetched only where the server has a mailer; a bar of its own (decision 0018). */
const byCode: readonly string[] = ['chunk-email-sign-in'];
const issue = 3;
/** What the panel fetches beside the account: cards, trials without one, debts (issue 4, decision 0017). */
const cards: readonly string[] = ['chunk-wallet'];

const sizeOf = (chunks: readonly Figure[]): number => chunks.reduce((sum, { value }) => sum + value, 0);

/** What a page fetches; needs a built script tag. */
export async function measureSizes(): Promise<Figure[]> {
  const folder = at('packages/widgets/dist/script');
  const pricingPage = brotliSize(readFileSync(`${folder}/till.js`, 'utf8'));
  const chunks = globSync('till/*.js', { cwd: folder })
    .toSorted()
    .map((path) => ({ name: `chunk-${chunkName(path)}`, value: brotliSize(readFileSync(`${folder}/${path}`, 'utf8')), unit: 'bytes' }));
  const catalogSize = (name: string): number => brotliSize(JSON.stringify(wireCatalog(name)));
  return [
    { name: 'till-js', value: pricingPage, unit: 'bytes', atMost: 18_000 },
    ...chunks,
    {
      name: 'everything',
      value: pricingPage + sizeOf(chunks.filter(({ name }) => ![...extras, ...cards, ...byCode].includes(name))),
      unit: 'bytes',
      atMost: 52_000,
    },
    {
      issue,
      name: 'price-models-and-codes',
      value: sizeOf(chunks.filter(({ name }) => extras.includes(name))),
      unit: 'bytes',
      atMost: 6_000,
    },
    { issue: 4, name: 'cards', value: sizeOf(chunks.filter(({ name }) => cards.includes(name))), unit: 'bytes', atMost: 7_000 },
    {
      issue: 4,
      name: 'sign-in-by-code',
      value: sizeOf(chunks.filter(({ name }) => byCode.includes(name))),
      unit: 'bytes',
      atMost: 4_000,
    },
    { name: 'catalog-team-suite', value: catalogSize('team-suite'), unit: 'bytes', atMost: 4_000 },
    { name: 'catalog-everything', value: catalogSize('everything'), unit: 'bytes', atMost: 25_000 },
    { name: 'quote-entry', value: await coreSize('quote/quote-selection'), unit: 'bytes', atMost: 2_000 },
    { issue, name: 'quote-exactly-entry', value: await coreSize('quote/quote-exactly'), unit: 'bytes', atMost: 3_500 },
    { issue, name: 'proration-entry', value: await coreSize('proration/prorate-change'), unit: 'bytes', atMost: 2_500 },
    { name: 'format-money-entry', value: await coreSize('money/format-money'), unit: 'bytes', atMost: 600 },
  ];
}
