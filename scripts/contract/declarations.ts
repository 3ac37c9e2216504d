/**
 * The type declarations of the installed `stripe` package, found by name as TypeScript's scopes find them.
 *
 * Promise: a name leads to the one declaration that the compiler would take, through namespaces, imports and re-exports,
 * or to an error; nothing is guessed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync, type ESTree } from 'vite';

export type Named = ESTree.TSInterfaceDeclaration | ESTree.TSTypeAliasDeclaration | ESTree.Class;
type Statement = ESTree.Statement | ESTree.Directive;

/** A declaration together with the place whose names it can see. */
export interface Found {
  readonly node: Named;
  readonly scope: Scope;
  /** Unique in the package: folder and namespaces before it, e.g. `Checkout.Session.LineItem`. */
  readonly name: string;
}

/** The declarations of one file or of one namespace in it. */
export interface Scope {
  readonly file: string;
  readonly namespaces: readonly string[];
  readonly statements: readonly Statement[];
  readonly outer: Scope | null;
}

/** Root of the installed SDK's ES modules. */
export const sdkRoot = resolve(createRequire(import.meta.url).resolve('stripe'), '../../esm');

const files = new Map<string, Scope>();

/** The outermost scope of a declaration file. */
export function fileScope(file: string): Scope {
  const known = files.get(file);
  if (known) return known;
  const scope: Scope = { file, namespaces: [], statements: parseSync(file, readFileSync(file, 'utf8')).program.body, outer: null };
  files.set(file, scope);
  return scope;
}

const declarationOf = (statement: Statement): Statement | ESTree.Declaration =>
  statement.type === 'ExportNamedDeclaration' && statement.declaration ? statement.declaration : statement;

function fullName({ file, namespaces }: Scope, name: string): string {
  const folder = dirname(relative(join(sdkRoot, 'resources'), file));
  const folders = folder === '.' || folder.startsWith('..') ? [] : folder.split(/[/\\]/u);
  const inner = folders.at(-1) === namespaces[0] ? namespaces.slice(1) : namespaces;
  return [...folders, ...inner, name].join('.');
}

/** The declaration of `name` directly in `scope`. */
export function declared(scope: Scope, name: string): Found | null {
  for (const statement of scope.statements) {
    const node = declarationOf(statement);
    if (node.type !== 'TSInterfaceDeclaration' && node.type !== 'TSTypeAliasDeclaration' && node.type !== 'ClassDeclaration') continue;
    if (node.id?.name === name) return { node, scope, name: fullName(scope, name) };
  }
  return null;
}

function namespaceIn(scope: Scope, name: string): Scope | null {
  const statements = scope.statements.map(declarationOf).flatMap((node): Statement[] => {
    if (node.type !== 'TSModuleDeclaration' || node.id.type !== 'Identifier' || node.id.name !== name) return [];
    return node.body?.type === 'TSModuleBlock' ? node.body.body : [];
  });
  return statements.length === 0 ? null : { file: scope.file, namespaces: [...scope.namespaces, name], statements, outer: scope };
}

/** The declaration file behind `./X.js`. */
function target(scope: Scope, specifier: string): Scope | null {
  const file = join(dirname(scope.file), specifier.replace(/\.js$/u, '.d.ts'));
  return specifier.startsWith('.') && existsSync(file) ? fileScope(file) : null;
}

const nameOf = (id: ESTree.ModuleExportName): string => (id.type === 'Literal' ? id.value : id.name);

/** Where an import or a re-export of `name` leads: a whole module, or a name in one. */
function linked(scope: Scope, name: string): { readonly scope: Scope; readonly name: string | null } | null {
  for (const node of scope.statements) {
    if (node.type === 'ImportDeclaration') {
      const specifier = node.specifiers.find(({ local }) => local.name === name);
      const to = specifier && target(scope, node.source.value);
      if (to) return { scope: to, name: specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : null };
    } else if (node.type === 'ExportNamedDeclaration' && node.source) {
      const specifier = node.specifiers.find(({ exported }) => nameOf(exported) === name);
      const to = specifier && target(scope, node.source.value);
      if (to) return { scope: to, name: nameOf(specifier.local) };
    }
  }
  return null;
}

/** Modules whose names `export * from` passes on. */
const passedOn = (scope: Scope): Scope[] =>
  scope.statements.flatMap((node) => {
    const to = node.type === 'ExportAllDeclaration' ? target(scope, node.source.value) : null;
    return to ? [to] : [];
  });

/** What a namespace's `export { local as name }` calls it outside. */
function localName(scope: Scope, name: string): string | null {
  for (const node of scope.statements) {
    const specifier = node.type === 'ExportNamedDeclaration' && node.specifiers.find(({ exported }) => nameOf(exported) === name);
    if (specifier) return nameOf(specifier.local);
  }
  return null;
}

/** `name` as a scope itself offers it, by declaration, import or re-export. */
function offered<T>(scope: Scope, name: string, look: (scope: Scope, name: string) => T | null): T | null {
  const own = look(scope, name);
  if (own) return own;
  const link = linked(scope, name);
  if (link?.name) return offered(link.scope, link.name, look);
  const exported = scope.outer && localName(scope, name);
  if (scope.outer && exported) return visible(scope.outer, exported, look);
  for (const module of passedOn(scope)) {
    const there = offered(module, name, look);
    if (there) return there;
  }
  return null;
}

function visible<T>(scope: Scope, name: string, look: (scope: Scope, name: string) => T | null): T | null {
  for (let at: Scope | null = scope; at; at = at.outer) {
    const there = offered(at, name, look);
    if (there) return there;
  }
  return null;
}

/** The scope that `A` of `A.B` names: a namespace, or a module imported whole. */
function wholeModule(scope: Scope, name: string): Scope | null {
  for (let at: Scope | null = scope; at; at = at.outer) {
    const link = linked(at, name);
    if (link && link.name === null) return link.scope;
  }
  return null;
}

/** Looks a possibly dotted name up, as seen from `scope`. */
export function lookUp(scope: Scope, dotted: readonly string[]): Found {
  const [first = '', ...rest] = dotted;
  const last = rest.pop();
  let found: Found | null;
  if (last === undefined) found = visible(scope, first, declared);
  else {
    let at: Scope | null = visible(scope, first, namespaceIn) ?? wholeModule(scope, first);
    for (const name of rest) at = at && (offered(at, name, namespaceIn) ?? wholeModule(at, name));
    found = at && offered(at, last, declared);
  }
  if (!found) throw new Error(`${dotted.join('.')} is not declared for ${relative(sdkRoot, scope.file)}`);
  return found;
}
