import type { Plugin } from 'vite';

/** What the script tag needs of Lit's decorators: they stand on fields and plain accessors, compiled the experimental way. */
const decorators = `
export const property = (options) => (prototype, name) => prototype.constructor.createProperty(name, options);
export const state = (options) => property({ ...options, state: true, attribute: false });`;

/** The compiler's helper calls each decorator; ours return nothing that would have to be defined. */
const decorate = `export default (list, prototype, name) => list.forEach((one) => one(prototype, name));`;

/**
 * Leaves out of the script tag what supports standard decorators, class decorators and method decorators: about 300 bytes
 * that no widget uses. Another decorator than `property` and `state` fails the build by name.
 */
export function leanDecorators(): Plugin {
  return {
    name: 'till:lean-decorators',
    enforce: 'pre',
    resolveId: (id) => (id === 'lit/decorators.js' ? '\0till:decorators' : null),
    load: (id) => (id === '\0till:decorators' ? decorators : null),
    transform: (_, id) => (/helpers\/(?:esm\/)?decorate\.js$/u.test(id) ? { code: decorate, map: null } : null),
  };
}
