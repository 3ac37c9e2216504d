/** Step catalog: `/v1/promotion_codes`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { count, flag, integer, mapOf, mergeMetadata, metadata, oneOf, passives, required, shape, text } from '../http/read.ts';
import type { PromotionCode } from '../objects/discount.ts';
import { change, insert, type World } from '../world.ts';

const minimums = mapOf(shape({ minimum_amount: count }));
const createFields = {
  active: flag,
  code: text,
  customer: text,
  expires_at: integer,
  max_redemptions: integer,
  metadata,
  promotion: required(shape({ type: required(oneOf('coupon')), coupon: text })),
  restrictions: shape({ currency_options: minimums, first_time_transaction: flag, minimum_amount: count, minimum_amount_currency: text }),
  ...passives('customer_account'),
} as const;
const updateFields = { active: flag, metadata, restrictions: shape({ currency_options: minimums }) } as const;
const filters = {
  ...listFields,
  active: flag,
  code: text,
  coupon: text,
  created,
  customer: text,
  ...passives('customer_account'),
} as const;

type Minimums = Readonly<Record<string, { readonly minimum_amount?: number }>>;
const toMinimums = (given: Minimums): Record<string, { minimum_amount: number }> =>
  Object.fromEntries(Object.entries(given).map(([currency, { minimum_amount = 0 }]) => [currency, { minimum_amount }]));

/** Whether somebody can still use it; a code that is used up or too old is shown as inactive. */
export const isUsable = ({ active, expires_at, max_redemptions, times_redeemed }: PromotionCode, now: number): boolean =>
  active && (expires_at === null || expires_at > now) && (max_redemptions === null || times_redeemed < max_redemptions);

const usableOf = (world: World, code: string): PromotionCode[] =>
  world.tables.promotionCodes.all().filter((row) => row.code.toLowerCase() === code.toLowerCase() && isUsable(row, world.now()));

/** The code that a customer means by what they type: their own before everybody's. */
export function codeTyped(world: World, code: string, customer: string | null): PromotionCode | undefined {
  const usable = usableOf(world, code);
  return usable.find((row) => row.customer !== null && row.customer === customer) ?? usable.find((row) => row.customer === null);
}

/** One text stands for one active code of each customer, and for one of everybody. */
function demandFreeCode(world: World, code: string, customer: string | null): void {
  const taken = usableOf(world, code).some((other) => other.customer === customer);
  if (taken) throw invalid('An active promotion code with `code: ' + code + '` already exists.', 'resource_already_exists', 'code');
}

function create({ world, params }: Call<typeof createFields>): PromotionCode {
  const { promotion, restrictions = {}, customer = null } = params;
  const coupon = world.tables.coupons.get(promotion.coupon ?? '');
  if (!coupon) throw missingReference('coupon', promotion.coupon ?? '', 'promotion[coupon]');
  if (customer !== null && !world.tables.customers.get(customer)) throw missingReference('customer', customer, 'customer');
  const code = params.code ?? world.ids.next('code', 8).slice('code_'.length).toUpperCase();
  if (!/^[\w-]{1,500}$/u.test(code)) throw invalid('Invalid code: use letters, digits and dashes.', undefined, 'code');
  demandFreeCode(world, code, customer);
  const { minimum_amount = null, minimum_amount_currency = null } = restrictions;
  if ((minimum_amount === null) !== (minimum_amount_currency === null))
    throw invalid(
      '`minimum_amount` and `minimum_amount_currency` go together.',
      'parameter_missing',
      'restrictions[minimum_amount_currency]',
    );
  return insert(
    world,
    'promotionCodes',
    {
      id: world.ids.next('promo'),
      object: 'promotion_code',
      active: params.active ?? true,
      code,
      created: world.now(),
      customer,
      customer_account: null,
      expires_at: params.expires_at ?? null,
      livemode: false,
      max_redemptions: params.max_redemptions ?? null,
      metadata: mergeMetadata({}, params.metadata),
      promotion: { coupon: coupon.id, type: 'coupon' },
      restrictions: {
        ...(minimum_amount !== null &&
          minimum_amount_currency !== null && {
            currency_options: { ...toMinimums(restrictions.currency_options ?? {}), [minimum_amount_currency]: { minimum_amount } },
          }),
        first_time_transaction: restrictions.first_time_transaction ?? false,
        minimum_amount,
        minimum_amount_currency,
      },
      times_redeemed: 0,
    },
    'promotion_code.created',
  );
}

function update({ world, id, params }: Call<typeof updateFields>): PromotionCode {
  const before = found(world.tables.promotionCodes.get(id), 'promotion code', id);
  if (params.active && !before.active) demandFreeCode(world, before.code, before.customer);
  const more = params.restrictions?.currency_options;
  return change(
    world,
    'promotionCodes',
    before,
    {
      active: params.active ?? before.active,
      metadata: mergeMetadata(before.metadata, params.metadata),
      ...(more && {
        restrictions: { ...before.restrictions, currency_options: { ...before.restrictions.currency_options, ...toMinimums(more) } },
      }),
    },
    'promotion_code.updated',
  );
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = world.tables.promotionCodes
    .all()
    .filter((row) => params.active === undefined || isUsable(row, world.now()) === params.active)
    .filter((row) => params.code === undefined || row.code.toLowerCase() === params.code.toLowerCase())
    .filter((row) => params.coupon === undefined || row.promotion.coupon === params.coupon)
    .filter((row) => params.customer === undefined || row.customer === params.customer)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/promotion_codes');
}

export function promotionCodes(offer: Offer): void {
  offer('post', '/promotion_codes', { fields: createFields, run: create });
  offer('get', '/promotion_codes', { fields: filters, run: list });
  offer('get', '/promotion_codes/:id', {
    fields: {},
    run: ({ world, id }) => found(world.tables.promotionCodes.get(id), 'promotion code', id),
  });
  offer('post', '/promotion_codes/:id', { fields: updateFields, run: update });
}
