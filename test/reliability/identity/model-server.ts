/** The companion server as a page knows it, in the smallest form that can be right: who is signed in, who bought, who may come back. */
import { createHash } from 'node:crypto';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a page asks for. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly bearer: string | undefined;
  readonly body: Record<string, unknown>;
}

export interface Checkout {
  readonly id: string;
  /** SHA-256 of the secret that the page keeps. */
  readonly verifierHash: string;
  /** Whom the owner named to the server; empty for a buyer whom nobody knows. */
  readonly owner: string;
  customerId: string | undefined;
  paid: boolean;
  /** The session of the first exchange, and when. */
  exchanged?: { readonly session: Session; readonly at: number };
}

export interface Session {
  readonly customerId: string;
  /** Empty for a buyer who is known by a checkout only. */
  readonly owner: string;
  readonly subject: string;
  alive: boolean;
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
const refuse = (status: number, code: string): Answer => ({ status, body: { code } });
const repeatMilliseconds = 10 * 60_000;

export class ModelServer {
  readonly now: () => number;
  readonly sessions = new Map<string, Session>();
  readonly checkouts = new Map<string, Checkout>();
  /** Customers with a live subscription. */
  readonly subscribed = new Set<string>();
  readonly #usedTokens = new Set<string>();
  #count = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  answer(question: Question): Answer {
    const { method, path, bearer } = question;
    if (path === '/v1/sessions') return method === 'DELETE' ? this.#end(bearer) : this.#signIn(question.body);
    const session = bearer === undefined ? undefined : this.sessions.get(bearer);
    if (bearer !== undefined && !session?.alive) return refuse(401, 'signed_out');
    if (path === '/v1/checkout-sessions') return this.#begin(session, String(question.body.verifierHash));
    if (path === '/v1/subscriptions' && session) return this.#account(session);
    return refuse(401, 'signed_out');
  }

  pay(checkout: Checkout): void {
    checkout.customerId ??= `cus_of_${checkout.id}`;
    checkout.paid = true;
    this.subscribed.add(checkout.customerId);
  }

  #signIn({ token, checkoutSessionId, verifier }: Record<string, unknown>): Answer {
    if (typeof token !== 'string') return this.#exchange(String(checkoutSessionId), String(verifier));
    if (this.#usedTokens.has(token)) return refuse(401, 'token_refused');
    this.#usedTokens.add(token);
    const { iss, sub } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { iss: string; sub: string };
    return this.#open({ customerId: `cus_${sub}`, owner: sub, subject: hashOf(JSON.stringify([iss, sub])), alive: true });
  }

  #exchange(id: string, verifier: string): Answer {
    const checkout = this.checkouts.get(id);
    if (!checkout || hashOf(verifier) !== checkout.verifierHash) return refuse(403, 'checkout_not_yours');
    const before = checkout.exchanged;
    const isOpen = !before || (before.session.alive && this.now() - before.at <= repeatMilliseconds);
    if (!isOpen) return refuse(403, 'checkout_not_yours');
    if (!checkout.paid || checkout.customerId === undefined) return refuse(409, 'checkout_not_complete');
    const { owner, customerId } = checkout;
    const subject = hashOf(JSON.stringify(owner ? ['shop', owner] : ['checkout', id]));
    const session = before?.session ?? { customerId, owner, subject, alive: true };
    checkout.exchanged ??= { session, at: this.now() };
    return this.#open(session, { checkoutSessionId: id, customerId, payment: 'paid', currency: 'usd', amountTotal: 700 });
  }

  #open(session: Session, checkout?: object): Answer {
    const token = `till_${(this.#count += 1)}`;
    this.sessions.set(token, session);
    return { status: 201, body: { token, expiresAt: 0, subject: session.subject, ...(checkout && { checkout }) } };
  }

  #end(bearer: string | undefined): Answer {
    const session = this.sessions.get(bearer ?? '');
    if (session) session.alive = false;
    return { status: 204 };
  }

  #begin(session: Session | undefined, verifierHash: string): Answer {
    const customerId = session?.customerId;
    if (customerId !== undefined && this.subscribed.has(customerId)) return refuse(409, 'already_subscribed');
    const isSame = (one: Checkout): boolean => !one.paid && one.customerId === customerId && one.verifierHash === verifierHash;
    let checkout = [...this.checkouts.values()].find(isSame);
    if (!checkout) {
      checkout = { id: `cs_${(this.#count += 1)}`, verifierHash, owner: session?.owner ?? '', customerId, paid: false };
      this.checkouts.set(checkout.id, checkout);
    }
    return { status: 201, body: { checkoutSessionId: checkout.id, url: `https://pay.example/${checkout.id}`, expiresAt: 0 } };
  }

  /** Sometimes with the token that follows the one that was sent. */
  #account(session: Session): Answer {
    const { customerId } = session;
    const subscriptions = this.subscribed.has(customerId) ? [{ id: `sub_${customerId}`, customerId }] : [];
    const answer = { status: 200, body: { subscriptions, trialUsed: [] } };
    if ((this.#count += 1) % 5 > 0) return answer;
    const fresh = `till_${this.#count}`;
    this.sessions.set(fresh, session);
    return { ...answer, headers: { 'Till-Session': fresh } };
  }
}
