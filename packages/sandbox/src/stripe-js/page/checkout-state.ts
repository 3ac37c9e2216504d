/** Step checkout: a checkout session as the page knows it: the server's amounts, and beside them what the buyer said. */
import type { Json } from '../frame-channel.ts';
import { changeFailure, type CheckoutResult } from './checkout-result.ts';
import type { StripeContext } from './stripe-context.ts';

/** The session and what Stripe.js needs to know besides. */
export interface SessionFacts {
  readonly session: Json;
  readonly needsPaymentMethod: boolean;
  readonly mode: 'payment' | 'setup' | 'subscription';
  readonly types: readonly string[];
  readonly canSave: boolean;
  /** Taxes follow from an address: the shipping address where one is collected, else the billing address. */
  readonly isTaxedByPlace: boolean;
  readonly taxesByShipping: boolean;
  readonly returnUrl: string | null;
  readonly uiMode: string;
  readonly url: string;
  readonly redirectOnCompletion: 'always' | 'if_required' | 'never' | null;
}

/** What the buyer said on the page. */
export interface BuyerDetails {
  readonly email?: string | null;
  readonly phoneNumber?: string | null;
  readonly billingAddress?: Json | null;
  readonly shippingAddress?: Json | null;
  readonly businessName?: string | null;
  readonly nameCollection?: Json | null;
  readonly taxIdInfo?: Json | null;
}

export async function readSession(context: StripeContext, secret: string): Promise<SessionFacts> {
  const { body, error } = await context.api.get('/_elements/session', { client_secret: secret });
  if (error) throw error;
  return body as unknown as SessionFacts;
}

export class CheckoutState {
  readonly secret: Promise<string>;
  readonly #context: StripeContext;
  readonly #listeners = new Set<(session: Json) => void>();
  #said: BuyerDetails;
  #facts: Promise<SessionFacts> | null = null;
  #known: SessionFacts | null = null;
  #isPaymentComplete = false;

  constructor(context: StripeContext, secret: Promise<string>, said: BuyerDetails) {
    this.#context = context;
    this.secret = secret;
    this.#said = said;
  }

  get said(): BuyerDetails {
    return this.#said;
  }

  async read(): Promise<SessionFacts> {
    const facts = await readSession(this.#context, await this.secret);
    this.#known = facts;
    this.#facts = Promise.resolve(facts);
    return facts;
  }

  /** Reads once; a failure is not kept. */
  async load(): Promise<SessionFacts> {
    this.#facts ??= this.read();
    try {
      return await this.#facts;
    } catch (error) {
      this.#facts = null;
      throw error;
    }
  }

  /** New amounts of the server. */
  take(facts: SessionFacts): void {
    this.#known = facts;
    this.#facts = Promise.resolve(facts);
    this.tell();
  }

  /** The session as the page sees it; `canConfirm` when nothing is missing any more. */
  show(): Json {
    if (!this.#known) return {};
    const { session, needsPaymentMethod } = this.#known;
    const said = Object.fromEntries(Object.entries(this.#said).filter(([, value]) => value !== undefined && value !== null));
    const email = said.email ?? session.email;
    const isOpen = (session.status as Json).type === 'open';
    const isTaxed = (session.tax as Json).status === 'ready';
    const canConfirm = isOpen && isTaxed && (!needsPaymentMethod || this.#isPaymentComplete) && typeof email === 'string';
    return { ...session, ...said, email, canConfirm };
  }

  success(): CheckoutResult {
    return { type: 'success', session: this.show() };
  }

  say(said: BuyerDetails): CheckoutResult {
    this.#said = { ...this.#said, ...said };
    this.tell();
    return this.success();
  }

  /** A change that only the server can make. */
  async change(change: Json): Promise<CheckoutResult> {
    const { body, error } = await this.#context.api.postJson('/_elements/session/update', { ...change, client_secret: await this.secret });
    if (error) return changeFailure(error);
    this.take(body as unknown as SessionFacts);
    return this.success();
  }

  /** An address, which may change the taxes. */
  async place(said: Pick<BuyerDetails, 'billingAddress' | 'shippingAddress'>): Promise<CheckoutResult> {
    const told = this.say(said);
    const { isTaxedByPlace, taxesByShipping } = await this.load();
    const deciding = taxesByShipping ? said.shippingAddress : said.billingAddress;
    return isTaxedByPlace && deciding ? this.change({ address: deciding.address }) : told;
  }

  paymentIsComplete(isComplete: boolean): void {
    if (this.#isPaymentComplete === isComplete) return;
    this.#isPaymentComplete = isComplete;
    this.tell();
  }

  listen(listener: (session: Json) => void): void {
    this.#listeners.add(listener);
  }

  tell(): void {
    if (!this.#known) return;
    const session = this.show();
    for (const listener of this.#listeners) listener(session);
  }
}
