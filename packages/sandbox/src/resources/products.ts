/** Step catalog: `/v1/products`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { clearable, flag, listOf, mergeMetadata, metadata, oneOf, passives, required, shape, text } from '../http/read.ts';
import { type Product, productConstants } from '../objects/catalog.ts';
import { change, insert, type World } from '../world.ts';
import { addPrice, newPriceFields } from './prices.ts';

const described = {
  active: flag,
  description: clearable(text),
  images: listOf(text),
  marketing_features: listOf(shape({ name: required(text) })),
  metadata,
  statement_descriptor: text,
  tax_code: clearable(text),
  unit_label: clearable(text),
  url: clearable(text),
  ...passives('package_dimensions', 'shippable', 'tax_details'),
} as const;
const { product, product_data, lookup_key, transfer_lookup_key, nickname, ...defaultPriceFields } = newPriceFields;
export const productFields = { ...described, name: required(text), id: text, type: oneOf('good', 'service') } as const;
const createFields = { ...productFields, default_price_data: shape({ ...defaultPriceFields, ...passives('custom_unit_amount') }) } as const;
const updateFields = { ...described, name: text, default_price: text } as const;
const filters = {
  ...listFields,
  active: flag,
  created,
  ids: listOf(text),
  shippable: flag,
  type: oneOf('good', 'service'),
  url: text,
} as const;

type Given = Omit<Call<typeof productFields>['params'], 'type'>;

export function addProduct(world: World, given: Given): Product {
  const id = given.id ?? world.ids.next('prod', 14);
  if (world.tables.products.get(id)) throw invalid('Product already exists.', 'resource_already_exists', 'id');
  const now = world.now();
  return insert(
    world,
    'products',
    {
      ...productConstants,
      id,
      object: 'product',
      active: given.active ?? true,
      created: now,
      default_price: null,
      description: given.description ?? null,
      images: given.images ?? [],
      marketing_features: given.marketing_features ?? [],
      metadata: mergeMetadata({}, given.metadata),
      name: given.name,
      statement_descriptor: given.statement_descriptor ?? null,
      tax_code: given.tax_code ?? null,
      unit_label: given.unit_label ?? null,
      updated: now,
      url: given.url ?? null,
    },
    'product.created',
  );
}

function create({ world, params: { default_price_data, ...given } }: Call<typeof createFields>): Product {
  const made = addProduct(world, given);
  if (!default_price_data) return made;
  const price = addPrice(world, made, default_price_data);
  return change(world, 'products', made, { default_price: price.id });
}

function update({ world, id, params }: Call<typeof updateFields>): Product {
  const before = found(world.tables.products.get(id), 'product', id);
  const { package_dimensions, shippable, tax_details, ...given } = params;
  if (given.default_price !== undefined) found(world.tables.prices.get(given.default_price), 'price', given.default_price);
  const patch = { ...given, metadata: mergeMetadata(before.metadata, given.metadata), updated: world.now() };
  return change(world, 'products', before, patch, 'product.updated');
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = world.tables.products
    .all()
    .filter((row) => params.active === undefined || row.active === params.active)
    .filter((row) => !params.ids?.length || params.ids.includes(row.id))
    .filter((row) => params.url === undefined || row.url === params.url)
    .filter(() => params.type !== 'good')
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/products');
}

function remove({ world, id }: Call<Record<never, never>>): object {
  found(world.tables.products.get(id), 'product', id);
  if (world.tables.prices.of(id).length > 0) {
    throw invalid('This product cannot be deleted because it has one or more user-created prices.');
  }
  world.tables.products.remove(id);
  const deleted = { id, object: 'product', deleted: true };
  world.emit('product.deleted', deleted);
  return deleted;
}

export function products(offer: Offer): void {
  offer('post', '/products', { fields: createFields, run: create });
  offer('get', '/products', { fields: filters, run: list });
  offer('get', '/products/:id', { fields: {}, run: ({ world, id }) => found(world.tables.products.get(id), 'product', id) });
  offer('post', '/products/:id', { fields: updateFields, run: update });
  offer('delete', '/products/:id', { fields: {}, run: remove });
}
