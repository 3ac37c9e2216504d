/** Step panel: `/v1/tax_ids` and `/v1/customers/:id/tax_ids`. */
import { addTaxId, removeTaxId } from '../billing/tax-ids.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { oneOf, type Params, passives, required, shape, text } from '../http/read.ts';
import type { TaxId } from '../objects/tax-id.ts';
import type { World } from '../world.ts';

const owner = shape({
  type: required(oneOf('account', 'application', 'customer', 'self')),
  customer: text,
  ...passives('account', 'customer_account'),
});
type Owner = Params<{ type: typeof ownerType; customer: typeof text }>;
const ownerType = required(oneOf('account', 'application', 'customer', 'self'));
const newFields = { type: required(text), value: required(text) } as const;
const createFields = { ...newFields, owner } as const;
const filters = { ...listFields, owner } as const;

/** The customer that owns it; null stands for the account itself. */
function ownerOf(world: World, given: Owner | undefined): string | null {
  if (given?.type !== 'customer') return null;
  if (given.customer === undefined) throw invalid('Missing required param: owner[customer].', 'parameter_missing', 'owner[customer]');
  if (!world.tables.customers.get(given.customer)) throw missingReference('customer', given.customer, 'owner[customer]');
  return given.customer;
}

const list = ({ world, params }: Call<typeof filters>): object => {
  const by = params.owner === undefined ? undefined : ownerOf(world, params.owner);
  const rows = world.tables.taxIds.all().filter(({ customer }) => customer === (by ?? null));
  return pageOf(rows, params, '/v1/tax_ids');
};

const customersOwn = ({ world, id, part }: { world: World; id: string; part: string }): TaxId => {
  found(world.tables.customers.get(id), 'customer', id);
  const taxId = world.tables.taxIds.get(part);
  return found(taxId?.customer === id ? taxId : undefined, 'tax_id', part);
};

export function taxIds(offer: Offer): void {
  offer('post', '/tax_ids', {
    fields: createFields,
    run: ({ world, params: { owner: by, ...given } }) => addTaxId(world, ownerOf(world, by), given),
  });
  offer('get', '/tax_ids', { fields: filters, run: list });
  offer('get', '/tax_ids/:id', { fields: {}, run: ({ world, id }) => found(world.tables.taxIds.get(id), 'tax_id', id) });
  offer('delete', '/tax_ids/:id', {
    fields: {},
    run: ({ world, id }) => removeTaxId(world, found(world.tables.taxIds.get(id), 'tax_id', id)),
  });
  const path = '/customers/:id/tax_ids';
  offer('post', path, {
    fields: newFields,
    run: ({ world, id, params }) => addTaxId(world, found(world.tables.customers.get(id), 'customer', id).id, params),
  });
  offer('get', path, {
    fields: listFields,
    run: ({ world, id, params }) => {
      found(world.tables.customers.get(id), 'customer', id);
      return pageOf(world.tables.taxIds.of(id), params, `/v1/customers/${id}/tax_ids`);
    },
  });
  offer('get', `${path}/:part`, { fields: {}, run: customersOwn });
  offer('delete', `${path}/:part`, { fields: {}, run: (call) => removeTaxId(call.world, customersOwn(call)) });
}
