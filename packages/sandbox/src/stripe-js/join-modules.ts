/**
 * Step checkout: makes one classic script of browser modules, without a build: types are stripped, modules stand one after the other.
 *
 * Promise: a module stands behind those it imports; nothing but what `start` does reaches the page's globals. Modules name what they
 * import plainly (`import { a } from './a.ts'`), and no two of them may use the same name at their top level.
 */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const importLine = /^import\s[^;]*?from\s+'(\.[^']+)';$/gmu;
const exportWord = /^export\s+(?=(?:async |abstract )?(?:function|class|const|let)\b)/gmu;

function readModule(url: URL): string {
  const text = readFileSync(url, 'utf8');
  return url.pathname.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
}

function gather(url: URL, modules: Map<string, string>): void {
  if (modules.has(url.href)) return;
  modules.set(url.href, ''); // what imports itself in a circle is left where it is met first
  const text = readModule(url);
  const before = [...text.matchAll(importLine)].map(([, path]) => new URL(path ?? '', url));
  modules.delete(url.href);
  for (const needed of before) gather(needed, modules);
  modules.set(url.href, text.replaceAll(importLine, '').replaceAll(exportWord, ''));
}

const scripts = new Map<string, string>();

/** The modules that lead to `entry` as statements in order, as they stand in the script. */
export function joinModules(entry: URL): string {
  const known = scripts.get(entry.href);
  if (known !== undefined) return known;
  const modules = new Map<string, string>();
  gather(entry, modules);
  const joined = [...modules.values()].join('\n');
  scripts.set(entry.href, joined);
  return joined;
}

/** A module next to this one: `.ts` where the sources run, `.js` in the published package. */
export const browserModule = (path: string): URL => new URL(`./${path}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** The whole script: calls the function `start` of the module `path` with `config`. */
export function browserScript(path: string, start: string, config: object): string {
  const told = JSON.stringify(config).replaceAll('<', '\\u003c');
  return `(() => {\n'use strict';\n${joinModules(browserModule(path))}\n${start}(${told});\n})();\n`;
}
