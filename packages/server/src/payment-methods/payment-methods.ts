/**
 * Step 7, panel: what the customer pays with.
 *
 * Promise: read from Stripe when it is shown and never stored; entered on Stripe's page and nowhere else. A page of
 * somebody else's and a method of somebody else's are `not_found`, and Stripe is not asked about them.
 */
import {
  AddedPaymentMethodSchema,
  PaymentMethodRequestSchema,
  type PaymentMethodList,
  type PaymentMethodRequest,
  type PaymentMethodSetup,
} from '@tillkit/core/contract/contract';
import { Hono, type Context } from 'hono';
import { toCardReturnAddresses } from '../checkout/return-address.ts';
import { BillingError } from '../http/billing-error.ts';
import { readJson } from '../http/read-body.ts';
import { ensureCustomer, requirePrincipal, requireRecent, type Principal } from '../identity/principal.ts';
import { demandStillReaches, demandTheirs } from '../identity/still-reaches.ts';
import { demandSameResumption, openResumePreview } from '../preview/resume-preview.ts';
import type { AgreedResumption, PaymentSetup } from '../store/payment-setups.ts';
import { expireIfOpen } from '../stripe/checkout-sessions.ts';
import { inTime, readPatience } from '../stripe/in-time.ts';
import { createPaymentSetup, listPaymentMethods } from '../stripe/payment-methods.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { ownSubscription } from '../subscription/own.ts';
import type { Till, TillEnv } from '../till.ts';
import { makeDefault } from './make-default.ts';
import { removePaymentMethod } from './remove.ts';
import { completeSetup, demandContinued } from './complete-setup.ts';

/** GET and POST /v1/payment-methods, POST …/added and …/{id}/default, DELETE …/{id} */
export function paymentMethods(till: Till) {
  const { stripe, store, mirror } = till;

  return new Hono<TillEnv>()
    .get('/', async (c) => answer(c, (await requirePrincipal(c, till)).customerId))
    .post('/', async (c) => {
      const request = await readJson(c, PaymentMethodRequestSchema);
      const addresses = toCardReturnAddresses(request.returnUrl, till.config.origins);
      const principal = await requirePrincipal(c, till);
      const fact = await continued(till, principal, request);
      const resumption = await agreedResumption(till, fact, request.preview);
      const customerId = await ensureCustomer(till, principal);
      const { id, ...setup } = await createPaymentSetup(stripe, {
        customerId,
        currency: await currencyOf(till, customerId, fact),
        ...addresses,
        locale: request.locale,
        idempotencyKey: `add-card:${c.get('requestId')}`,
      });
      await noteSetup(till, principal, { ...toSetup(id, customerId, fact), resumption });
      return c.json<PaymentMethodSetup>({ checkoutSessionId: id, ...setup }, 201);
    })
    .post('/added', async (c) => {
      const { checkoutSessionId } = await readJson(c, AddedPaymentMethodSchema);
      const principal = await requirePrincipal(c, till);
      const { customerId } = principal;
      const setup = await store.paymentSetups.find(checkoutSessionId);
      if (!setup || setup.customerId !== customerId) throw new BillingError('not_found');
      if (!(await completeSetup(till, checkoutSessionId))) throw new BillingError('checkout_not_complete');
      await demandTheirs(till, principal, setup.customerId);
      await demandContinued(till, setup);
      return answer(c, customerId);
    })
    .post('/:id/default', async (c) => {
      const principal = await requirePrincipal(c, till);
      const { customerId } = principal;
      const paymentMethodId = c.req.param('id');
      const own = customerId ? await listPaymentMethods(stripe, customerId) : [];
      if (!customerId || !own.some(({ id }) => id === paymentMethodId)) throw new BillingError('not_found');
      await makeDefault(till, { customerId, paymentMethodId }, `default:${c.get('requestId')}`, () =>
        demandTheirs(till, principal, customerId),
      );
      await mirror.refreshCustomer(customerId);
      return answer(c, customerId);
    })
    .delete('/:id', async (c) => {
      const principal = await requirePrincipal(c, till);
      requireRecent(principal, till.now());
      const { customerId } = principal;
      if (!customerId) throw new BillingError('not_found');
      const removal = { customerId, paymentMethodId: c.req.param('id'), requestId: c.get('requestId') };
      await removePaymentMethod(till, removal, () => demandTheirs(till, principal, customerId));
      return answer(c, customerId);
    });

  async function answer(c: Context<TillEnv>, customerId: string | undefined): Promise<Response> {
    const list = customerId === undefined ? [] : await inTime(listPaymentMethods(stripe, customerId), readPatience.withoutCopy);
    return c.json<PaymentMethodList>({ paymentMethods: list });
  }
}

/** What shall go on with the new method, as it is at Stripe now. */
async function continued(till: Till, who: Principal, { subscriptionId }: PaymentMethodRequest): Promise<SubscriptionFact | undefined> {
  return subscriptionId === undefined ? undefined : ownSubscription(till, who, subscriptionId);
}

/** The currency that the customer pays in, or would. */
async function currencyOf({ mirror, catalog }: Till, customerId: string, fact: SubscriptionFact | undefined): Promise<string> {
  if (fact) return fact.currency;
  const [newest] = await mirror.ofCustomer(customerId);
  return newest?.currency ?? (await catalog.current()).catalog.defaultCurrency;
}

/** What the customer was shown of resuming what is paused; without that it stays paused. */
async function agreedResumption(
  till: Till,
  fact: SubscriptionFact | undefined,
  token: string | undefined,
): Promise<AgreedResumption | undefined> {
  if (fact === undefined || token === undefined) return undefined;
  const preview = await openResumePreview(till, token, fact);
  await demandSameResumption(till, fact, preview);
  const { dueNow, total, recurring, state } = preview;
  return { dueNow, total, recurring, state };
}

/** What goes on with the method, and what the customer agreed to pay with it. */
function toSetup(checkoutSessionId: string, customerId: string, fact: SubscriptionFact | undefined): PaymentSetup {
  const invoiceIds = fact?.openInvoices?.map(({ id }) => id) ?? [];
  return { checkoutSessionId, customerId, subscriptionId: fact?.id, invoiceIds };
}

/** Writes the page down; that of a customer who was erased meanwhile, or is somebody else's, is closed again: its card would pay for another. */
async function noteSetup({ stripe, store, now }: Till, principal: Principal, setup: PaymentSetup): Promise<void> {
  try {
    await store.transaction(async (tables) => {
      await demandStillReaches(tables, principal, setup.customerId);
      if (await tables.erased.has(setup.customerId)) throw new BillingError('signed_out');
      await tables.paymentSetups.add(setup, now());
    });
  } catch (error) {
    if (error instanceof BillingError) await expireIfOpen(stripe, setup.checkoutSessionId);
    throw error;
  }
}
