/** Step checkout: `/v1/payment_method_domains`, and the account's payment method configuration to read. */
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { clearable, flag, required, text } from '../http/read.ts';
import type { PaymentMethodDomain } from '../objects/payment-method-domain.ts';
import { change, insert } from '../world.ts';

const createFields = { domain_name: required(text), enabled: flag } as const;
const filters = { ...listFields, domain_name: text, enabled: flag } as const;

const wallets = (enabled: boolean) => {
  const state = { status: enabled ? 'active' : 'inactive' } as const;
  return { amazon_pay: state, apple_pay: state, google_pay: state, klarna: state, link: state, paypal: state };
};

/** A name alone, without scheme, port or path. */
function demandDomain(name: string): void {
  if (!/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/iu.test(name)) {
    throw invalid(`Invalid domain name: ${name}. It has to be a domain without scheme, port or path.`, undefined, 'domain_name');
  }
}

/** Registering a domain again gives the domain that is there. */
function create({ world, params: { domain_name, enabled = true } }: Call<typeof createFields>): PaymentMethodDomain {
  demandDomain(domain_name);
  const known = world.tables.paymentMethodDomains.all().find((row) => row.domain_name === domain_name.toLowerCase());
  if (known) return known;
  return insert(world, 'paymentMethodDomains', {
    id: world.ids.next('pmd'),
    object: 'payment_method_domain',
    created: world.now(),
    domain_name: domain_name.toLowerCase(),
    enabled,
    livemode: false,
    ...wallets(enabled),
  });
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = world.tables.paymentMethodDomains
    .all()
    .filter((row) => params.domain_name === undefined || row.domain_name === params.domain_name)
    .filter((row) => params.enabled === undefined || row.enabled === params.enabled);
  return pageOf(rows, params, '/v1/payment_method_domains');
}

export function paymentMethodDomains(offer: Offer): void {
  const path = '/payment_method_domains';
  const get = ({ world, id }: Pick<Call<Record<never, never>>, 'world' | 'id'>): PaymentMethodDomain =>
    found(world.tables.paymentMethodDomains.get(id), 'payment method domain', id);
  offer('post', path, { fields: createFields, run: create });
  offer('get', path, { fields: filters, run: list });
  offer('get', `${path}/:id`, { fields: {}, run: get });
  offer('post', `${path}/:id`, {
    fields: { enabled: flag },
    run: (call) => {
      const enabled = call.params.enabled ?? get(call).enabled;
      return change(call.world, 'paymentMethodDomains', get(call), { enabled, ...wallets(enabled) });
    },
  });
  offer('post', `${path}/:id/validate`, { fields: {}, run: get });
  offerConfigurations(offer);
}

const on = { available: true, display_preference: { overridable: null, preference: 'on', value: 'on' } } as const;

/** What the sandbox can take: every method of it is on. */
const configuration = {
  id: 'pmc_1SandboxTillkit0',
  object: 'payment_method_configuration',
  active: true,
  application: null,
  is_default: true,
  livemode: false,
  name: 'Default',
  parent: null,
  bancontact: on,
  card: on,
  customer_balance: on,
  ideal: on,
  link: on,
  paypal: on,
  sepa_debit: on,
  us_bank_account: on,
} as const;

function offerConfigurations(offer: Offer): void {
  const path = '/payment_method_configurations';
  offer('get', path, {
    fields: { ...listFields, active: flag, application: clearable(text) },
    run: ({ params }) => pageOf(params.active === false ? [] : [configuration], params, `/v1${path}`),
  });
  offer('get', `${path}/:id`, {
    fields: {},
    run: ({ id }) => found(id === configuration.id ? configuration : undefined, 'payment method configuration', id),
  });
}
