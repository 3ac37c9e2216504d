/**
 * Step 1, catalog: the owner's file joined with Stripe's prices, kept and refreshed.
 *
 * Promise: once read, a catalog is always at hand: it is refreshed behind the answers, and a Stripe that does not answer
 * leaves the last good one in place.
 */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import type { AccessPolicy } from '@tillkit/core/entitlement/access';
import type { Grants } from '@tillkit/core/entitlement/allowance';
import type { CatalogFile, CatalogFilePlan } from '@tillkit/core/catalog/catalog-file';
import { joinCatalog, type StripePriceFact } from '@tillkit/core/catalog/join-catalog';
import { BillingError } from '../http/billing-error.ts';
import type { Log } from '../ops/log.ts';
import { inTime } from '../stripe/in-time.ts';
import { lookupKeysOf } from './lookup-keys.ts';

/** What a Stripe product stands for. */
export interface CatalogEntry {
  readonly kind: 'plan' | 'add_on' | 'product';
  readonly id: string;
}

/** The catalog at one moment, with what only the server knows of it. */
export interface Offer {
  /** In the default language; rules are the same in all. */
  readonly catalog: Catalog;
  /** In the best match of a BCP 47 tag, for texts and money patterns. */
  in(locale: string | undefined): Catalog;
  /** Stripe's price for a lookup key. */
  priceId(lookupKey: string): string;
  /** What a change to a plan does about money, as the owner set it. */
  changesOf(planId: string): CatalogFilePlan['changes'];
  /** What a plan, add-on or product lets its customers use. */
  grantsOf(entry: CatalogEntry): Grants;
  readonly access: AccessPolicy;
  /** What a Stripe product is here; undefined for one that the catalog does not sell. */
  entryOf(productId: string): CatalogEntry | undefined;
}

export interface CatalogSource {
  /** The catalog now; throws `catalog_unavailable` while none was ever read. */
  current(): Promise<Offer>;
  /** Reads Stripe's prices again. */
  refresh(): Promise<void>;
}

export interface CatalogSourceOptions {
  readonly file: () => Promise<CatalogFile>;
  readonly readPrices: (lookupKeys: readonly string[]) => Promise<readonly StripePriceFact[]>;
  readonly publishableKey?: string;
  readonly portalLoginUrl?: string;
  readonly emailCodes?: true;
  readonly now: () => number;
  readonly log: Log;
}

const maxAgeSeconds = 300;
/** How long the first reading is waited for; it goes on behind the refusal. */
const patienceMilliseconds = 5000;

export function createCatalogSource({ file, readPrices, now, log, ...shown }: CatalogSourceOptions): CatalogSource {
  let offer: Offer | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    const owner = await file();
    offer = createOffer(owner, await readPrices([...lookupKeysOf(owner).keys()]), { ...shown, log });
    readAt = now();
  };
  const refresh = (): Promise<void> =>
    (reading ??= read().finally(() => {
      reading = undefined;
    }));
  const refreshBehind = (): void => {
    readAt = now(); // one try per age, also while Stripe does not answer
    refresh().catch((error: unknown) => log.warn('catalog.stale', { error }));
  };

  return {
    refresh,
    async current() {
      if (!offer) {
        await inTime(refresh(), patienceMilliseconds).catch((error: unknown) => {
          throw new BillingError('catalog_unavailable', { cause: error });
        });
      } else if (now() - readAt >= maxAgeSeconds) refreshBehind();
      return offer!;
    },
  };
}

/** Languages kept joined at once, the longest unasked is dropped: nobody shall fill the memory with made-up tags. */
const maxLocales = 40;

function createOffer(
  file: CatalogFile,
  prices: readonly StripePriceFact[],
  { log, ...shown }: Pick<CatalogSourceOptions, 'log' | 'publishableKey' | 'portalLoginUrl' | 'emailCodes'>,
): Offer {
  const entries = lookupKeysOf(file);
  const priceIds = new Map(prices.map((price) => [price.lookupKey, price.id]));
  const products = new Map(prices.map((price) => [price.productId, entries.get(price.lookupKey ?? '')]));
  const fallback = file.locales[0]!;
  const { catalog, problems } = joinCatalog(file, prices, { locale: fallback, ...shown });
  for (const { lookupKey, message } of problems) log.warn('catalog.incomplete', { lookupKey, message });
  const joined = new Map([[fallback, catalog]]);

  return {
    catalog,
    in(wanted) {
      const locale = baseName(wanted) ?? fallback;
      const translated = joined.get(locale) ?? joinCatalog(file, prices, { locale, ...shown }).catalog;
      joined.delete(locale);
      joined.set(locale, translated);
      if (joined.size > maxLocales) joined.delete(joined.keys().next().value!);
      return translated;
    },
    priceId(lookupKey) {
      const id = priceIds.get(lookupKey);
      if (id === undefined) throw new BillingError('catalog_unavailable', { detail: 'A price of the catalog is missing at Stripe.' });
      return id;
    },
    changesOf: (planId) => file.plans.find(({ id }) => id === planId)?.changes ?? { upgrade: 'prorate_now', downgrade: 'at_period_end' },
    grantsOf: ({ kind, id }) => sellablesOf(file, kind).find((sold) => sold.id === id)?.grants ?? [],
    access: file.access,
    entryOf: (productId) => products.get(productId),
  };
}

const sellablesOf = (file: CatalogFile, kind: CatalogEntry['kind']): readonly { readonly id: string; readonly grants?: Grants }[] =>
  kind === 'plan' ? file.plans : kind === 'add_on' ? file.addOns : file.products;

/** Language, script and region of a tag; its extensions would change nothing. */
function baseName(locale: string | undefined): string | undefined {
  try {
    return locale === undefined ? undefined : new Intl.Locale(locale.slice(0, 35)).baseName;
  } catch {
    return undefined;
  }
}
