/**
 * Every parameter that Stripe's contract knows, each as the text of a form that sends nothing else but what is required.
 */
import type { Operation, Schema } from '../../scripts/contract/schema.ts';

/** One parameter of an operation. */
export interface Parameter {
  /** As in a form, e.g. `items[0][price]`. */
  readonly path: string;
  /** A form that has it, and whatever is required beside it. */
  readonly form: Readonly<Record<string, string>>;
  /** The same with a value that cannot be meant, or null where any text is fine. */
  readonly wrongForm: Readonly<Record<string, string>> | null;
}

type Schemas = Readonly<Record<string, Schema>>;
type Entries = Readonly<Record<string, string>>;

/** Objects within objects are followed so deep. */
const depthLimit = 5;

/** The schema behind references, and the richest of several forms. */
export function richest(schema: Schema, schemas: Schemas): Schema {
  if (schema.$ref !== undefined) return richest(schemas[schema.$ref] ?? {}, schemas);
  if (!schema.anyOf) return schema;
  const options = schema.anyOf.map((option) => richest(option, schemas)).filter(({ type }) => type !== 'null');
  const rank = ({ type, properties }: Schema): number =>
    type === 'object' && properties ? 3 : type === 'array' ? 2 : type === 'object' ? 1 : 0;
  return options.toSorted((a, b) => rank(b) - rank(a))[0] ?? {};
}

function plainText({ type, enum: choices }: Schema): string {
  const [first] = choices?.filter((choice) => choice !== '') ?? [];
  if (first !== undefined) return String(first);
  if (type === 'integer' || type === 'number') return '1';
  return type === 'boolean' ? 'true' : '1';
}

const isTree = ({ type, properties }: Schema): boolean => type === 'object' && Object.keys(properties ?? {}).length > 0;

/** The least that makes `schema` complete at `path`. */
function least(given: Schema, path: string, schemas: Schemas, depth = 0): Entries {
  const schema = richest(given, schemas);
  if (schema.type === 'array') return least(schema.items ?? {}, `${path}[0]`, schemas, depth);
  if (schema.type !== 'object') return { [path]: plainText(schema) };
  if (!isTree(schema)) return least(schema.additionalProperties || { type: 'string' }, `${path}[eur]`, schemas, depth + 1);
  const required = requiredEntries(schema, path, schemas, depth);
  if (Object.keys(required).length > 0 || depth > depthLimit) return required;
  const [name, first] = Object.entries(schema.properties ?? {})[0] ?? ['', {}];
  return least(first, `${path}[${name}]`, schemas, depth + 1);
}

function requiredEntries({ properties = {}, required = [] }: Schema, path: string, schemas: Schemas, depth: number): Entries {
  const names = required.filter((name) => properties[name] !== undefined);
  return Object.assign(
    {},
    ...names.map((name) => least(properties[name] ?? {}, path === '' ? name : `${path}[${name}]`, schemas, depth + 1)),
  ) as Entries;
}

/** Whether some form of the parameter takes any text. */
function isFreeText(given: Schema, schemas: Schemas): boolean {
  if (given.$ref !== undefined) return isFreeText(schemas[given.$ref] ?? {}, schemas);
  if (given.anyOf) return given.anyOf.some((option) => isFreeText(option, schemas));
  return given.type === undefined || (given.type === 'string' && !given.enum && given.format !== 'decimal');
}

function below(given: Schema, path: string, beside: Entries, schemas: Schemas, depth: number): Parameter[] {
  const schema = richest(given, schemas);
  if (schema.type === 'array' && isTree(richest(schema.items ?? {}, schemas)))
    return below(schema.items ?? {}, `${path}[0]`, beside, schemas, depth);
  if (!isTree(schema) || depth > depthLimit) {
    return [
      {
        path,
        form: { ...beside, ...least(schema, path, schemas) },
        wrongForm: isFreeText(given, schemas) ? null : { ...beside, [path]: 'of no kind' },
      },
    ];
  }
  const inside = { ...beside, ...requiredEntries(schema, path, schemas, depth) };
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    below(property, path === '' ? name : `${path}[${name}]`, inside, schemas, depth + 1),
  );
}

/** All parameters of an operation, those inside others too. */
export function parametersOf({ params }: Operation, schemas: Schemas): Parameter[] {
  return params ? below(params, '', {}, schemas, 0).filter(({ path }) => path !== '') : [];
}
