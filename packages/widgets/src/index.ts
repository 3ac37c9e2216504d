/** Every widget, for bundlers: importing this module defines the elements. */
import { TillAddOnSelector } from './add-on-selector/add-on-selector.ts';
import { TillCardForm } from './card-form/card-form.ts';
import { TillCheckout } from './checkout/checkout.ts';
import { define } from './define.ts';
import { TillEntitled } from './entitled/entitled.ts';
import { TillPlanPicker } from './plan-picker/plan-picker.ts';
import { TillPromotionCode } from './promotion-code/promotion-code.ts';
import { TillProvider } from './provider/provider.ts';
import { TillEmailSignIn } from './email-sign-in/email-sign-in.ts';
import { TillSubscriptionPanel } from './subscription-panel/subscription-panel.ts';
import { TillTotal } from './total/total.ts';

define({
  'till-provider': TillProvider,
  'till-plan-picker': TillPlanPicker,
  'till-add-on-selector': TillAddOnSelector,
  'till-total': TillTotal,
  'till-checkout': TillCheckout,
  'till-card-form': TillCardForm,
  'till-promotion-code': TillPromotionCode,
  'till-entitled': TillEntitled,
  'till-email-sign-in': TillEmailSignIn,
  'till-subscription-panel': TillSubscriptionPanel,
});

export * from './checkout-complete-event.ts';
export * from './events.ts';
export * from './email-sign-in/signed-in-event.ts';
export {
  TillAddOnSelector,
  TillCardForm,
  TillCheckout,
  TillEntitled,
  TillPlanPicker,
  TillPromotionCode,
  TillProvider,
  TillEmailSignIn,
  TillSubscriptionPanel,
  TillTotal,
};
