/** Step panel: a tax id is given, judged and taken away. */
import { invalid } from '../http/api-error.ts';
import { type TaxId, taxIdTypes } from '../objects/tax-id.ts';
import { change, insert, type World } from '../world.ts';

/** Types whose numbers Stripe has checked by a government (stripe.com/docs/billing/customer/tax-ids#validation). */
const verifiable: readonly string[] = ['eu_vat', 'gb_vat', 'au_abn'];

/** Stripe's magic numbers of test mode: the nine ones fail, the nine twos stay pending, any other is found good. */
function verdictOn(value: string): TaxId['verification'] {
  if (value.includes('222222222')) return null;
  const bad = value.includes('111111111');
  return {
    status: bad ? 'unverified' : 'verified',
    verified_address: bad ? null : '123 Test Street',
    verified_name: bad ? null : 'Test Company',
  };
}

const countryOf = (type: string, value: string): string | null => {
  if (type === 'eu_vat') return /^[A-Z]{2}/u.test(value) ? value.slice(0, 2).replace('EL', 'GR') : null;
  return type === 'eu_oss_vat' ? null : type.slice(0, 2).toUpperCase();
};

function demandType(type: string, value: string, path: string): void {
  if (!taxIdTypes.includes(type)) throw invalid(`Invalid type: must be one of ${taxIdTypes.join(', ')}`, undefined, `${path}type`);
  if (type === 'eu_vat' && !/^[A-Z]{2}[0-9A-Z+*]{2,12}$/u.test(value)) {
    throw invalid('Invalid value for eu_vat.', 'tax_id_invalid', `${path}value`);
  }
}

/** Adds a tax id; what is told of it at first is that it is pending, the verdict follows as `customer.tax_id.updated`. */
export function addTaxId(
  world: World,
  customer: string | null,
  given: { readonly type: string; readonly value: string },
  path = '',
): TaxId {
  const value = given.value.replaceAll(/[\s-]/gu, '').toUpperCase();
  demandType(given.type, value, path);
  const checked = verifiable.includes(given.type);
  const added = insert(
    world,
    'taxIds',
    {
      id: world.ids.next(customer === null ? 'atxi' : 'txi'),
      object: 'tax_id',
      country: countryOf(given.type, value),
      created: world.now(),
      customer,
      customer_account: null,
      livemode: false,
      owner: customer === null ? { type: 'self', customer_account: null } : { type: 'customer', customer, customer_account: null },
      type: given.type,
      value: given.value,
      verification: { status: checked ? 'pending' : 'unavailable', verified_address: null, verified_name: null },
    },
    customer === null ? undefined : 'customer.tax_id.created',
  );
  const verification = checked ? verdictOn(value) : null;
  if (verification) change(world, 'taxIds', added, { verification }, customer === null ? undefined : 'customer.tax_id.updated');
  return added;
}

export function removeTaxId(world: World, taxId: TaxId): object {
  if (taxId.customer !== null) world.emit('customer.tax_id.deleted', taxId);
  world.tables.taxIds.remove(taxId.id);
  return { id: taxId.id, object: 'tax_id', deleted: true };
}
