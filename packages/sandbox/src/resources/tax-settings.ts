/** Step catalog: `/v1/tax/settings`. What is missing before tax can be calculated stands in `status_details`. */
import type { Call, Offer } from '../http/api.ts';
import { oneOf, required, shape, text } from '../http/read.ts';
import type { TaxSettings } from '../objects/tax-settings.ts';
import { change, insert, type World } from '../world.ts';
import { address } from './payment-method-parameters.ts';

const fields = {
  defaults: shape({ tax_behavior: oneOf('exclusive', 'inclusive', 'inferred_by_currency'), tax_code: text }),
  head_office: shape({ address: required(address) }),
} as const;

const id = 'tax_settings';

const blank = {
  id,
  object: 'tax.settings',
  defaults: { provider: 'stripe', tax_behavior: null, tax_code: null },
  head_office: null,
} satisfies TaxSettings;

const settingsOf = (world: World): TaxSettings => world.tables.taxSettings.get(id) ?? blank;

function shown({ defaults, head_office }: TaxSettings): object {
  const status = head_office ? 'active' : 'pending';
  return {
    object: blank.object,
    defaults,
    head_office,
    livemode: false,
    status,
    status_details: { [status]: status === 'active' ? {} : { missing_fields: ['head_office'] } },
  };
}

function update({ world, params }: Call<typeof fields>): object {
  const before = world.tables.taxSettings.get(id) ?? insert(world, 'taxSettings', blank);
  const place = params.head_office?.address;
  const { city = null, country = null, line1 = null, line2 = null, postal_code = null, state = null } = place ?? {};
  const after = change(world, 'taxSettings', before, {
    defaults: {
      ...before.defaults,
      tax_behavior: params.defaults?.tax_behavior ?? before.defaults.tax_behavior,
      tax_code: params.defaults?.tax_code ?? before.defaults.tax_code,
    },
    head_office: place ? { address: { city, country, line1, line2, postal_code, state } } : before.head_office,
  });
  return shown(after);
}

export function taxSettings(offer: Offer): void {
  offer('get', '/tax/settings', { fields: {}, run: ({ world }) => shown(settingsOf(world)) });
  offer('post', '/tax/settings', { fields, run: update });
}
