/** Widgets that the script tag fetches when such a tag stands on the page. */
import type { define } from './define.ts';
import type { standIn } from './element/stand-in.ts';

const waiting: Record<string, () => Promise<CustomElementConstructor>> = {
  'till-entitled': async () => (await import('./entitled/entitled.ts')).TillEntitled,
  'till-card-form': async () => (await import('./card-form/card-form.ts')).TillCardForm,
  'till-promotion-code': async () => (await import('./promotion-code/promotion-code.ts')).TillPromotionCode,
  'till-email-sign-in': async () => (await import('./email-sign-in/email-sign-in.ts')).TillEmailSignIn,
  'till-subscription-panel': async () => (await import('./subscription-panel/subscription-panel.ts')).TillSubscriptionPanel,
};

/** Fetches each widget that stands on the page, once. */
export function fetchMore(defineElements: typeof define, lose: typeof standIn): void {
  for (const [tag, load] of Object.entries(waiting)) {
    if (!document.querySelector(tag)) continue;
    delete waiting[tag];
    void load().then(
      (constructor) => defineElements({ [tag]: constructor }),
      () => lose(tag),
    );
  }
}
