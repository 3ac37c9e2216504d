/** Step catalog: `/v1/tax_rates`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { decimal, flag, mergeMetadata, metadata, required, text } from '../http/read.ts';
import type { TaxRate } from '../objects/discount.ts';
import { change, insert } from '../world.ts';

const describing = { active: flag, country: text, description: text, jurisdiction: text, metadata, state: text, tax_type: text } as const;
const createFields = { ...describing, display_name: required(text), inclusive: required(flag), percentage: required(decimal) } as const;
const updateFields = { ...describing, display_name: text } as const;
const filters = { ...listFields, active: flag, created, inclusive: flag } as const;

function create({ world, params }: Call<typeof createFields>): TaxRate {
  const percentage = Number(params.percentage);
  if (!(percentage >= 0 && percentage <= 100) || !/^\d+(?:\.\d{1,4})?$/u.test(params.percentage))
    throw invalid('Invalid percentage: must be between 0 and 100, with at most 4 decimals.', undefined, 'percentage');
  return insert(
    world,
    'taxRates',
    {
      id: world.ids.next('txr'),
      object: 'tax_rate',
      active: params.active ?? true,
      country: params.country ?? null,
      created: world.now(),
      description: params.description ?? null,
      display_name: params.display_name,
      effective_percentage: null,
      flat_amount: null,
      inclusive: params.inclusive,
      jurisdiction: params.jurisdiction ?? null,
      jurisdiction_level: null,
      livemode: false,
      metadata: mergeMetadata({}, params.metadata),
      percentage,
      rate_type: 'percentage',
      state: params.state ?? null,
      tax_type: params.tax_type ?? null,
    },
    'tax_rate.created',
  );
}

export function taxRates(offer: Offer): void {
  offer('post', '/tax_rates', { fields: createFields, run: create });
  offer('get', '/tax_rates', {
    fields: filters,
    run: ({ world, params }) =>
      pageOf(
        world.tables.taxRates
          .all()
          .filter((row) => params.active === undefined || row.active === params.active)
          .filter((row) => params.inclusive === undefined || row.inclusive === params.inclusive)
          .filter((row) => isWithin(row.created, params.created)),
        params,
        '/v1/tax_rates',
      ),
  });
  offer('get', '/tax_rates/:id', { fields: {}, run: ({ world, id }) => found(world.tables.taxRates.get(id), 'tax rate', id) });
  offer('post', '/tax_rates/:id', {
    fields: updateFields,
    run: ({ world, id, params }) => {
      const before = found(world.tables.taxRates.get(id), 'tax rate', id);
      return change(
        world,
        'taxRates',
        before,
        { ...params, metadata: mergeMetadata(before.metadata, params.metadata) },
        'tax_rate.updated',
      );
    },
  });
}
