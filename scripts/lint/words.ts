import { runtimeClosure } from './imports.ts';
import type { Fault, Source } from './sources.ts';

interface Ban {
  readonly word: RegExp;
  readonly reason: string;
  readonly files: (path: string) => boolean;
}

const shipped = (path: string): boolean => /^packages\/[^/]+\/src\//u.test(path);
const server = (path: string): boolean => path.startsWith('packages/server/src/');
/** Where the process starts; everything else gets its configuration by argument. */
const processStarts = new Set(['config', 'cli', 'main'].map((name) => `packages/server/src/${name}.ts`)).add('packages/sandbox/src/cli.ts');

const bans: readonly Ban[] = [
  { word: /\bunsafe(?:HTML|SVG)\b/u, reason: 'markup comes from templates only', files: shipped },
  { word: /static-html/u, reason: 'markup comes from plain templates only', files: shipped },
  { word: /constructEventWithoutVerification/u, reason: 'there is no unverified path', files: () => true },
  {
    word: /\b(?:charges|customers|invoices|paymentIntents|prices|products|subscriptions)\s*\.\s*search\(/u,
    reason: "Stripe's search lags behind by a minute; list or retrieve instead",
    // what it finds there is looked up in the list
    files: (path) => server(path) && path !== 'packages/server/src/stripe/address-spellings.ts',
  },
  {
    word: /\bpostMessage\([^)]*['"]\*['"]|\b(?:window|globalThis)\s*\.\s*(?:addEventListener\(\s*['"]message['"]|onmessage\b)/u,
    reason: 'messages between windows need an origin and a source that are checked; we use none',
    files: (path) => path.startsWith('packages/widgets/src/'),
  },
  {
    word: /\b(?:sessionStorage|localStorage|indexedDB)\b|\bdocument\s*\.\s*cookie\b/u,
    reason: 'a browser may forbid storage or have no room: keep things by provider/storage.ts, which never throws',
    files: (path) => path.startsWith('packages/widgets/src/') && path !== 'packages/widgets/src/provider/storage.ts',
  },
  {
    word: /\b(?:refunds|creditNotes|disputes)\s*\.\s*(?:create|update|close)\(/u,
    reason: 'money goes back by the hand of the owner, in the dashboard',
    files: server,
  },
  {
    word: /\bprocess\s*\.\s*env\b/u,
    reason: 'read the environment where the process starts, and pass it on',
    files: (path) => shipped(path) && !processStarts.has(path),
  },
];

const paths = new Set(['scripts/lint/words.ts', 'test/scripts/lint.test.ts']);

function banned({ path, code }: Source): Fault[] {
  if (paths.has(path)) return []; // the rules themselves
  return bans.flatMap(({ word, reason, files }) => {
    const found = files(path) ? word.exec(code)?.[0] : undefined;
    return found ? [{ path, sentence: `says ${found}: ${reason}` }] : [];
  });
}

/** The script tag's first request; `Intl` costs a slow phone 50 ms there (decision 2). */
const firstPaint = 'packages/widgets/src/till.ts';

function slowFirstPaint(sources: readonly Source[]): Fault[] {
  const fetched = runtimeClosure(sources, [firstPaint], false);
  return sources
    .filter(({ path, code }) => fetched.has(path) && /\bIntl\s*\./u.test(code))
    .map(({ path }) => ({
      path,
      sentence: 'uses Intl and is part of the first paint; format with a money pattern, or load it when needed',
    }));
}

/** What the code may not say. */
export const wordFaults = (sources: readonly Source[]): Fault[] => [...sources.flatMap(banned), ...slowFirstPaint(sources)];
