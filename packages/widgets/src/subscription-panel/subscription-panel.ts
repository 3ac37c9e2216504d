import type { Catalog } from '@tillkit/core/catalog/catalog';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { TillElement } from '../element/till-element.ts';
import {
  TillCancelRequestEvent,
  TillChangeRequestEvent,
  TillErrorEvent,
  TillResumeRequestEvent,
  TillSubscriptionChangeEvent,
} from '../events.ts';
import { TillError } from '../provider/client.ts';
import { loadAccount, signOut } from '../provider/sign-in.ts';
import type { Store } from '../provider/store.ts';
import { base } from '../style/base.styles.ts';
import { receipt } from '../style/receipt.styles.ts';
import { errorText, isOfPayment } from '../text/errors.ts';
import { panelTexts } from '../text/panel.ts';
import type { PanelTexts } from '../text/panel-texts.ts';
import { buyAgain, payOpenInvoices, readAgain, reload, undoChange } from './actions.ts';
import { cancelView } from './cancel-view.ts';
import { cancelWishes, type CancelHooks } from './cancel-wishes.ts';
import { changeView, createDraft, type Draft } from './change-view.ts';
import { changeWishes, type ChangeHooks } from './change-wishes.ts';
import { InvoicePages } from './invoice-pages.ts';
import { alert, alertOf, broken, card, cardsOf, faceOf, nothingOwned, showAlert } from './panel-faces.ts';
import { PanelFocus } from './panel-focus.ts';
import { mayHaveHappened, problemOfPurchase, problemView, type Bought, type Problem } from './problem-view.ts';
import { SignInFace } from './sign-in-face.ts';
import { styles } from './subscription-panel.styles.ts';
import { isLastOfAll, isLive, subscriptionView } from './subscription-view.ts';
import { createView, customerOf, ownedBy, patternsOf, whileSamePerson, type View } from './view.ts';
import { ResumeReview } from './resume-review.ts';
import { ShownAgain } from './shown-again.ts';
import type { Wallet } from './wallet.ts';

/**
 * Step 7, panel: what the customer has, and what they can do with it.
 *
 * @summary The customer's subscriptions and invoices.
 * @slot empty - What stands under "No subscription yet", such as a link to the pricing page.
 * @slot signed-out - What stands under "You are not signed in here", such as your own sign-in button.
 * @csspart base - Everything.
 * @csspart line - One line of a receipt.
 * @csspart error - What went wrong, and what to do.
 * @cssstate pending - The account is loading.
 * @cssstate error - Something went wrong.
 * @cssstate complete - A purchase is finished on this page.
 * @event {TillChangeRequestEvent} till-change-request - The customer confirms a change; cancelable.
 * @event {TillCancelRequestEvent} till-cancel-request - The customer cancels at the end of the period; cancelable.
 * @event {TillResumeRequestEvent} till-resume-request - The customer wants to keep the subscription; cancelable.
 * @event {TillSubscriptionChangeEvent} till-subscription-change - The server has changed a subscription.
 * @event {TillErrorEvent} till-error - The server has refused.
 */
export class TillSubscriptionPanel extends TillElement {
  static override styles = [base, receipt, styles];
  @state() private draft: Draft | undefined;
  @state() private canceling: Subscription | undefined;
  /** Id of the subscription that a wish is on its way for. */
  @state() private busy = '';
  /** What went wrong, and with which subscription. */
  @state() private problem: Problem | undefined;
  /** What became of the purchase that was begun from a subscription. */
  @state() private bought: Bought | undefined;
  /** Said by the live region after something was done. */
  @state() private notice = '';
  /** Everything about cards, and whether it was tried to fetch it. */
  @state() private wallet: Wallet | undefined;
  @state() private walletTriedFor?: Store;
  readonly #signIn = new SignInFace(this, (say) => (this.notice = say(this.#say)));
  readonly #review = new ResumeReview(this, {
    act: (id, work) => this.#act(id, work),
    tell: (problem) => void (this.problem = problem),
    back: () => this.#turn(undefined),
    leave: async (subscription, preview) => this.wallet?.add(subscription, preview),
  });
  readonly #changing: ChangeHooks = {
    act: (id, work) => this.#act(id, work),
    current: () => this.draft,
    show: (draft) => void (this.draft = draft),
    open: (draft) => this.#turn(draft),
    done: () => this.#open(() => (this.notice = this.#say.done)),
    tell: (problem) => void (this.problem = problem),
    mayConfirm: (id, target) => this.dispatchEvent(new TillChangeRequestEvent(id, target)),
  };
  readonly #canceling: CancelHooks = {
    act: (id, work) => this.#act(id, work),
    isOpen: (id) => this.canceling?.id === id,
    close: () => void (this.canceling = undefined),
    done: () => this.#changing.done(),
    back: () => this.#turn(undefined),
    mayCancel: (id, reason) => this.dispatchEvent(new TillCancelRequestEvent(id, reason)),
  };
  readonly #invoices = new InvoicePages(this);
  readonly #shownAgain = new ShownAgain(
    () => this.busy !== '',
    () => void this.#lookAgain(),
  );
  #isTheirs = (): boolean => false;
  readonly #focus = new PanelFocus();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#shownAgain.disconnect();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#shownAgain.connect();
    if (!this.store) return;
    if (this.wallet?.store !== this.store) this.wallet = undefined; // moved to another provider
    if (!this.wallet) void this.#fetchWallet(this.store);
    if (this.store.state.account.status === 'initial') void loadAccount(this.store);
  }

  get #say(): PanelTexts {
    return panelTexts(this.words.language);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { store } = this;
    const account = store?.state.account;
    if (store && !this.#isTheirs()) this.#changePerson();
    if (account?.status !== 'complete' || !store) {
      this.#invoices.forget();
      return this.wallet?.forget();
    }
    void this.wallet?.start();
    this.#invoices.start(store);
  }

  /** The page is somebody else's now: nothing that was open or read for the one before stays. */
  #changePerson(): void {
    this.#isTheirs = whileSamePerson(() => this.store);
    this.#open(() => (this.busy = this.notice = ''));
    this.#invoices.forget();
    for (const part of [this.#focus, this.#signIn, this.wallet]) part?.reset();
  }

  /** Fetches everything about cards; without it the rest is shown all the same, and that it is missing. */
  async #fetchWallet(store: Store): Promise<void> {
    const chunk = await import('./wallet.ts').catch(() => undefined);
    if (store === this.store) this.walletTriedFor = store;
    if (!chunk || this.wallet || store !== this.store) return; // moved meanwhile
    this.wallet = new chunk.Wallet(this, store, (again) => this.#holds('wallet', again));
    this.shadowRoot?.adoptedStyleSheets.push(chunk.walletStyles.styleSheet!);
  }

  /** Moves the focus to the heading of what has just opened, or was just done. */
  protected override updated(changed: PropertyValues): void {
    if (changed.has('problem') && this.problem) showAlert(this.renderRoot);
    for (const part of [this.#signIn, this.#shownAgain]) part.drawn();
    const { draft, canceling, wallet } = this;
    const [waitsFor, resuming, removing] = [this.#signIn.waitsFor, this.#review.openFor, wallet?.removing ?? ''];
    const face = faceOf({ waits: waitsFor !== undefined, draft, canceling: !!canceling, resuming: resuming !== undefined, removing });
    const subject = waitsFor ?? draft?.subscription.id ?? canceling?.id ?? resuming ?? 'wallet';
    this.#focus.update(this, this.renderRoot as ShadowRoot, { waits: waitsFor !== undefined, face, subject, busyCard: wallet?.busy ?? '' });
  }

  /** Whoever was sent to their bank or to an invoice's page sees what became of it. */
  async #lookAgain(): Promise<void> {
    const { store, draft, problem } = this;
    const waits = ownedBy(store).some((one) => one.openInvoices?.length || one.changePendingUntil);
    if (!store || !(waits || (problem && mayHaveHappened.has(problem.code)))) return;
    await readAgain(store);
    this.#invoices.expire();
    if (this.problem !== problem || !problem) return;
    const now = ownedBy(store).find(({ id }) => id === problem.id);
    if (!now) return this.#open(() => (this.problem = problem));
    if (now.openInvoices?.length || this.draft !== draft) return;
    if (draft && JSON.stringify(now) !== JSON.stringify(draft.subscription)) return this.#changing.done();
    this.problem = undefined;
    this.#focus.continueAt(problem.id);
  }

  protected override render(): TemplateResult {
    const { store, sold, words, remote } = this;
    const account = store?.state.account;
    const problem = [account, remote].find((part) => part?.status === 'error' && part.code !== 'signed_out');
    const body =
      store && problem?.status === 'error'
        ? broken(this.#say, problem.message, () => reload(store))
        : account?.status === 'error' && !store?.state.asking
          ? this.#signIn.signedOut(this.#say, sold)
          : account?.status === 'complete' && !store?.state.asking && sold && store && this.walletTriedFor === store
            ? this.#account(store, sold, account.value.subscriptions)
            : html`<div class="sub ghost" aria-busy="true" role="img" aria-label=${this.#say.loading}></div>`;
    return html`<div class="panel" part="base" dir=${words.direction}>
      ${body}
      <p class="hidden" role="status" tabindex="-1">${this.notice}</p>
    </div>`;
  }

  #account(store: Store, catalog: Catalog, all: readonly Subscription[]): TemplateResult {
    const view = createView(catalog, this.words, this.#say, patternsOf(store.state.account, this.#invoices.list));
    const shown = all.filter((one) => isLive(one) || one.choiceDue || isLastOfAll(one, all));
    const older = (): void => void this.#act('invoices', () => this.#invoices.readOlder(store));
    return html`${this.wallet?.message()} ${alertOf(this.problem, shown)}
    ${shown.length ? shown.map((subscription) => this.#subscription(store, view, subscription)) : nothingOwned(this.#say)}
    ${this.#signIn.waitsFor === 'wallet' ? this.#signIn.again(this.#say) : shown.length ? cardsOf(this.wallet, view, all) : nothing}
    ${shown.length ? this.#invoices.view(view, older) : nothing} ${this.problem?.id === 'invoices' ? alert(this.problem.text) : nothing}
    ${store.tokenUrl ? nothing : html`<p><button class="plain" @click=${() => signOut(store)}>${this.#say.signOut}</button></p>`}`;
  }

  #subscription(store: Store, view: View, subscription: Subscription): TemplateResult {
    const { id } = subscription;
    const busy = this.busy === id || !!this.wallet?.busy || store.state.purchase.status === 'pending';
    const problem = this.problem?.id === id ? this.problem : problemOfPurchase(id, this.bought, store);
    const failed = problem ? problemView(view, problem, subscription, () => void this.wallet?.add(subscription)) : nothing;
    if (this.#signIn.waitsFor === id) return this.#signIn.again(this.#say);
    if (this.draft?.subscription.id === id)
      return card(id, changeView(view, { ...this.draft, subscription }, changeWishes(store, this.draft, this.#changing), busy, failed));
    if (this.canceling?.id === id)
      return card(id, cancelView(view, subscription, cancelWishes(store, subscription, this.#canceling), busy, failed));
    if (this.#review.openFor === id) return card(id, this.#review.view(view, store, subscription, busy, failed));
    const wishes = {
      change: () => this.#open(() => (this.draft = createDraft(view.catalog, subscription))),
      cancel: () => this.#open(() => (this.canceling = subscription)),
      resume: () => this.dispatchEvent(new TillResumeRequestEvent(id)) && void this.#review.resume(store, subscription),
      undoChange: () => void this.#act(id, () => undoChange(store, id)),
      pay: () => void this.#act(id, () => payOpenInvoices(store, id)),
      addCard: (what?: Subscription) => this.#review.addCard(store, what),
      buy: async (selection: PlanSelection): Promise<void> => {
        const refused = await buyAgain(store, view.catalog, selection);
        this.bought = { id, purchase: store.state.purchase };
        if (refused === 'already_subscribed') await this.#showOther(store, id);
      },
    };
    const above = this.wallet?.banner(view, subscription, wishes, busy);
    return card(id, html`${failed}${subscriptionView(view, subscription, wishes, busy, above)}`);
  }

  #open(face: () => void): void {
    this.problem = this.draft = this.canceling = undefined;
    this.#review.close();
    face();
  }

  /** Goes on elsewhere: why something was refused was said of what stood there, save that it may have been done. */
  #turn(draft: Draft | undefined): void {
    const { problem } = this;
    this.#open(() => ([this.draft, this.problem] = [draft, problem && isOfPayment(problem.code) ? problem : undefined]));
  }

  /** Another purchase was a moment faster: what there is now stands here, and nothing that was meant for what there was. */
  async #showOther(store: Store, id: string): Promise<void> {
    const isTheirs = whileSamePerson(() => this.store);
    this.#invoices.expire();
    await readAgain(store);
    if (isTheirs()) this.#open(() => (this.problem = { id, code: 'already_subscribed', text: this.#say.otherSubscription }));
  }

  /** Asks who it is before a wish is taken up again, where there are codes by e-mail. */
  #holds(id: string, again: () => void): boolean {
    if (!this.sold?.emailCodes) return false;
    this.#signIn.hold(id, again, () => customerOf(this.store));
    return true;
  }

  /** Runs one wish: busy while it is on its way, a sentence when it is refused. Answers the code of a refusal. */
  async #act(id: string, work: () => Promise<Subscription | void>): Promise<string | undefined> {
    [this.busy, this.problem, this.notice] = [id, undefined, ''];
    this.wallet?.dismiss();
    const isTheirs = whileSamePerson(() => this.store);
    try {
      const changed = await work();
      if (!isTheirs()) return 'superseded';
      if (!changed) return undefined;
      this.notice = this.#say.done;
      this.#focus.continueAt(id);
      this.dispatchEvent(new TillSubscriptionChangeEvent(changed));
      return undefined;
    } catch (error) {
      const code: string = error instanceof TillError ? error.code : 'internal_error';
      if (!isTheirs()) return code;
      if (code === 'step_up_required' && this.#holds(id, () => void this.#act(id, work))) return code;
      if (!(error instanceof TillError)) console.error(error);
      this.dispatchEvent(new TillErrorEvent(code, error instanceof TillError ? error.instance : undefined));
      if (code === 'already_subscribed' && this.store) await this.#showOther(this.store, id);
      else this.problem = { id, code, text: errorText(this.words.language, code) };
      if (code === 'signed_out' && this.store && !this.draft) await loadAccount(this.store);
      if (mayHaveHappened.has(code) && this.store) {
        this.#invoices.expire();
        await readAgain(this.store);
      }
      return code;
    } finally {
      if (isTheirs() && this.busy === id) this.busy = '';
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-subscription-panel': TillSubscriptionPanel;
  }
}
