/** Step checkout: what `loadActions()` gives: the ways in which a page changes a checkout session and confirms it. */
import type { Json, StripeJsError } from '../frame-channel.ts';
import { showChallenge } from './challenge-dialog.ts';
import type { CheckoutElements } from './checkout-elements.ts';
import { checkoutFailure, type CheckoutFailure, type CheckoutResult, refusal } from './checkout-result.ts';
import type { BuyerDetails, CheckoutState } from './checkout-state.ts';
import { IntegrationError } from './integration-error.ts';
import { redirectTypes } from './redirect-types.ts';
import type { StripeContext } from './stripe-context.ts';

export interface CheckoutConfirmOptions extends BuyerDetails {
  readonly returnUrl?: string;
  readonly redirect?: 'always' | 'if_required';
  readonly paymentMethod?: string;
  readonly savePaymentMethod?: boolean;
  readonly expressCheckoutConfirmEvent?: Json;
  readonly formConfirmEvent?: Json;
  readonly onRequiresApproval?: () => Promise<void>;
}

const authenticationFailed = 'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

function emailProblem(email: string): CheckoutFailure | null {
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(email)) return null;
  return email.includes('@')
    ? checkoutFailure('Your email is invalid.', 'invalidEmail')
    : checkoutFailure('Your email is incomplete.', 'incompleteEmail');
}

/** What is paid with; null where nothing has to be. */
interface ChosenMethod {
  readonly id: string | null;
  /** The buyer goes to another page. */
  readonly leaves: boolean;
}

export class CheckoutActions {
  readonly #context: StripeContext;
  readonly #state: CheckoutState;
  readonly #elements: CheckoutElements;

  constructor(context: StripeContext, state: CheckoutState, elements: CheckoutElements) {
    this.#context = context;
    this.#state = state;
    this.#elements = elements;
  }

  /** Of `ui_mode: 'form'`: the buyer's details are the form's own. */
  ofForm(): Json {
    const { getSession, confirm, runServerUpdate, validateElements, applyPromotionCode, removePromotionCode, ...rest } = this.all();
    const { updateLineItemQuantity, updateShippingOption, addOptionalLineItem, removeOptionalLineItem } = rest;
    const items = { updateLineItemQuantity, updateShippingOption, addOptionalLineItem, removeOptionalLineItem };
    return { getSession, confirm, runServerUpdate, validateElements, applyPromotionCode, removePromotionCode, ...items };
  }

  all(): Json {
    const say = (said: BuyerDetails): Promise<CheckoutResult> => Promise.resolve(this.#state.say(said));
    return {
      getSession: () => this.#state.show(),
      confirm: (options?: CheckoutConfirmOptions) => this.confirm(options),
      runServerUpdate: (work: () => Promise<unknown>) => this.#runServerUpdate(work),
      validateElements: () => this.#validate(),
      applyPromotionCode: (code: string) => this.#state.change({ promotion_code: code }),
      removePromotionCode: () => this.#state.change({ promotion_code: null }),
      updateLineItemQuantity: ({ lineItem, quantity }: { lineItem: string; quantity: number }) =>
        this.#state.change({ line_item: lineItem, quantity }),
      updateShippingOption: (shipping_option: string) => this.#state.change({ shipping_option }),
      addOptionalLineItem: (optional_item: string) => this.#state.change({ optional_item, selected: true }),
      removeOptionalLineItem: (optional_item: string) => this.#state.change({ optional_item, selected: false }),
      updateEmail: async (email: string | null) => (email === null ? null : emailProblem(email)) ?? (await say({ email })),
      updatePhoneNumber: (phoneNumber: string | null) => say({ phoneNumber }),
      updateBillingAddress: (billingAddress: Json | null) => this.#state.place({ billingAddress }),
      updateShippingAddress: (shippingAddress: Json | null) => this.#state.place({ shippingAddress }),
      updateTaxIdInfo: (taxIdInfo: Json | null) => say({ taxIdInfo }),
      updateIndividualName: (individualName: string | null) => say({ nameCollection: { ...this.#names(), individualName } }),
      updateBusinessName: (businessName: string | null) => say({ businessName, nameCollection: { ...this.#names(), businessName } }),
    };
  }

  #names(): Json {
    return { individualName: null, businessName: null, ...this.#state.said.nameCollection };
  }

  /** Lets the page's own server change the session, then reads what it has become. */
  async #runServerUpdate(work: () => Promise<unknown>): Promise<CheckoutResult> {
    try {
      await work();
      this.#state.take(await this.#state.read());
    } catch (error) {
      return checkoutFailure(error instanceof Error ? error.message : ((error as StripeJsError | null)?.message ?? 'The update failed.'));
    }
    this.#elements.refresh();
    return this.#state.success();
  }

  async #validate(): Promise<CheckoutResult> {
    const mounted = this.#elements.mounted();
    if (mounted.length === 0) return checkoutFailure('There are no elements to validate.', 'no_elements', { validation_errors: [] });
    const answers = await Promise.all(mounted.map(async ([element, frame]) => ({ element, error: (await frame.ask('validate')).error })));
    const validation_errors = answers.flatMap(({ element, error }) => (error ? [{ element, message: error.message }] : []));
    const [first] = validation_errors;
    return first ? checkoutFailure(first.message, 'validation_error', { validation_errors }) : this.#state.success();
  }

  /** Id of what is paid with; null where nothing has to be paid with. */
  async #method({ paymentMethod, expressCheckoutConfirmEvent }: CheckoutConfirmOptions): Promise<ChosenMethod | CheckoutFailure> {
    if (paymentMethod !== undefined) return { id: paymentMethod, leaves: false };
    if (!(await this.#state.load()).needsPaymentMethod) return { id: null, leaves: false };
    const element = this.#elements.get(expressCheckoutConfirmEvent ? 'expressCheckout' : 'payment') ?? this.#elements.get('form');
    if (!element?.isMounted) throw new IntegrationError('confirm needs a mounted Payment Element, or a paymentMethod.');
    const { billingAddress, phoneNumber } = this.#state.said;
    const { email } = this.#state.show();
    const billing_details = { ...billingAddress, email, phone: phoneNumber };
    const made = await element.ask('collect', { payment_method_data: { billing_details } });
    return made.error ? refusal(made.error) : { id: made.paymentMethod ?? null, leaves: redirectTypes.has(made.selected ?? '') };
  }

  async confirm(options: CheckoutConfirmOptions = {}): Promise<CheckoutResult> {
    const { email, phoneNumber, billingAddress, shippingAddress } = options;
    const wrong = typeof email === 'string' ? emailProblem(email) : null;
    if (wrong) return checkoutFailure(String(wrong.error.message));
    const given = Object.entries({ email, phoneNumber, billingAddress, shippingAddress }).filter(([, value]) => value !== undefined);
    if (given.length > 0) this.#state.say(Object.fromEntries(given));
    const method = await this.#method(options);
    if ('type' in method) return method;
    const result = await this.#finish(method);
    const { session, returnUrl } = await this.#state.load();
    const next = options.returnUrl ?? returnUrl;
    if (result.type === 'error' || options.redirect === 'if_required' || next === null) return result;
    return this.#context.leave(next.replaceAll('{CHECKOUT_SESSION_ID}', String(session.id)));
  }

  async #finish({ id: payment_method, leaves }: ChosenMethod): Promise<CheckoutResult> {
    const { email } = this.#state.show();
    const { email: _email, ...details } = this.#state.said;
    const asked = { client_secret: await this.#state.secret, email, payment_method, details };
    const { body, error } = await this.#context.api.postJson('/_elements/session/confirm', asked);
    if (error) return refusal(error);
    const next = body.requires_action as { url: string } | undefined;
    if (next && leaves) return this.#context.leave(next.url);
    const failed = (message: string): CheckoutFailure => refusal({ type: 'card_error', message });
    if (next && !(await showChallenge(next.url, this.#context.apiOrigin))) return failed(authenticationFailed);
    this.#state.take(await this.#state.read());
    return (this.#state.show().status as Json).type === 'complete' ? this.#state.success() : failed('Your card was declined.');
  }
}
