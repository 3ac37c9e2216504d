/** Step 7, panel: what is paused is resumed by a charge, which is shown before it is confirmed. */
import type { PreviewResponse } from '@tillkit/core/contract/contract';
import { hasUsePaid } from '@tillkit/core/subscription/is-free';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { receiptLines } from '../receipt/receipt-lines.ts';
import { errorText } from '../text/errors.ts';
import type { Store } from '../provider/store.ts';
import { previewResume, resumeSubscription } from './actions.ts';
import { isOutdated, type Problem } from './problem-view.ts';
import { ownedBy, planName, type View } from './view.ts';

/** The panel, as far as the review needs it. */
export interface ReviewHooks {
  /** Runs one wish; answers the code of a refusal. */
  act(id: string, work: () => Promise<Subscription | void>): Promise<string | undefined>;
  /** Says what stands in the way. */
  tell(problem: Problem): void;
  /** Leaves what is shown, with what was said of it. */
  back(): void;
  /** Leaves for the page on which a card is entered; what was shown goes along. Answers the code of a refusal. */
  leave(subscription: Subscription | undefined, preview?: string): Promise<string | undefined>;
}

/** The amount of one subscription that is shown, until it is confirmed or left. */
export class ResumeReview {
  readonly #host: ReactiveControllerHost;
  readonly #hooks: ReviewHooks;
  #shown: { readonly id: string; readonly answer: PreviewResponse } | undefined;

  constructor(host: ReactiveControllerHost, hooks: ReviewHooks) {
    this.#host = host;
    this.#hooks = hooks;
  }

  /** What costs nothing is done at once, what is paused is shown first. */
  async resume(store: Store, subscription: Subscription): Promise<void> {
    const { id, status } = subscription;
    if (status === 'paused') await this.open(store, subscription);
    else await this.#hooks.act(id, () => resumeSubscription(store, id));
  }

  /** A card that would resume something is entered after that was shown. */
  addCard(store: Store, subscription?: Subscription): void {
    if (subscription?.status === 'paused' && !subscription.openInvoices) void this.open(store, subscription);
    else void this.#hooks.leave(subscription);
  }

  /** Id of the subscription whose amount is shown. */
  get openFor(): string | undefined {
    return this.#shown?.id;
  }

  close(): void {
    this.#shown = undefined;
    this.#host.requestUpdate();
  }

  /** Asks what it costs and shows that. */
  async open(store: Store, { id }: Subscription): Promise<string | undefined> {
    const refused = await this.#hooks.act(id, async () => void (this.#shown = { id, answer: await previewResume(store, id) }));
    this.#host.requestUpdate();
    return refused;
  }

  view(view: View, store: Store, subscription: Subscription, busy: boolean, failed: unknown): TemplateResult {
    const { say, words } = view;
    const { invoice, preview } = this.#shown!.answer;
    const { currency, dueNow, recurring, renewsAt, receipt, isDiscounted } = invoice;
    const { hasPaymentMethod } = subscription;
    const confirm = (): void => void this.#confirm(store, subscription, preview);
    return html`<h2 tabindex="-1">${say.resumeTitle(planName(view, subscription))}</h2>
      <section class="receipt">
        <dl>
          ${receipt ? receiptLines(receipt, view.receiptStyle(currency)) : nothing}
          <div class="sum">
            <dt>${say.dueNow}</dt>
            <dd>${view.money(dueNow, currency)}</dd>
          </div>
        </dl>
      </section>
      <p class="small muted">
        ${say.renewal(...view.recurring(recurring.amount, currency, recurring.interval, hasUsePaid(subscription)), isDiscounted)}
        ${renewsAt === undefined ? nothing : say.renewsOn(view.day(renewsAt))}
      </p>
      ${failed}
      <div class="actions">
        <button class="primary" ?disabled=${busy} @click=${confirm}>
          <span class="on-accent"
            >${busy ? words.oneMoment : hasPaymentMethod ? say.confirmResume(view.money(dueNow, currency)) : say.cardAndResume}</span
          >
        </button>
        <button class="plain" @click=${() => this.#hooks.back()}>${say.back}</button>
      </div>`;
  }

  async #confirm(store: Store, subscription: Subscription, preview: string): Promise<void> {
    const { id } = subscription;
    const resume = async (): Promise<Subscription> => {
      const resumed = await resumeSubscription(store, id, preview);
      if (this.openFor === id) this.#shown = undefined;
      return resumed;
    };
    const refused = await (subscription.hasPaymentMethod ? this.#hooks.act(id, resume) : this.#hooks.leave(subscription, preview));
    // its answer got lost, and it goes on
    if (refused !== undefined && ownedBy(store).some((one) => one.id === id && one.status !== 'paused')) return this.close();
    if (refused === undefined || !isOutdated.has(refused)) return this.#host.requestUpdate();
    const failed = await this.open(store, subscription);
    if (failed === undefined) this.#hooks.tell({ id, code: refused, text: errorText(store.state.texts.language, refused) });
    else if (failed !== 'superseded') this.close();
  }
}
