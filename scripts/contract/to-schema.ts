/**
 * Stripe's published types as schemas.
 *
 * Promise: what the types say is kept whole (required, null, enums, expansions), objects are closed, and a form of type
 * that is not known here is an error, not a gap.
 */
import type { ESTree } from 'vite';
import { type Found, lookUp, type Scope } from './declarations.ts';
import type { Schema } from './schema.ts';

/** Stripe's numbers are whole, apart from attributes with these names. */
const fraction = /percent|^rate$|exchange_rate|^value$|_gb$|latitude|longitude/u;

/** The types that were met, by name; filled as references are followed. */
export class Schemas {
  readonly byName: Record<string, Schema> = {};
  readonly #waiting: Found[] = [];

  /** A reference to the named type, which is read later. */
  reference(found: Found): Schema {
    if (!Object.hasOwn(this.byName, found.name)) {
      this.byName[found.name] = {};
      this.#waiting.push(found);
    }
    return { $ref: found.name };
  }

  /** Reads everything that was referred to, and what that refers to. */
  settle(): void {
    for (let found = this.#waiting.pop(); found; found = this.#waiting.pop()) this.byName[found.name] = this.#read(found);
  }

  #read({ node, scope }: Found): Schema {
    if (node.type === 'TSInterfaceDeclaration') return this.#interface(node, scope);
    if (node.type === 'TSTypeAliasDeclaration') return this.of(node.typeAnnotation, scope);
    throw new Error(`A class is no data: ${node.id?.name ?? ''}`);
  }

  #interface(node: ESTree.TSInterfaceDeclaration, scope: Scope): Schema {
    const bases = node.extends.map(({ expression, typeArguments }) => {
      const name = dotted(expression);
      const base = name.join('.') === 'Omit' ? typeArguments?.params[0] : undefined;
      return base ? this.#flat(this.of(base, scope)) : this.#read(lookUp(scope, name));
    });
    return [...bases, this.#members(node.body.body, scope)].reduce(joined);
  }

  #flat(schema: Schema): Schema {
    if (schema.$ref === undefined) return schema;
    this.settle();
    return this.byName[schema.$ref] ?? schema;
  }

  #members(members: readonly ESTree.TSSignature[], scope: Scope): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    let others: Schema | false = false;
    for (const member of members) {
      if (member.type === 'TSIndexSignature') others = this.of(member.typeAnnotation.typeAnnotation, scope);
      if (member.type !== 'TSPropertySignature' || !member.typeAnnotation) continue;
      const name = member.key.type === 'Literal' ? String(member.key.value) : member.key.type === 'Identifier' ? member.key.name : null;
      if (name === null) throw new Error(`A property without a name in ${scope.file}`);
      properties[name] = this.of(member.typeAnnotation.typeAnnotation, scope, name);
      if (!member.optional) required.push(name);
    }
    return { type: 'object', properties, required, additionalProperties: others };
  }

  /** The schema of a type as it stands in `scope`; `attribute` is the property that has it. */
  of(type: ESTree.TSType, scope: Scope, attribute = ''): Schema {
    switch (type.type) {
      case 'TSStringKeyword':
        return { type: 'string' };
      case 'TSNumberKeyword':
        return { type: fraction.test(attribute) ? 'number' : 'integer' };
      case 'TSBooleanKeyword':
        return { type: 'boolean' };
      case 'TSNullKeyword':
        return { type: 'null' };
      case 'TSAnyKeyword':
      case 'TSUnknownKeyword':
        return {};
      case 'TSVoidKeyword':
      case 'TSUndefinedKeyword':
        return { never: true };
      case 'TSParenthesizedType':
        return this.of(type.typeAnnotation, scope, attribute);
      case 'TSArrayType':
        return { type: 'array', items: this.of(type.elementType, scope, attribute) };
      case 'TSTypeLiteral':
        return this.#members(type.members, scope);
      case 'TSUnionType':
        return union(type.types.filter((part) => !isOtherString(part)).map((part) => this.of(part, scope, attribute)));
      case 'TSIntersectionType':
        return type.types.map((part) => this.#flat(this.of(part, scope, attribute))).reduce(joined);
      case 'TSLiteralType':
        return literal(type);
      case 'TSTypeReference':
        return this.#named(type, scope, attribute);
      default:
        throw new Error(`${type.type} of ${attribute} in ${scope.file} is not known`);
    }
  }

  #named({ typeName, typeArguments }: ESTree.TSTypeReference, scope: Scope, attribute: string): Schema {
    const name = dotted(typeName);
    const [first, second] = (typeArguments?.params ?? []).map((part) => () => this.of(part, scope, attribute));
    const alone = name.length === 1 ? name[0] : undefined;
    if (alone === 'Decimal') return { type: 'string', format: 'decimal' };
    if (alone === 'OtherString') return { type: 'string' };
    if (alone === 'StripeStreamResponse') return {}; // a file's bytes
    if (alone === 'Record' && second) return { type: 'object', additionalProperties: second() };
    if (alone !== undefined && first) return generic(alone, first());
    return this.reference(lookUp(scope, name));
  }
}

function generic(name: string, inner: Schema): Schema {
  switch (name) {
    case 'Array':
      return { type: 'array', items: inner };
    case 'Promise':
    case 'Response':
      return inner;
    case 'Partial':
      return { ...inner, partial: true };
    case 'Emptyable':
      return union([inner, { type: 'string', enum: [''] }]);
    case 'ApiList':
    case 'ApiListPromise':
      return list('list', inner, {}, []);
    case 'ApiSearchResultPromise':
      return list(
        'search_result',
        inner,
        { next_page: { anyOf: [{ type: 'string' }, { type: 'null' }] }, total_count: { type: 'integer' } },
        ['next_page'],
      );
    default:
      throw new Error(`${name}<…> is not known`);
  }
}

const list = (object: string, item: Schema, more: Readonly<Record<string, Schema>>, alsoRequired: readonly string[]): Schema => ({
  type: 'object',
  properties: {
    object: { type: 'string', enum: [object] },
    data: { type: 'array', items: item },
    has_more: { type: 'boolean' },
    url: { type: 'string' },
    ...more,
  },
  required: ['object', 'data', 'has_more', 'url', ...alsoRequired],
  additionalProperties: false,
});

/** The parts of `A.B.C`. */
export function dotted(name: ESTree.TSTypeName | ESTree.Expression): string[] {
  if (name.type === 'Identifier') return [name.name];
  if (name.type === 'TSQualifiedName') return [...dotted(name.left), name.right.name];
  if (name.type === 'MemberExpression' && name.property.type === 'Identifier') return [...dotted(name.object), name.property.name];
  throw new Error(`${name.type} is not a name`);
}

/** The SDK leaves enums open for values of later versions; of this version the values are the listed ones. */
const isOtherString = (type: ESTree.TSType): boolean =>
  type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'OtherString';

function literal({ literal: value }: ESTree.TSLiteralType): Schema {
  if (value.type === 'Literal') {
    if (typeof value.value === 'string') return { type: 'string', enum: [value.value] };
    if (typeof value.value === 'number') return { type: 'integer', enum: [value.value] };
    if (typeof value.value === 'boolean') return { type: 'boolean', enum: [value.value] };
  }
  throw new Error(`${value.type} is not known as a literal`);
}

/** Either of `options`; texts with fixed values become one enum. */
function union(options: readonly Schema[]): Schema {
  const flat = options.flatMap((option) => option.anyOf ?? [option]);
  const texts = flat.flatMap((option) => (option.type === 'string' && option.enum ? option.enum : []));
  const others = flat.filter((option) => !(option.type === 'string' && option.enum));
  const all: Schema[] = texts.length > 0 ? [{ type: 'string', enum: [...new Set(texts)] }, ...others] : others;
  const [only] = all;
  return all.length === 1 && only ? only : { anyOf: all };
}

/** Both: attributes of the later win. */
function joined(first: Schema, later: Schema): Schema {
  return {
    type: 'object',
    properties: { ...first.properties, ...later.properties },
    required: [...new Set([...(first.required ?? []), ...(later.required ?? [])])],
    additionalProperties: later.additionalProperties || first.additionalProperties || false,
  };
}
