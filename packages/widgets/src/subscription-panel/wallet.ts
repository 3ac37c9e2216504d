/**
 * Step 7, panel: what the customer pays with, and the way to Stripe's page and back. Fetched once the account is shown.
 *
 * Promise: nothing is shown as saved, removed or paid before the server has said so.
 */
import type { PaymentMethod, PaymentMethodList, PaymentMethodRequest, PaymentMethodSetup } from '@tillkit/core/contract/contract';
import { cardReturnParameter } from '@tillkit/core/contract/card-return-parameter';
import { paymentMethodPaths } from '@tillkit/core/contract/payment-method-paths';
import type { ErrorCode } from '@tillkit/core/contract/error-codes';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import type { nothing, TemplateResult } from 'lit';
import { TillErrorEvent, TillSubscriptionChangeEvent } from '../events.ts';
import { TillError, type PageCode } from '../provider/client.ts';
import { demand } from '../provider/demand.ts';
import { leaveFor } from '../provider/leave.ts';
import type { Remote, Store } from '../provider/store.ts';
import { errorText } from '../text/errors.ts';
import { panelTexts } from '../text/panel.ts';
import { paymentMethodTexts } from '../text/payment-methods.ts';
import { ask, listSubscriptions } from './actions.ts';
import { banner } from './banner.ts';
import type { View } from './view.ts';
import { message, walletView } from './wallet-view.ts';

/** The panel, as far as a wallet needs it. */
export interface WalletHost extends EventTarget {
  requestUpdate(): void;
}

/** Keeps a wish until the customer has shown again who they are; false where they cannot. */
export type HoldWish = (again: () => void) => boolean;

const refusals: Partial<Record<ErrorCode | PageCode, 'savedButDeclined' | 'savedButConfirm'>> = {
  payment_failed: 'savedButDeclined',
  authentication_required: 'savedButConfirm',
};

export { walletStyles } from './wallet.styles.ts';

export class Wallet {
  methods: Remote<readonly PaymentMethod[]> = { status: 'initial' };
  /** What a wish is on its way for: an id, `add`, or `save` after the return from Stripe's page. */
  busy = '';
  /** The method that the customer is asked about before it is removed. */
  removing = '';
  /** What went wrong, and what was done, in the page's language. */
  problem = '';
  notice = '';
  readonly #host: WalletHost;
  readonly store: Store;
  readonly #hold: HoldWish;
  #started: Promise<void> | undefined;

  constructor(host: WalletHost, store: Store, hold: HoldWish) {
    this.#host = host;
    this.store = store;
    this.#hold = hold;
    // whoever turns back from Stripe's page may find this one as they left it
    addEventListener('pageshow', ({ persisted }) => persisted && this.#set({ busy: '' }));
  }

  get #language(): string {
    return this.store.state.texts.language;
  }

  get #words() {
    return paymentMethodTexts(this.#language);
  }

  /** Takes over the card that the customer comes back with, if any, and reads the list; once. */
  start(): Promise<void> {
    return (this.#started ??= this.#begin());
  }

  /** Somebody else may sign in: their methods are read anew. */
  forget(): void {
    this.#started = undefined;
    this.methods = { status: 'initial' };
  }

  /** Somebody else is here: nothing that was open or said is theirs. */
  reset(): void {
    this.forget();
    this.#set({ busy: '', removing: '', problem: '', notice: '' });
  }

  async #begin(): Promise<void> {
    const address = this.store.page.address();
    const checkoutSessionId = address.searchParams.get(cardReturnParameter);
    if (!checkoutSessionId) return this.load();
    address.searchParams.delete(cardReturnParameter);
    this.store.page.replaceAddress(address);
    await this.#act('save', async () => {
      try {
        this.#keep(await ask<PaymentMethodList>(this.store, 'POST', paymentMethodPaths.added, { checkoutSessionId }));
      } finally {
        await this.#reload();
      }
      return this.#words.saved;
    });
    if (this.methods.status !== 'complete') await this.load();
  }

  async load(): Promise<void> {
    const { person } = this.store;
    this.#set({ methods: { status: 'pending' } });
    try {
      this.#keep(await ask<PaymentMethodList>(this.store, 'GET', paymentMethodPaths.all));
    } catch (error) {
      if (person !== this.store.person) return;
      const code = error instanceof TillError ? error.code : 'internal_error';
      this.#set({ methods: { status: 'error', code, message: this.#words.failed } });
    }
  }

  /** Leaves for Stripe's page; what is named goes on with the card. Answers the code of a refusal. */
  add(subscription?: Subscription, preview?: string): Promise<string | undefined> {
    return this.#act('add', async () => {
      const body: PaymentMethodRequest = {
        returnUrl: this.store.page.address().href,
        locale: this.#language,
        ...(subscription && { subscriptionId: subscription.id }),
        ...(preview !== undefined && { preview }),
      };
      const { url } = demand(
        await ask<PaymentMethodSetup>(this.store, 'POST', paymentMethodPaths.all, body),
        (answer) => typeof answer.url === 'string',
      );
      return leaveFor(this.store.page, url);
    });
  }

  makeDefault(id: string): Promise<unknown> {
    return this.#change(id, 'POST', paymentMethodPaths.default(id), this.#words.changed);
  }

  remove(id: string): Promise<unknown> {
    return this.#change(id, 'DELETE', paymentMethodPaths.one(id), this.#words.removed);
  }

  /** Asks whether a method shall go; an empty id: no. */
  askToRemove(id: string): void {
    this.#set({ removing: id, problem: '', notice: '' });
  }

  /** Something else is being done: what was said of a card is no news any more. */
  dismiss(): void {
    this.#set({ problem: '', notice: '' });
  }

  /** What is under way, went wrong or is done. */
  message(): TemplateResult {
    return message(this, this.#words);
  }

  /** What needs attention first about a subscription. */
  banner(...about: Parameters<typeof banner>): ReturnType<typeof banner> {
    return banner(...about);
  }

  view(view: View, subscriptions: readonly Subscription[]): TemplateResult | typeof nothing {
    return walletView(this, view, this.#words, subscriptions);
  }

  #change(id: string, method: 'POST' | 'DELETE', path: string, done: string): Promise<unknown> {
    return this.#act(id, async () => {
      this.#keep(await ask<PaymentMethodList>(this.store, method, path));
      this.removing = '';
      await this.#reload();
      return done;
    });
  }

  #keep(list: PaymentMethodList): void {
    const { paymentMethods } = demand(list, (answer) => Array.isArray(answer.paymentMethods));
    this.#set({ methods: { status: 'complete', value: paymentMethods } });
  }

  /** The subscriptions as they are now; those that changed are told to the page. */
  async #reload(): Promise<void> {
    const { account } = this.store.state;
    const before = account.status === 'complete' ? account.value.subscriptions.map((one) => JSON.stringify(one)) : [];
    const value = await listSubscriptions(this.store);
    this.store.set({ account: { status: 'complete', value } });
    for (const one of value.subscriptions)
      if (!before.includes(JSON.stringify(one))) this.#host.dispatchEvent(new TillSubscriptionChangeEvent(one));
  }

  /** Runs one wish; its sentence is said when it is done, another one when it is refused, and none to whoever is here after them. */
  async #act(busy: string, work: () => Promise<string>): Promise<string | undefined> {
    const { person } = this.store;
    const isTheirs = (): boolean => person === this.store.person;
    this.#set({ busy, problem: '', notice: '' });
    try {
      const notice = await work();
      if (isTheirs()) this.#set({ notice });
      return undefined;
    } catch (error) {
      const code = error instanceof TillError ? error.code : 'internal_error';
      if (!isTheirs()) return code;
      // what was asked and chosen stays; the list is read again first, for it may be another person's by then
      if (code === 'step_up_required' && this.#hold(() => void this.start().then(() => this.#act(busy, work)))) return code;
      if (!(error instanceof TillError)) console.error(error);
      const refusal = busy === 'save' ? refusals[code] : undefined;
      const other = code === 'already_subscribed' ? panelTexts(this.#language).otherSubscription : undefined;
      if (other !== undefined && busy !== 'save') await this.#reload().catch(() => undefined);
      if (!isTheirs()) return code;
      this.#set({ problem: other ?? (refusal ? this.#words[refusal] : errorText(this.#language, code)), removing: '' });
      this.#host.dispatchEvent(new TillErrorEvent(code, error instanceof TillError ? error.instance : undefined));
      return code;
    } finally {
      if (isTheirs()) this.#set({ busy: '' });
    }
  }

  #set(change: Partial<Pick<Wallet, 'methods' | 'busy' | 'removing' | 'problem' | 'notice'>>): void {
    Object.assign(this, change);
    this.#host.requestUpdate();
  }
}
