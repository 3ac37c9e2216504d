/** Step 7, panel: a customer's invoices, read from Stripe as they are. */
import type { InvoiceList } from '@tillkit/core/contract/contract';
import { Hono } from 'hono';
import * as v from 'valibot';
import { BillingError } from '../http/billing-error.ts';
import { readQuery } from '../http/read-body.ts';
import { requirePrincipal } from '../identity/principal.ts';
import { patternsBeside } from '../receipt/patterns-beside.ts';
import { inTime, readPatience } from '../stripe/in-time.ts';
import { listInvoices } from '../stripe/invoices.ts';
import type { Till, TillEnv } from '../till.ts';

const QuerySchema = v.object({
  after: v.exactOptional(v.pipe(v.string(), v.regex(/^in_\w{1,250}$/u))),
  locale: v.exactOptional(v.string()),
  limit: v.optional(v.pipe(v.string(), v.regex(/^(?:[1-9]\d?|100)$/u), v.transform(Number)), '10'),
});

/** GET /v1/invoices?after=&limit= */
export function invoices(till: Till) {
  return new Hono<TillEnv>().get('/', async (c) => {
    const { locale, ...page } = readQuery(c, QuerySchema);
    const { customerId } = await requirePrincipal(c, till);
    if (!customerId) return c.json<InvoiceList>({ invoices: [], hasMore: false });
    const list = await inTime(listInvoices(till.stripe, customerId, page), readPatience.withoutCopy);
    if (!list) throw new BillingError('not_found');
    const money = patternsBeside(await till.catalog.current(), locale, list.invoices);
    return c.json<InvoiceList>({ ...list, ...(money && { money }) });
  });
}
