/** A person at a page of the shop, who presses again when nothing comes back, and looks at what they have. */
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { cards, newVerifier, shop, type TestTill } from '../../support/till.ts';
import { startProcess, type Answer, type ServerProcess } from './process.ts';

export interface OpenedCheckout {
  readonly id: string;
  readonly verifier: string;
}

export class Buyer {
  readonly subject: string;
  readonly till: TestTill;
  server: ServerProcess;
  token: string | undefined;
  /** The subscription that the scenario is about. */
  subscriptionId = '';
  /** Of the checkouts that an answer told of, the last. */
  checkout: OpenedCheckout | undefined;
  /** The browser's own secret, kept over a repetition. */
  readonly verifier = newVerifier();
  /** Whatever a scenario keeps from one step to the next. */
  readonly kept = new Map<string, string>();

  constructor(till: TestTill, subject: string) {
    this.till = till;
    this.subject = subject;
    this.server = startProcess(till);
  }

  /** A sign-in lasts half an hour; the clock is turned by days. */
  async signIn(): Promise<void> {
    this.token = await this.till.signIn(this.subject);
  }

  send(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.server.send(method, path, this.token, body);
  }

  async openCheckout(selection: object, { promotionCode, verifier = this.verifier }: CheckoutWish = {}): Promise<Answer> {
    const { verifierHash } = verifier;
    const answer = await this.send('POST', '/v1/checkout-sessions', {
      selection,
      returnUrl: shop,
      verifierHash,
      ...(promotionCode !== undefined && { promotionCode }),
    });
    if (answer.status === 201) this.checkout = { id: String(answer.body['checkoutSessionId']), verifier: verifier.verifier };
    return answer;
  }

  /** Pays the checkout that the page knows of, and comes back. */
  async payCheckout(): Promise<Answer> {
    if (!this.checkout) throw new Error(`${this.subject} knows of no checkout.`);
    await this.till.pay(this.checkout.id, cards.works, `${this.subject}@example.com`);
    return this.comeBack();
  }

  async comeBack(): Promise<Answer> {
    const { id, verifier } = this.checkout!;
    const answer = await this.server.send('POST', '/v1/sessions', undefined, { checkoutSessionId: id, verifier });
    if (answer.status === 201) this.token = String(answer.body['token']);
    return answer;
  }

  /** Buys without any trouble; the subscription is the one that the scenario is about. */
  async buy(selection: object): Promise<void> {
    await this.openCheckout(selection, { verifier: newVerifier() });
    const { status, body } = await this.payCheckout();
    if (status !== 201) throw new Error(`The purchase was answered ${status}.`);
    this.subscriptionId = (body['checkout'] as { subscription: Subscription }).subscription.id;
  }

  async subscriptions(): Promise<Subscription[]> {
    return ((await this.send('GET', '/v1/subscriptions')).body['subscriptions'] ?? []) as Subscription[];
  }

  /** The subscription that the scenario is about, as the panel shows it. */
  async shown(): Promise<Partial<Subscription>> {
    return (await this.subscriptions()).find(({ id }) => id === this.subscriptionId) ?? {};
  }

  on(action: string, body?: unknown): Promise<Answer> {
    return this.send('POST', `/v1/subscriptions/${this.subscriptionId}/${action}`, body);
  }

  /** The signed preview of a change; empty when there is none. */
  preview(target: object): Promise<string> {
    return this.#shown({ target });
  }

  previewResume(): Promise<string> {
    return this.#shown({ action: 'resume' });
  }

  async #shown(what: object): Promise<string> {
    const { body } = await this.send('POST', '/v1/previews', { subscriptionId: this.subscriptionId, ...what });
    return String(body['preview'] ?? '');
  }

  /** The Stripe customer, through the test's own way to Stripe. */
  async customerId(): Promise<string> {
    const identity = await this.till.store.identities.find({ issuer: 'owner', subject: this.subject });
    return identity?.customerId ?? '';
  }
}

export interface CheckoutWish {
  readonly promotionCode?: string;
  readonly verifier?: ReturnType<typeof newVerifier>;
}
