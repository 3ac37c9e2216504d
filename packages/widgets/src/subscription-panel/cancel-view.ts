/** Step 7, panel: canceling at the end of the period, with a reason for those who like to give one. */
import type { CancelRequest } from '@tillkit/core/contract/contract';
import { isInArrears } from '@tillkit/core/subscription/debt';
import { hasUsePaid } from '@tillkit/core/subscription/is-free';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { html, nothing, type TemplateResult } from 'lit';
import { planName, type View } from './view.ts';

function dropsChange({ plan, say, day }: View, { planId, at }: NonNullable<Subscription['scheduledChange']>): string {
  const name = plan(planId)?.name;
  return name ? say.cancelDropsChange(name, day(at)) : say.cancelDropsOtherChange(day(at));
}

export interface CancelWishes {
  confirm(reason: CancelRequest): Promise<void>;
  back(): void;
}

export function cancelView(
  view: View,
  subscription: Subscription,
  { confirm, back }: CancelWishes,
  busy: boolean,
  failed: unknown,
): TemplateResult {
  const { say, words } = view;
  const { scheduledChange, status, trialEnd, currentPeriodEnd } = subscription;
  const onTrial = status === 'trialing';
  // what a trial used is free
  const bills = !onTrial && hasUsePaid(subscription);
  // whoever has not paid has no access to keep, or none for long, and what is open stays open
  const late = isInArrears(subscription);
  const explained = late ? say.cancelUnpaid : bills ? say.cancelBillsUse : say.cancelExplained;
  const submit = (event: Event): void => {
    const root = (event.target as HTMLElement).getRootNode() as ShadowRoot;
    const feedback = root.querySelector('select')?.value;
    void confirm(feedback ? { feedback: feedback as NonNullable<CancelRequest['feedback']> } : {});
  };
  return html`<h2 tabindex="-1">${say.cancelTitle(planName(view, subscription))}</h2>
    <p>${explained(view.day((onTrial ? trialEnd : undefined) ?? currentPeriodEnd))} ${late && bills ? words.paidByUse : nothing}</p>
    ${scheduledChange ? html`<p>${dropsChange(view, scheduledChange)}</p>` : nothing}
    <label class="field small"
      >${say.reason}
      <select>
        <option value="">${say.noReason}</option>
        ${Object.entries(say.reasons).map(([value, text]) => html`<option value=${value}>${text}</option>`)}
      </select>
    </label>
    ${failed}
    <div class="actions">
      <button class="primary" ?disabled=${busy} @click=${submit}>
        <span class="on-accent">${busy ? words.oneMoment : say.confirmCancel}</span>
      </button>
      <button class="plain" @click=${back}>${say.back}</button>
    </div>`;
}
