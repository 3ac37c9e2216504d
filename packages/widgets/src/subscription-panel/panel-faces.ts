/** Step 7, panel: what stands there when there is nothing to show, and which face is open. */
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { html, nothing, type TemplateResult } from 'lit';
import type { PanelTexts } from '../text/panel-texts.ts';
import type { Draft } from './change-view.ts';
import type { Problem } from './problem-view.ts';
import type { View } from './view.ts';
import type { Wallet } from './wallet.ts';

/** For somebody who owns nothing. */
export function nothingOwned(say: PanelTexts): TemplateResult {
  return html`<section class="sub">
    <h2>${say.nothingTitle}</h2>
    <p>${say.nothing}</p>
    <slot name="empty"></slot>
  </section>`;
}

/** What stands in the place of one subscription. */
export const card = (id: string, content: unknown): TemplateResult =>
  html`<article class="sub" data-subscription=${id}>${content}</article>`;

/** While the server cannot be asked. */
export function broken(say: PanelTexts, message: string, again: () => void): TemplateResult {
  return html`<p class="error" part="error" role="alert">${message} <button class="plain" @click=${again}>${say.tryAgain}</button></p>`;
}

/** Where code could not be fetched. */
export const lostCode = (say: PanelTexts): TemplateResult => broken(say, say.offline, () => location.reload());

/** Payment methods, once their code is fetched. */
export const cardsOf = (wallet: Wallet | undefined, view: View, all: readonly Subscription[]): unknown =>
  wallet ? wallet.view(view, all) : lostCode(view.say);

/** What went wrong, in the panel itself. */
export const alert = (text: string): TemplateResult => html`<p class="error" part="error" role="alert" tabindex="-1">${text}</p>`;

/** What went wrong with a subscription that is not shown any more. */
export const alertOf = (problem: Problem | undefined, shown: readonly Subscription[]): TemplateResult | typeof nothing =>
  problem && problem.id !== 'invoices' && !shown.some(({ id }) => id === problem.id) ? alert(problem.text) : nothing;

/** A refusal may stand off the screen, and the button that had the focus was disabled meanwhile. */
export function showAlert(root: ParentNode): void {
  const alert = root.querySelector<HTMLElement>('[role="alert"][tabindex]');
  alert?.focus({ preventScroll: true });
  alert?.scrollIntoView({ block: 'center' });
}

export interface OpenFaces {
  /** A wish waits until the customer has signed in again. */
  readonly waits: boolean;
  readonly draft: Draft | undefined;
  readonly canceling: boolean;
  readonly resuming: boolean;
  /** The method that the customer is asked about before it is removed, or nothing. */
  readonly removing: string;
}

/** The face in front, by a name that tells it from any other; empty when none is open. */
export function faceOf({ waits, draft, canceling, resuming, removing }: OpenFaces): string {
  if (waits) return 'step-up';
  if (draft) return draft.preview ? 'review' : 'change';
  return canceling ? 'cancel' : resuming ? 'resume' : removing;
}
