/** Step 1, catalog: what a page reads before anything else, unless it came inside the script. */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { Hono } from 'hono';
import { BillingError } from '../http/billing-error.ts';
import { compressed, sendCompressed, type Compressed } from '../http/compressed.ts';
import type { Till, TillEnv } from '../till.ts';
import { inCurrency } from './in-currency.ts';

/** Read by every visitor: fresh for a minute, then still shown while a new one is fetched. */
export const cacheForVisitors = 'public, max-age=60, stale-while-revalidate=86400';

/** GET /v1/catalog?locale=&currency= */
export function catalog({ catalog: source }: Pick<Till, 'catalog'>) {
  const answers = new WeakMap<Catalog, Map<string, Compressed>>();

  return new Hono<TillEnv>().get('/', async (c) => {
    const offer = await source.current();
    const whole = offer.in(c.req.query('locale'));
    const currency = c.req.query('currency')?.toLowerCase() ?? '';
    if (currency && !whole.currencies.includes(currency)) throw new BillingError('currency_not_offered');
    return sendCompressed(c, answerFor(whole, currency), cacheForVisitors);
  });

  function answerFor(whole: Catalog, currency: string): Compressed {
    const known = answers.get(whole) ?? new Map<string, Compressed>();
    answers.set(whole, known);
    const answer = known.get(currency) ?? toAnswer(whole, currency);
    known.set(currency, answer);
    return answer;
  }
}

function toAnswer(whole: Catalog, currency: string): Compressed {
  const shown = currency ? inCurrency(whole, currency) : whole;
  const etag = [whole.version, whole.locale, currency].filter(Boolean).join('-');
  return compressed(JSON.stringify(shown), 'application/json', etag);
}
