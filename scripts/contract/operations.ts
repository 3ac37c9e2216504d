/**
 * The calls that the SDK offers, each with method, path, parameters and answer.
 *
 * Promise: names and routes are the SDK's own; a method that makes no single API call is left out.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync, type ESTree } from 'vite';
import { type Found, fileScope, lookUp, type Scope, sdkRoot } from './declarations.ts';
import type { Operation } from './schema.ts';
import { dotted, type Schemas } from './to-schema.ts';

type Method = ESTree.MethodDefinition;

/** Parts of the API that have nothing to do with billing, by their name on the client. */
const leftOut = new Set(
  'apps climate files financialConnections forwarding identity issuing radar reporting sigma terminal treasury v2 reserve'.split(' '),
);

function classNode({ node }: Found): ESTree.Class {
  if (node.type !== 'ClassDeclaration') throw new Error(`${node.id?.name ?? ''} is no class`);
  return node;
}

const keyName = (key: ESTree.PropertyKey): string => (key.type === 'Identifier' ? key.name : '');

// a declaration file's methods have no body, which makes them abstract for the parser's types only
const isMethod = (member: ESTree.ClassElement): member is Method => member.type === 'MethodDefinition';

/** The members of a client or of a group in it that are typed as a class of the SDK's resources. */
function members(found: Found): { readonly name: string; readonly found: Found }[] {
  return classNode(found).body.body.flatMap((member) => {
    if (member.type !== 'PropertyDefinition' || member.accessibility === 'private') return [];
    const type = member.typeAnnotation?.typeAnnotation;
    if (type?.type !== 'TSTypeReference' || type.typeArguments) return [];
    try {
      const there = lookUp(found.scope, dotted(type.typeName));
      return there.node.type === 'ClassDeclaration' && /^resources[/\\]/u.test(relative(sdkRoot, there.scope.file))
        ? [{ name: keyName(member.key), found: there }]
        : [];
    } catch {
      return []; // a type from elsewhere, e.g. of Node
    }
  });
}

interface Route {
  readonly method: Operation['method'];
  readonly path: string;
}

/** The routes of a resource class, read in the JavaScript beside its types. */
function routes({ scope, node }: Found): ReadonlyMap<string, Route> {
  const source = readFileSync(scope.file.replace(/\.d\.ts$/u, '.js'), 'utf8');
  const found = new Map<string, Route>();
  for (const statement of parseSync('resource.js', source).program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'ClassDeclaration' || declaration.id?.name !== node.id?.name) continue;
    for (const method of declaration.body.body.filter(isMethod)) {
      const call = /_makeRequest\(\s*'(GET|POST|DELETE)',\s*['`](\/v1\/[^'`]+)['`]/u.exec(source.slice(method.start, method.end));
      if (call)
        found.set(keyName(method.key), {
          method: call[1] as Route['method'],
          path: (call[2] ?? '').replaceAll(/\$\{encodeURIComponent\((\w+)\)\}/gu, '{$1}'),
        });
    }
  }
  return found;
}

function operationOf(name: string, route: Route, { value }: Method, scope: Scope, schemas: Schemas): Operation {
  const given = value.params.find((param) => param.type === 'Identifier' && param.name === 'params');
  const params = given?.type === 'Identifier' ? given : null;
  const type = params?.typeAnnotation?.typeAnnotation;
  const answer = value.returnType?.typeAnnotation;
  if (!answer) throw new Error(`${name} answers nothing`);
  return {
    name,
    ...route,
    params: type ? schemas.of(type, scope) : null,
    paramsRequired: params !== null && !params.optional,
    response: schemas.of(answer, scope),
  };
}

function resourceOperations(name: string, found: Found, schemas: Schemas): Operation[] {
  const known = routes(found);
  const methods = new Map(
    classNode(found)
      .body.body.filter(isMethod)
      .map((method) => [keyName(method.key), method]),
  );
  return [...methods].flatMap(([method, node]) => {
    const route = known.get(method);
    return route ? [operationOf(`${name}.${method}`, route, node, found.scope, schemas)] : [];
  });
}

function below(prefix: string, found: Found, schemas: Schemas): Operation[] {
  return members(found).flatMap(({ name, found: member }) => {
    if (prefix === '' && leftOut.has(name)) return [];
    return [...resourceOperations(prefix + name, member, schemas), ...below(`${prefix}${name}.`, member, schemas)];
  });
}

/** Every operation of the SDK's first version that has to do with billing. */
export function readOperations(schemas: Schemas): Operation[] {
  const scope = fileScope(join(sdkRoot, 'stripe.core.d.ts'));
  return below('', lookUp(scope, ['Stripe']), schemas);
}
