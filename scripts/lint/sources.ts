import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import { at } from '../paths.ts';

/** One import or re-export: where it leads, and whether it is left when the types are gone. */
export interface Link {
  readonly to: string;
  readonly runtime: boolean;
  /** `import(…)`: fetched only when it is needed. */
  readonly lazy: boolean;
}

/** A file as the house rules see it. */
export interface Source {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with every comment blanked, so that a rule about code does not strike a sentence about it. */
  readonly code: string;
  readonly links: readonly Link[];
}

/** A broken rule, as one line: where and what to do. */
export interface Fault {
  readonly path: string;
  readonly sentence: string;
}

export function toSource(path: string, text: string): Source {
  const { module, comments } = parseSync(path, text);
  const links: Link[] = module.staticImports.map(({ start, moduleRequest }) => ({
    to: moduleRequest.value,
    // `import { type A }` without `import type` still fetches the module (verbatimModuleSyntax)
    runtime: !/^import\s+type\b/u.test(text.slice(start)),
    lazy: false,
  }));
  for (const { entries } of module.staticExports)
    for (const { moduleRequest, isType } of entries)
      if (moduleRequest) links.push({ to: moduleRequest.value, runtime: !isType, lazy: false });
  for (const { moduleRequest } of module.dynamicImports)
    links.push({ to: text.slice(moduleRequest.start + 1, moduleRequest.end - 1), runtime: true, lazy: true });
  const code = comments.reduce((rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end), text);
  return { path, text, code, links };
}

/** Every tracked or new TypeScript and JavaScript file of the project itself. */
export function readSources(): Source[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '*.ts', '*.js', '*.mjs'], {
    cwd: at(''),
    encoding: 'utf8',
  });
  return listed.split('\n').flatMap((path) => {
    if (path === '' || path.startsWith('test/public/')) return [];
    try {
      return [toSource(path, readFileSync(at(path), 'utf8'))];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // deleted, but not yet committed
      throw error;
    }
  });
}
