/** Step subscription: `/v1/entitlements/…` and `/v1/products/:id/features`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { flag, mergeMetadata, metadata, required, text } from '../http/read.ts';
import type { Feature, ProductFeature } from '../objects/entitlement.ts';
import { memory } from '../objects/memory.ts';
import { change, insert, type World } from '../world.ts';

const createFields = { lookup_key: required(text), name: required(text), metadata } as const;
const updateFields = { active: flag, name: text, metadata } as const;
const filters = { ...listFields, archived: flag, lookup_key: text } as const;

const longestText = 80;

function create({ world, params }: Call<typeof createFields>): Feature {
  for (const name of ['lookup_key', 'name'] as const) {
    if (params[name].length > longestText) throw invalid(`Invalid string: at most ${longestText} characters.`, undefined, name);
  }
  if (world.tables.features.all().some(({ lookup_key }) => lookup_key === params.lookup_key)) {
    throw invalid('A feature with this lookup key exists already.', 'resource_already_exists', 'lookup_key');
  }
  return insert(world, 'features', {
    id: world.ids.next('feat_test'),
    object: 'entitlements.feature',
    active: true,
    livemode: false,
    lookup_key: params.lookup_key,
    metadata: mergeMetadata({}, params.metadata),
    name: params.name,
  });
}

function update({ world, id, params }: Call<typeof updateFields>): Feature {
  const before = found(world.tables.features.get(id), 'feature', id);
  const after = change(world, 'features', before, {
    active: params.active ?? before.active,
    name: params.name ?? before.name,
    metadata: mergeMetadata(before.metadata, params.metadata),
  });
  for (const row of world.tables.productFeatures.all()) {
    if (row.entitlement_feature.id === id) change(world, 'productFeatures', row, { entitlement_feature: after });
  }
  return after;
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = world.tables.features
    .all()
    .filter(({ active }) => params.archived === undefined || active !== params.archived)
    .filter(({ lookup_key }) => params.lookup_key === undefined || lookup_key === params.lookup_key);
  return pageOf(rows, params, '/v1/entitlements/features');
}

/** The feature of this very product. */
function featureOf({ world, id, part }: { world: World; id: string; part: string }): ProductFeature {
  const row = world.tables.productFeatures.get(part);
  return found(row?.[memory].product === id ? row : undefined, 'product_feature', part);
}

function attach({ world, id, params }: Call<typeof attachFields>): ProductFeature {
  found(world.tables.products.get(id), 'product', id);
  const feature = world.tables.features.get(params.entitlement_feature);
  if (!feature) throw missingReference('feature', params.entitlement_feature, 'entitlement_feature');
  if (!feature.active) throw invalid('This feature is archived.', undefined, 'entitlement_feature');
  if (world.tables.productFeatures.of(id).some(({ entitlement_feature }) => entitlement_feature.id === feature.id)) {
    throw invalid('This feature is attached to the product already.', 'resource_already_exists', 'entitlement_feature');
  }
  return insert(world, 'productFeatures', {
    id: world.ids.next('prodft_test'),
    object: 'product_feature',
    entitlement_feature: feature,
    livemode: false,
    [memory]: { product: id },
  });
}
const attachFields = { entitlement_feature: required(text) } as const;

function offerProductFeatures(offer: Offer): void {
  const path = '/products/:id/features';
  offer('post', path, { fields: attachFields, run: attach });
  offer('get', path, {
    fields: listFields,
    run: ({ world, id, params }) => {
      found(world.tables.products.get(id), 'product', id);
      return pageOf(world.tables.productFeatures.of(id), params, `/v1/products/${id}/features`);
    },
  });
  offer('get', `${path}/:part`, { fields: {}, run: featureOf });
  offer('delete', `${path}/:part`, {
    fields: {},
    run: (call) => {
      const row = featureOf(call);
      call.world.tables.productFeatures.remove(row.id);
      return { id: row.id, object: 'product_feature', deleted: true };
    },
  });
}

export function entitlements(offer: Offer): void {
  const features = '/entitlements/features';
  offer('post', features, { fields: createFields, run: create });
  offer('get', features, { fields: filters, run: list });
  offer('get', `${features}/:id`, { fields: {}, run: ({ world, id }) => found(world.tables.features.get(id), 'feature', id) });
  offer('post', `${features}/:id`, { fields: updateFields, run: update });
  offerProductFeatures(offer);
  const active = '/entitlements/active_entitlements';
  offer('get', active, {
    fields: { ...listFields, customer: required(text) },
    run: ({ world, params }) => {
      if (!world.tables.customers.get(params.customer)) throw missingReference('customer', params.customer, 'customer');
      return pageOf(world.tables.activeEntitlements.of(params.customer), params, `/v1${active}`);
    },
  });
  offer('get', `${active}/:id`, {
    fields: {},
    run: ({ world, id }) => found(world.tables.activeEntitlements.get(id), 'active entitlement', id),
  });
}
