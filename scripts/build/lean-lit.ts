/**
 * Lit without what our widgets do not use, in a script that may have 12,000 bytes (docs/decisions/0007): an element base of
 * our own (packages/widgets/src/lean/lit.ts) over lit-html, of which some passages are cut out.
 *
 * Promise: npm modules use Lit as published. A widget that uses something which the script tag's Lit does not have fails
 * the build by name, and so does another version of lit-html.
 */
import type { Plugin } from 'vite';
import { at } from '../paths.ts';
import { litCuts, type Cut } from './lit-cuts.ts';

/** Decorators stand on fields only; another one than these two fails the build by name. */
const decorators = `
export const property = (options) => (prototype, name) => prototype.constructor.createProperty(name, options);
export const state = (options) => property({ ...options, state: true, attribute: false });`;

/** The compiler's helper; the two above return nothing that would have to be defined. */
const decorate = 'export default (list, prototype, name) => list.forEach((one) => one(prototype, name));';

/** What a widget can write that lean Lit does not understand. What it does not export the bundler tells. */
const unsupported: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/from 'lit\/(?:async-)?directive|from 'lit\/directives\/|from 'lit\/static-html/u, 'directives'],
  [/\breflect:\s*true|\buseDefault:\s*true/u, 'reflected attributes'],
  [/\bconverter:|\btype:\s*(?:Object|Array)\b/u, 'attribute converters other than String, Boolean and Number'],
  [/\bstatic (?:override )?properties\b|\baddInitializer\b/u, 'static properties and initializers'],
  [/@[\w-]+=\$\{\{|\bhandleEvent\b|@eventOptions/u, 'listeners that are objects or have options'],
  [/\b(?:svg|mathml)`/u, 'svg and mathml templates'],
  [/<(?:textarea|title|style|script)\b[^<]*>[^<]*\$\{/u, 'bindings inside textarea, title, style and script'],
  [/<!--[^>]*\$\{/u, 'bindings inside comments'],
];

function refuse(code: string, id: string): void {
  const found = unsupported.find(([pattern]) => pattern.test(code));
  if (found) throw new Error(`${id} uses ${found[1]}, which the script tag's Lit does not have (scripts/build/lean-lit.ts)`);
}

/** Applies the cuts of one file; a passage that is not there means another version of Lit. */
export function cutOut(code: string, cuts: readonly Cut[], id: string): string {
  return cuts.reduce((rest, [passage, instead = '']) => {
    if (!rest.includes(passage)) throw new Error(`${id} has no passage "${passage}" any more (scripts/build/lit-cuts.ts)`);
    return rest.replace(passage, () => instead);
  }, code);
}

const isWidget = (path: string | undefined): boolean => /\/packages\/widgets\/src\/.+\.ts$/u.test(path ?? '');

/** Widgets get our element base where they import `lit`; the widget tests use this too, so that they test what is shipped. */
export function leanElement(): Plugin {
  return {
    name: 'till:lean-element',
    enforce: 'pre',
    resolveId: (id, importer) => (id === 'lit' && isWidget(importer) ? at('packages/widgets/src/lean/lit.ts') : null),
  };
}

/** The rest of the diet, for the script tag alone. */
export function leanLit(): Plugin {
  return {
    name: 'till:lean-lit',
    enforce: 'pre',
    resolveId: (id) => (id === 'lit/decorators.js' ? '\0till:decorators' : null),
    load: (id) => (id === '\0till:decorators' ? decorators : null),
    transform(code, id) {
      if (/helpers\/(?:esm\/)?decorate\.js$/u.test(id)) return { code: decorate, map: null };
      if (isWidget(id)) refuse(code, id);
      const cuts = Object.entries(litCuts).find(([file]) => id.endsWith(file))?.[1];
      return cuts ? { code: cutOut(code, cuts, id), map: null } : null;
    },
  };
}
