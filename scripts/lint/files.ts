import type { Fault, Source } from './sources.ts';

const longest = 300;

/** Longer files, each with its reason: tables and texts that are one subject and are not read from top to bottom. */
const mayBeLonger: readonly (readonly [file: RegExp, reason: string])[] = [
  [/^packages\/core\/src\/money\/currency\.ts$/u, "the table of Stripe's currencies"],
  [/^packages\/sandbox\/src\/(?:.+\/)?[\w-]*parameters\.ts$/u, "the table of Stripe's parameters"],
  [/^packages\/widgets\/src\/text\/\w\w\.ts$/u, 'a dictionary'],
];

/** Names that say nothing about what is inside. */
const emptyNames = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'service', 'services', 'manager', 'managers']);

function nameFault({ path }: Source): Fault[] {
  const empty = path
    .split('/')
    .flatMap((part) => part.split(/[.-]/u))
    .find((word) => emptyNames.has(word));
  return empty ? [{ path, sentence: `"${empty}" says nothing; name it after what it does` }] : [];
}

function lengthFault({ path, text }: Source): Fault[] {
  const lines = text.trimEnd().split('\n').length;
  if (lines <= longest || mayBeLonger.some(([file]) => file.test(path)) || !/^packages\/[^/]+\/src\//u.test(path)) return [];
  return [{ path, sentence: `has ${lines} lines, more than ${longest}: more than one subject?` }];
}

/** What a file may be called, and how long it may be. */
export const fileFaults = (sources: readonly Source[]): Fault[] =>
  sources.flatMap((source) => [...nameFault(source), ...lengthFault(source)]);
