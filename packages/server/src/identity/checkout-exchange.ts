/**
 * The second way in: a checkout that this very browser started and finished (decision 0003).
 *
 * Promise: the session id alone, which stands in histories and logs, opens nothing; the pair of id and verifier works
 * from the same origin, within an hour, and reaches only the customer of that checkout. It works once; while an answer may
 * have been lost on the way, the same pair is answered again (decision 0034).
 */
import { timingSafeEqual } from 'node:crypto';
import { isLiveKey } from '../config.ts';
import { BillingError } from '../http/billing-error.ts';
import type { CheckoutIntent } from '../store/checkout-intents.ts';
import type { Identity, KnownIdentity } from '../store/identities.ts';
import { toInvoiceReceipt } from '../receipt/invoice-receipt.ts';
import { readCheckoutSession, readPurchase, type FinishedCheckout } from '../stripe/checkout-sessions.ts';
import { refreshPurchase } from '../entitlement/purchases.ts';
import { endReplacedOrLater } from '../subscription/end-replaced.ts';
import { toSubscription } from '../subscription/to-subscription.ts';
import type { Tables } from '../store/store.ts';
import type { Till } from '../till.ts';
import { checkoutMethod } from './principal.ts';
import { hashSecret } from './session-token.ts';
import type { SignedIn } from './sign-in.ts';
import { checkoutIssuer } from './take-over.ts';

const maxAgeSeconds = 60 * 60;
/** How long a lost answer may be asked for again, from the first one. */
const repeatSeconds = 10 * 60;

export interface CheckoutProof {
  readonly checkoutSessionId: string;
  readonly verifier: string;
  readonly origin: string;
  /** BCP 47 language of the names on the receipt. */
  readonly locale?: string | undefined;
}

export type ExchangedCheckout = Required<SignedIn>;

/** Who bought, and what; throws `checkout_not_yours` for everybody else. */
export async function exchangeCheckout(till: Till, proof: CheckoutProof): Promise<ExchangedCheckout> {
  const intent = await till.store.checkoutIntents.find(proof.checkoutSessionId);
  if (!intent || !proves(proof, intent) || !(await isOpen(till, till.store, intent))) throw new BillingError('checkout_not_yours');

  const finished = await readCheckoutSession(till.stripe, intent.checkoutSessionId);
  const ours = finished.note.intentId === intent.id && finished.livemode === isLiveKey(till.config.stripe.secretKey);
  if (!ours) throw new BillingError('checkout_not_yours');
  if (finished.status !== 'complete') throw new BillingError('checkout_not_complete');

  const fact = finished.subscriptionId === undefined ? undefined : await till.mirror.refresh(finished.subscriptionId);
  if (!fact) await refreshPurchase(till, finished.id);
  if (finished.customerId) await endReplacedOrLater(till, finished.customerId);
  const offer = await till.catalog.current();
  const purchase = await readPurchase(till.stripe, finished);
  const context = { offer, locale: proof.locale, fact };
  const due = finished.payment === 'processing' ? ({ kind: 'now' } as const) : ({ kind: 'paid' } as const);
  await till.store.checkoutIntents.complete(intent.checkoutSessionId, till.now());
  const identity = identityOf(intent, finished);
  return {
    identity,
    method: checkoutMethod,
    checkout: {
      ...toCheckout(finished, fact && toSubscription(fact, offer, proof.locale)),
      ...(purchase && { receipt: toInvoiceReceipt(purchase, context, due) }),
    },
    // last, when nothing is left that could fail at Stripe: who was refused by a broken connection comes again
    take: (tables, familyId) => take(till, tables, { intent, identity, familyId }),
  };
}

function proves({ verifier, origin }: CheckoutProof, intent: CheckoutIntent): boolean {
  const same = timingSafeEqual(Buffer.from(hashSecret(verifier)), Buffer.from(intent.verifierHash));
  return same && origin === intent.origin;
}

/** Whether nobody has exchanged it yet, or the answer may have got lost: a session that was ended is not given again. */
async function isOpen({ now }: Pick<Till, 'now'>, { sessions }: Pick<Tables, 'sessions'>, intent: CheckoutIntent): Promise<boolean> {
  if (intent.status !== 'exchanged') return true;
  const signedInAt = intent.sessionFamily === undefined ? undefined : await sessions.signedInAt(intent.sessionFamily);
  return signedInAt !== undefined && now() - signedInAt <= repeatSeconds;
}

interface Taking {
  readonly intent: CheckoutIntent;
  readonly identity: Identity;
  readonly familyId: string;
}

/** Answers the family of the first session: whoever signs out of one of them has signed out of all. */
async function take(till: Till, tables: Tables, { intent: { checkoutSessionId }, identity, familyId }: Taking): Promise<string> {
  const { checkoutIntents, sessions } = tables;
  if (await checkoutIntents.takeOnce(checkoutSessionId, familyId, till.now() - maxAgeSeconds)) return familyId;
  const intent = await checkoutIntents.find(checkoutSessionId);
  // who signs out at this very moment is waited for
  await sessions.lock(identity);
  if (intent?.sessionFamily === undefined || !(await isOpen(till, tables, intent))) throw new BillingError('checkout_not_yours');
  return intent.sessionFamily;
}

/** Whoever was signed in when it began; else a buyer known by this checkout only, whose customer it made. */
function identityOf(intent: CheckoutIntent, { id, customerId }: FinishedCheckout): KnownIdentity {
  const identity = intent.identity ?? { issuer: checkoutIssuer, subject: id };
  return { ...identity, ...(customerId && { customerId }) };
}

function toCheckout(
  finished: FinishedCheckout,
  subscription: ExchangedCheckout['checkout']['subscription'],
): ExchangedCheckout['checkout'] {
  const { id, customerId, payment, currency, amountTotal } = finished;
  return {
    checkoutSessionId: id,
    ...(customerId && { customerId }),
    ...(subscription && { subscription }),
    payment,
    currency,
    amountTotal,
  };
}
