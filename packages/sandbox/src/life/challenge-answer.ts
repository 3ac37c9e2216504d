/**
 * Step checkout: what follows when a 3D Secure challenge is passed or failed.
 *
 * Promise: the buyer's answer is kept; what the bank says afterwards decides about the money.
 */
import { closeChallenge } from '../billing/challenges.ts';
import { completeSession } from '../billing/checkout.ts';
import { attemptPayment, settleIntent } from '../billing/collect.ts';
import { confirmIntent, failAuthentication } from '../billing/payments.ts';
import { confirmSetup, failSetupAuthentication } from '../billing/setups.ts';
import { ApiError } from '../http/api-error.ts';
import type { Challenge } from '../objects/challenge.ts';
import type { CheckoutSession, SessionAttempt } from '../objects/checkout-session.ts';
import { memory } from '../objects/memory.ts';
import type { PaymentMethod } from '../objects/payment.ts';
import { testClockTime } from '../store/test-clock-of.ts';
import type { World } from '../world.ts';

export interface ChallengeOutcome {
  readonly challenge: Challenge;
  readonly session: CheckoutSession | undefined;
  /** Name of what went wrong, for the hosted page. */
  readonly problem: 'authentication' | 'insufficient_funds' | 'declined' | null;
  /** The return URL of an intent, with Stripe's query. */
  readonly redirectUrl: string | null;
}

const ownCause = { id: null, idempotency_key: null };

function answerPayment(world: World, id: string, method: PaymentMethod, passed: boolean): void {
  const intent = world.tables.paymentIntents.get(id);
  if (intent?.status !== 'requires_action') return;
  if (!passed) {
    failAuthentication(world, intent, method);
    return;
  }
  const invoice = world.tables.invoices.get(intent[memory].invoice ?? '');
  if (invoice) {
    attemptPayment(world, invoice, { automatic: false, method, challenged: true });
    return;
  }
  const confirmed = confirmIntent(world, intent, { method, challenged: true });
  if (confirmed.status === 'succeeded') settleIntent(world, confirmed, true);
}

function answerSetup(world: World, id: string, method: PaymentMethod, passed: boolean): void {
  const intent = world.tables.setupIntents.get(id);
  if (intent?.status !== 'requires_action') return;
  if (passed) confirmSetup(world, intent, { method, challenged: true });
  else failSetupAuthentication(world, intent, method);
}

function withStatus(
  returnUrl: string,
  kind: 'payment_intent' | 'setup_intent',
  intent: { id: string; client_secret: string; status: string },
): string {
  const url = new URL(returnUrl);
  url.searchParams.set(kind, intent.id);
  url.searchParams.set(`${kind}_client_secret`, intent.client_secret);
  url.searchParams.set('redirect_status', intent.status === 'succeeded' ? 'succeeded' : 'failed');
  return url.href;
}

function answerIntent(world: World, challenge: Challenge, intent: string, passed: boolean): ChallengeOutcome {
  const kind = intent.startsWith('seti_') ? 'setup_intent' : 'payment_intent';
  const find = () => world.tables.paymentIntents.get(intent) ?? world.tables.setupIntents.get(intent);
  const method = world.tables.paymentMethods.get(find()?.payment_method ?? '');
  if (method) (kind === 'setup_intent' ? answerSetup : answerPayment)(world, intent, method, passed);
  const after = find();
  const redirectUrl = challenge.returnUrl !== null && after ? withStatus(challenge.returnUrl, kind, after) : null;
  return { challenge, session: undefined, problem: null, redirectUrl };
}

function answerSession(world: World, challenge: Challenge, id: string, attempt: SessionAttempt, passed: boolean): ChallengeOutcome {
  const session = world.tables.sessions.get(id);
  const failed = (problem: ChallengeOutcome['problem']): ChallengeOutcome => ({ challenge, session, problem, redirectUrl: null });
  if (!passed || !session) return failed('authentication');
  try {
    const completion = world.attempt(() => completeSession(world, session, attempt, true));
    const done = completion.kind === 'complete' ? completion.session : session;
    return { challenge, session: done, problem: null, redirectUrl: null };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return failed(error.body.decline_code === 'insufficient_funds' ? 'insufficient_funds' : 'declined');
  }
}

/** Closes the challenge and goes on with what waited for it. */
export function answerChallenge(world: World, id: string, passed: boolean): ChallengeOutcome {
  const subject = world.tables.challenges.get(id)?.subject;
  const about = subject?.kind === 'intent' ? subject.intent : (subject?.session ?? '');
  const answer = (): ChallengeOutcome => {
    const challenge = closeChallenge(world, id, passed);
    return challenge.subject.kind === 'intent'
      ? answerIntent(world, challenge, challenge.subject.intent, passed)
      : answerSession(world, challenge, challenge.subject.session, challenge.subject.attempt, passed);
  };
  return world.request(ownCause, answer, testClockTime(world.tables, [about]));
}
