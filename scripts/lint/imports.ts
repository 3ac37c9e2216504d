import { posix } from 'node:path';
import type { Fault, Source } from './sources.ts';

/** Which of our packages each package may import; the arrows of docs/decisions/0001. */
const mayImport: Readonly<Record<string, readonly string[]>> = { core: [], sandbox: [], widgets: ['core'], server: ['core'] };

/** What must never be fetched by a browser: the schema library and tables that only the server needs (decision 3). */
const notForBrowsers = ['valibot', 'packages/core/src/money/currency.ts', 'packages/core/src/money/money-pattern.ts'];

const packageOf = (path: string): string | undefined => /^packages\/([^/]+)\/src\//u.exec(path)?.[1];

/** Repository path of what an import leads to, or the bare name of a foreign package. */
export function resolveLink(from: string, to: string): string {
  if (to.startsWith('.')) return posix.join(posix.dirname(from), to);
  const own = /^@tillkit\/([^/]+)(?:\/(.+))?$/u.exec(to);
  if (own) return `packages/${own[1]}/src/${own[2] ?? 'index'}.ts`;
  const [scope = '', name] = to.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/** Every file that is fetched with `entries`, each with the one that asks for it. Bare package names are among them. */
export function runtimeClosure(sources: readonly Source[], entries: readonly string[], lazyToo: boolean): Map<string, string | undefined> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const askedBy = new Map<string, string | undefined>(entries.map((path) => [path, undefined]));
  for (const path of askedBy.keys()) {
    for (const { to, runtime, lazy } of byPath.get(path)?.links ?? []) {
      const target = resolveLink(path, to);
      if (runtime && (lazyToo || !lazy) && !askedBy.has(target)) askedBy.set(target, path);
    }
  }
  return askedBy;
}

function chain(askedBy: ReadonlyMap<string, string | undefined>, end: string): string {
  const steps = [end];
  for (let at = askedBy.get(end); at !== undefined; at = askedBy.get(at)) steps.unshift(at);
  return steps.join(' → ');
}

function wallFaults({ path, links }: Source): Fault[] {
  const own = packageOf(path);
  if (!own) return [];
  return links.flatMap(({ to }): Fault[] => {
    if (own === 'core' && to.startsWith('node:')) return [{ path, sentence: `imports ${to}; core runs in browsers too` }];
    const target = packageOf(resolveLink(path, to));
    if (to.startsWith('.') && target !== own) return [{ path, sentence: `imports ${to}, which leaves the package` }];
    if (target === undefined || target === own || mayImport[own]?.includes(target)) return [];
    return [{ path, sentence: `imports ${to}; ${own} may import ${mayImport[own]?.join(', ') || 'none of our packages'}` }];
  });
}

const moduleOf = (path: string): string | undefined => /^packages\/server\/src\/modules\/([^/]+)\//u.exec(path)?.[1];
const moduleList = 'packages/server/src/modules.ts';

/** A module is imported by nobody but its own folder and, when it is switched on, the list of modules. */
function moduleFaults({ path, links }: Source): Fault[] {
  if (packageOf(path) === undefined) return [];
  return links.flatMap(({ to, lazy }): Fault[] => {
    const target = moduleOf(resolveLink(path, to));
    if (target === undefined || target === moduleOf(path) || (path === moduleList && lazy)) return [];
    return [{ path, sentence: `imports ${to}; a module is reached through modules.ts only, so that it can be left out` }];
  });
}

/** The walls between the packages, and what stays out of browsers. */
export function importFaults(sources: readonly Source[]): Fault[] {
  const widgets = sources.map(({ path }) => path).filter((path) => packageOf(path) === 'widgets');
  const fetched = runtimeClosure(sources, widgets, true);
  const heavy = notForBrowsers
    .filter((target) => fetched.has(target))
    .map((target) => ({ path: fetched.get(target) ?? target, sentence: `brings ${target} into the browser: ${chain(fetched, target)}` }));
  return [...sources.flatMap(wallFaults), ...sources.flatMap(moduleFaults), ...heavy];
}
