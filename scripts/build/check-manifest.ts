/**
 * Part of `npm run verify`: the description of the elements is their public interface, so whatever a page can use has a sentence.
 *
 * Promise: a public property, method, attribute, event, slot, part, state or custom property without a description fails,
 * and so does a part or a slot that stands in a template and not in the description.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { at } from '../paths.ts';

interface Described {
  readonly name?: string;
  readonly description?: string;
}
interface Member extends Described {
  readonly privacy?: 'public' | 'private' | 'protected';
  readonly static?: boolean;
  /** Declared by a base class, and described there. */
  readonly inheritedFrom?: unknown;
}
interface Element extends Described {
  readonly tagName?: string;
  readonly summary?: string;
  readonly members?: readonly Member[];
  readonly attributes?: readonly Described[];
  readonly events?: readonly Described[];
  readonly slots?: readonly Described[];
  readonly cssParts?: readonly Described[];
  readonly cssStates?: readonly Described[];
  readonly cssProperties?: readonly Described[];
}
export interface Manifest {
  readonly modules: readonly { readonly path: string; readonly declarations?: readonly Element[] }[];
}

const isBlank = ({ description }: Described): boolean => !description?.trim();

function undescribed(element: Element): string[] {
  const members = (element.members ?? []).filter(
    (member) => !member.static && !member.inheritedFrom && (member.privacy ?? 'public') === 'public',
  );
  const kinds: readonly (readonly [kind: string, list: readonly Described[]])[] = [
    ['member', members],
    ['attribute', element.attributes ?? []],
    ['event', element.events ?? []],
    ['slot', element.slots ?? []],
    ['part', element.cssParts ?? []],
    ['state', element.cssStates ?? []],
    ['custom property', element.cssProperties ?? []],
  ];
  const found = kinds.flatMap(([kind, list]) => list.filter(isBlank).map(({ name }) => `${kind} "${name ?? ''}" has no description`));
  if (!element.summary) found.unshift('has no @summary');
  return isBlank(element) ? ['has no description', ...found] : found;
}

/** What templates offer and the description does not name. */
function unnamed(element: Element, templates: string): string[] {
  const parts = new Set([...templates.matchAll(/\spart="([\w\s-]+)"/gu)].flatMap(([, names = '']) => names.split(/\s+/u)));
  const slots = new Set([...templates.matchAll(/<slot(?:\s+name="([\w-]+)")?/gu)].map(([, name = '']) => name));
  const knows = (list: readonly Described[] | undefined, name: string): boolean =>
    (list ?? []).some((entry) => (entry.name ?? '') === name);
  return [
    ...[...parts].filter((name) => !knows(element.cssParts, name)).map((name) => `part "${name}" stands in a template without @csspart`),
    ...[...slots].filter((name) => !knows(element.slots, name)).map((name) => `slot "${name}" stands in a template without @slot`),
  ];
}

/** One line for each thing that a page can use and nobody has described. `templatesOf` answers the source of a widget's folder. */
export function manifestFaults(manifest: Manifest, templatesOf: (path: string) => string): string[] {
  return manifest.modules.flatMap(({ path, declarations = [] }) =>
    declarations
      .filter(({ tagName }) => tagName?.startsWith('till-'))
      .flatMap((element) =>
        [...undescribed(element), ...unnamed(element, templatesOf(path))].map((fault) => `${element.tagName}: ${fault}`),
      ),
  );
}

/** Checks the manifest that the build wrote; prints the faults and answers how many elements and faults there are. */
export function checkManifest(): { elements: number; faults: readonly string[] } {
  const manifest = JSON.parse(readFileSync(at('packages/widgets/dist/custom-elements.json'), 'utf8')) as Manifest;
  const templatesOf = (path: string): string =>
    globSync(`${dirname(path)}/*.ts`, { cwd: at('') })
      .map((file) => readFileSync(at(file), 'utf8'))
      .join('\n');
  const elements = manifest.modules.flatMap(({ declarations = [] }) => declarations.filter(({ tagName }) => tagName?.startsWith('till-')));
  return { elements: elements.length, faults: manifestFaults(manifest, templatesOf) };
}
