/**
 * Lit without what the script tag never uses: about 500 bytes of brotli of the 12,000 that a pricing page may cost.
 *
 * Promise: only code that the supported browsers (build target) can never reach, and support for decorators on classes,
 * methods and accessors, is left out; Lit is pinned, and a passage that is not found any more fails the build.
 */
import type { Plugin } from 'vite';

type Cut = readonly [passage: string, instead: string];

/** By file of Lit's production build, exactly as it is published in 3.3.3. */
const cuts: Readonly<Record<string, readonly Cut[]>> = {
  '/@lit/reactive-element/css-tag.js': [
    // every supported browser has adoptable style sheets
    [
      't.ShadowRoot&&(void 0===t.ShadyCSS||t.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype',
      '!0',
    ],
    // the refusals stay, their explanations are for developers
    ['"CSSResult is not constructable. Use `unsafeCSS` or `css` instead."', '"css"'],
    [
      "\"Value passed to 'css' function must be a 'css' function result: \"+t+\". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.\"",
      '"css"',
    ],
  ],
  '/@lit/reactive-element/reactive-element.js': [
    // metadata of standard decorators; ours are compiled the experimental way
    ['Symbol.metadata??=Symbol("metadata"),a.litPropertyMetadata??=new WeakMap;', ''],
    [
      'const t=this[Symbol.metadata];if(null!==t){const s=litPropertyMetadata.get(t);if(void 0!==s)for(const[t,i]of s)this.elementProperties.set(t,i)}',
      '',
    ],
    // hooks for polyfills
    ['p?.({ReactiveElement:y}),(a.reactiveElementVersions??=[]).push("2.1.2")', '0'],
    [',p=a.reactiveElementPolyfillSupport', ''],
  ],
  '/lit-html/lit-html.js': [
    ['B?.(S,k),(t.litHtmlVersions??=[]).push("3.3.3");', ''],
    [',B=t.litHtmlPolyfillSupport', ''],
  ],
  '/lit-element/lit-element.js': [
    [',s.litElementHydrateSupport?.({LitElement:i});const o=s.litElementPolyfillSupport;o?.({LitElement:i});', ';'],
    ['(s.litElementVersions??=[]).push("4.2.2");', ''],
  ],
};

/** Decorators stand on fields only; another one than these two fails the build by name. */
const decorators = `
export const property = (options) => (prototype, name) => prototype.constructor.createProperty(name, options);
export const state = (options) => property({ ...options, state: true, attribute: false });`;

/** The compiler's helper; the two above return nothing that would have to be defined. */
const decorate = 'export default (list, prototype, name) => list.forEach((one) => one(prototype, name));';

function cut(code: string, passages: readonly Cut[], id: string): string {
  return passages.reduce((rest, [passage, instead]) => {
    if (!rest.includes(passage)) throw new Error(`${id} has changed: it has no passage "${passage}" (scripts/build/lean-lit.ts)`);
    return rest.replace(passage, () => instead);
  }, code);
}

export function leanLit(): Plugin {
  return {
    name: 'till:lean-lit',
    enforce: 'pre',
    resolveId: (id) => (id === 'lit/decorators.js' ? '\0till:decorators' : null),
    load: (id) => (id === '\0till:decorators' ? decorators : null),
    transform(code, id) {
      if (/helpers\/(?:esm\/)?decorate\.js$/u.test(id)) return { code: decorate, map: null };
      const passages = Object.entries(cuts).find(([file]) => id.endsWith(file))?.[1];
      return passages ? { code: cut(code, passages, id), map: null } : null;
    },
  };
}
