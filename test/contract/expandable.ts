import type { Schema } from '../../scripts/contract/schema.ts';

type Schemas = Readonly<Record<string, Schema>>;

function options(schema: Schema, schemas: Schemas): Schema[] {
  if (schema.$ref !== undefined) return options(schemas[schema.$ref] ?? {}, schemas);
  return schema.anyOf ? schema.anyOf.flatMap((option) => options(option, schemas)) : [schema];
}

const hasId = ({ type, properties }: Schema): boolean =>
  type === 'object' && properties?.id !== undefined && properties.object !== undefined;

/** A list that is only there when it is asked for. */
const isHiddenList = (name: string, { required = [] }: Schema, forms: readonly Schema[]): boolean =>
  !required.includes(name) && forms.some(({ properties }) => properties?.has_more !== undefined);

/** An id or the object behind it, and lists of them. */
function isExpandable(schema: Schema, schemas: Schemas): boolean {
  const forms = options(schema, schemas);
  return (
    forms.some(({ type, items }) => (type === 'array' && items ? isExpandable(items, schemas) : type === 'string')) &&
    forms.some((form) => form.type === 'array' || hasId(form))
  );
}

/** Names of the attributes of an object that `expand` takes. */
export function expandableNames(schema: Schema, schemas: Schemas): string[] {
  const object = options(schema, schemas).find((option) => hasId(option) && option.properties?.deleted?.enum === undefined);
  return Object.entries(object?.properties ?? {}).flatMap(([name, property]) =>
    isExpandable(property, schemas) || isHiddenList(name, object ?? {}, options(property, schemas)) ? [name] : [],
  );
}
