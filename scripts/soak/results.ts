import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { at } from '../paths.ts';

/** Numbers of one part, by name; texts such as the hash of the sources that it was found with. */
export type SoakResult = Readonly<Record<string, number | string>>;
/** The last result of every part, each with its date. */
export type SoakResults = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

const path = at('docs/soak.json');

export const readSoak = (): SoakResults => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as SoakResults) : {});

export const writeSoak = (results: SoakResults): void => writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
