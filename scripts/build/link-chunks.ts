/**
 * Ties lazily loaded chunks to the script that is already on the page.
 *
 * A bundler lets a chunk import what it shares with the entry from "../till.js". To a browser that is another module than
 * the `till.js?locale=he` which the page has loaded: Lit and every widget would be fetched and defined a second time.
 * So the entry hands its exports over under a key of this release, and chunks take them from there.
 */
import { createHash } from 'node:crypto';
import { brotliSize } from '../figures/brotli-size.ts';
import { parseSync } from 'vite';

export interface OutputFile {
  /** Path under the script folder. */
  readonly name: string;
  readonly code: string;
}

export const entryName = 'till.js';
/** Stands in chunk names until the hash of the release is known: one hash for all, so that an entry never meets another release's chunk. */
export const releaseMark = 'RELEAS';

const registry = `globalThis[Symbol.for("till-${releaseMark}")]`;

function cut(code: string, parts: readonly { start: number; end: number; by: string }[]): string {
  return parts
    .toSorted((a, b) => b.start - a.start)
    .reduce((rest, { start, end, by }) => rest.slice(0, start) + by + rest.slice(end), code);
}

/** What the entry calls its exports, by the name they are exported under. */
type Locals = ReadonlyMap<string, string>;

function exportsOf({ name, code }: OutputFile): Locals {
  const entries = parseSync(name, code).module.staticExports.flatMap((statement) => statement.entries);
  return new Map(entries.map(({ exportName, localName }) => [String(exportName.name), String(localName.name)]));
}

function handOver({ name, code }: OutputFile, locals: Locals): OutputFile {
  const { module } = parseSync(name, code);
  if (module.staticImports.length > 0)
    throw new Error(`${name} imports ${module.staticImports[0]?.moduleRequest.value}: a pricing page would need a second request`);
  if (locals.size === 0) return { name, code };
  const without = cut(
    code,
    module.staticExports.map(({ start, end }) => ({ start, end, by: '' })),
  );
  return { name, code: `${without.trimEnd().replace(/;?$/u, ';')}${registry}={${[...new Set(locals.values())].join(',')}};\n` };
}

function takeOver({ name, code }: OutputFile, locals: Locals): OutputFile {
  const { module } = parseSync(name, code);
  const fromEntry = module.staticImports.filter(({ moduleRequest }) => moduleRequest.value.endsWith(`/${entryName}`));
  const parts = fromEntry.map(({ start, end, entries }) => {
    const names = entries.map(({ importName, localName }) => `${locals.get(String(importName.name)) ?? ''}:${localName.value}`);
    return { start, end, by: names.length > 0 ? `const{${names.join(',')}}=${registry};` : '' };
  });
  return { name, code: cut(code, parts) };
}

/** Takes the imports between chunks and entry apart, and names the chunks after the hash of the whole release. */
export function linkChunks(files: readonly OutputFile[]): OutputFile[] {
  const entry = files.find(({ name }) => name === entryName);
  if (!entry) throw new Error(`there is no ${entryName} among the files`);
  const locals = exportsOf(entry);
  const linked = files.map((file) => (file === entry ? handOver(file, locals) : takeOver(file, locals)));
  const hash = createHash('sha256');
  for (const { name, code } of linked) hash.update(name).update(code);
  const release = lightest(releaseNames(hash.digest('base64url')), linked.find(({ name }) => name === entryName)!.code);
  return linked.map(({ name, code }) => ({ name: name.replace(releaseMark, release), code: code.replaceAll(releaseMark, release) }));
}

/** Names that a digest offers: as many as stand in it one after the other. */
function releaseNames(digest: string): string[] {
  const { length } = releaseMark;
  const letters = digest.replaceAll(/[-_]/gu, '');
  return Array.from({ length: Math.floor(letters.length / length) }, (_, part) => letters.slice(part * length, (part + 1) * length));
}

/** The name with which the entry packs best: the same code ends up to 60 bytes apart, for six letters that mean nothing. */
function lightest(names: readonly string[], code: string): string {
  const sizes = names.map((name) => ({ name, size: brotliSize(code.replaceAll(releaseMark, name)) }));
  return sizes.reduce((best, other) => (other.size < best.size ? other : best)).name;
}
