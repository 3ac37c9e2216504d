/**
 * Step checkout: `stripe.elements()`: a group of elements for one intent, which exists already or is made after `submit()`.
 *
 * Promise: the group refuses what Stripe.js refuses: two elements of a type, a confirmation that was not submitted.
 */
import type { ElementType, FrameAnswer, FrameSettings, Json, Purpose, StripeJsError } from '../frame-channel.ts';
import { finishedStatuses, submitEndsWithChange } from '../unconfirmed.ts';
import { demandElementsOptions, type ElementsOptions } from './elements-options.ts';
import { type ElementHost, FrameElement } from './frame-element.ts';
import { IntegrationError } from './integration-error.ts';
import { Listeners } from './listeners.ts';
import { offeredTypes } from './offered-types.ts';
import { savedMethods } from './saved-methods.ts';
import type { StripeContext } from './stripe-context.ts';
import { openWallet } from './wallet-sheet.ts';

const elementTypes: readonly ElementType[] = [
  'payment',
  'address',
  'expressCheckout',
  'linkAuthentication',
  'contactDetails',
  'taxId',
  'currencySelector',
];
const needsIntent = new Set<ElementType>(['payment', 'expressCheckout']);

/** What was typed in the group's elements, ready to confirm with. */
export interface Collected {
  readonly answer: FrameAnswer;
  /** Billing details and shipping of the address elements, the email of the link element. */
  readonly billing_details: Json;
  readonly shipping: Json | null;
}

export class ElementsGroup {
  readonly options: () => ElementsOptions = () => this.#options;
  readonly #context: StripeContext;
  readonly #elements: FrameElement[] = [];
  readonly #listeners = new Listeners();
  #options: ElementsOptions;
  #intent: Promise<Json> | null = null;
  #isSubmitted = false;

  constructor(context: StripeContext, options: ElementsOptions) {
    demandElementsOptions(options);
    this.#context = context;
    this.#options = options;
  }

  get isDeferred(): boolean {
    return this.#options.mode !== undefined;
  }

  /** The buyer's fields were checked since they last changed. */
  get isSubmitted(): boolean {
    return this.#isSubmitted;
  }

  get #locale(): string {
    const { locale = 'auto' } = this.#options;
    return locale === 'auto' ? this.#context.locale : locale;
  }

  create(type: ElementType, options: Json = {}): FrameElement {
    if (!elementTypes.includes(type)) {
      throw new IntegrationError(
        `A valid Element name must be provided. Valid Elements are: ${elementTypes.join(', ')}; you passed: ${type}.`,
      );
    }
    if (needsIntent.has(type) && !this.isDeferred && this.#options.clientSecret === undefined) {
      throw new IntegrationError(
        `In order to create a ${type} element, you must pass a clientSecret or mode when creating the Elements instance.`,
      );
    }
    if (type === 'address' && options.mode !== 'billing' && options.mode !== 'shipping') {
      throw new IntegrationError('You must specify a mode of "billing" or "shipping" when creating an address element.');
    }
    if (this.getElement(type, options)) throw new IntegrationError(`Can only create one Element of type ${type} in a group.`);
    const element = new FrameElement(this.#host(), type, options);
    this.#elements.push(element);
    return element;
  }

  getElement(type: ElementType, { mode }: Json = {}): FrameElement | null {
    return (
      this.#elements.find((element) => element.type === type && (type !== 'address' || mode === undefined || element.mode === mode)) ?? null
    );
  }

  async update(options: Partial<ElementsOptions>): Promise<void> {
    if ('clientSecret' in options) throw new IntegrationError('elements.update() cannot change the clientSecret.');
    const next: ElementsOptions = { ...this.#options, ...options };
    demandElementsOptions(next);
    this.#options = next;
    await Promise.all(this.#elements.map((element) => element.refresh()));
    this.#listeners.tell('update-end', {});
  }

  on(name: string, listener: () => void): void {
    this.#listeners.add(name, listener);
  }

  /** Checks the fields of all mounted elements; the first fault is returned. */
  async submit(): Promise<{ error: StripeJsError } | { selectedPaymentMethod: string }> {
    const answers = await Promise.all(this.#mounted().map((element) => element.ask('validate')));
    const fault = answers.find(({ error }) => error)?.error;
    if (fault) return { error: fault };
    this.#isSubmitted = true;
    return { selectedPaymentMethod: answers.find(({ selected }) => selected)?.selected ?? 'card' };
  }

  /** Reads the intent again. */
  async fetchUpdates(): Promise<{ error?: { message: string; status?: string } }> {
    this.#intent = null;
    try {
      await this.purpose();
    } catch (error) {
      const { message } = error as StripeJsError;
      return { error: { message } };
    }
    await Promise.all(this.#elements.map((element) => element.refresh()));
    return {};
  }

  /** What the confirmation needs: a payment method of the payment element, addresses, email. */
  async collect(details: Json): Promise<Collected> {
    const valueOf = async (type: ElementType, mode?: string): Promise<Json | null> => {
      const element = this.getElement(type, mode === undefined ? {} : { mode });
      return element?.isMounted ? ((await element.getValue()).value as Json) : null;
    };
    const [billing, shipping, link, contact] = await Promise.all([
      valueOf('address', 'billing'),
      valueOf('address', 'shipping'),
      valueOf('linkAuthentication'),
      valueOf('contactDetails'),
    ]);
    const email = link?.email ?? contact?.email;
    const billing_details = { ...billing, ...(email ? { email } : {}) };
    const given = (details.billing_details ?? {}) as Json;
    const element = this.getElement('payment') ?? this.getElement('expressCheckout');
    const payment_method_data = { ...details, billing_details: { ...billing_details, ...given } };
    const answer = element ? await element.ask('collect', { payment_method_data }) : {};
    return { answer, billing_details, shipping };
  }

  #mounted(): FrameElement[] {
    return this.#elements.filter(({ isMounted }) => isMounted);
  }

  #host(): ElementHost {
    return {
      cardOrigin: this.#context.cardOrigin,
      locale: this.#locale,
      settings: (type, options) => this.#settings(type, options),
      destroyed: (element) => void this.#elements.splice(this.#elements.indexOf(element), 1),
      heard: (element, name, event) => this.#heard(element, name, event),
    };
  }

  #heard(element: FrameElement, name: string, event: Json): void {
    if (name === 'change' && submitEndsWithChange) this.#isSubmitted = false;
    if (name === 'walletpress') {
      this.#isSubmitted = true; // a wallet hands over nothing that could be unfit
      void openWallet(element, event);
    }
    if (name === 'removalrequest') void this.#remove(element, String(event.id));
  }

  async #remove(element: FrameElement, id: string): Promise<void> {
    const { customerSessionClientSecret: client_secret } = this.#options;
    const { saved } = await this.purpose();
    const payment_method = saved.find((method) => method.id === id);
    const { error } = await this.#context.api.postJson('/_elements/customer_session/remove', { client_secret, payment_method: id });
    element.tell('savedpaymentmethodremove', { success: !error, ...(error && { error: error.message }), payment_method });
    await element.refresh();
  }

  async #settings(element: ElementType, options: Json): Promise<FrameSettings> {
    const { appearance = {}, fonts = [] } = this.#options;
    const purpose = await this.purpose();
    return { element, parent: location.origin, key: this.#context.key, locale: this.#locale, appearance, fonts, options, purpose };
  }

  /** Of the intent when there is one, else of the options. */
  async purpose(): Promise<Purpose> {
    const { clientSecret, mode = 'payment', amount, currency, setupFutureUsage, customerSessionClientSecret } = this.#options;
    const customer = await savedMethods(this.#context.api, customerSessionClientSecret);
    if (clientSecret === undefined) {
      const keepsForLater = mode !== 'payment' || typeof setupFutureUsage === 'string';
      const types = await offeredTypes(this.#context.api, this.#options);
      return { mode, amount: amount ?? null, currency: currency ?? null, types, keepsForLater, ...customer };
    }
    this.#intent ??= this.#readIntent(clientSecret);
    const intent = await this.#intent;
    const isSetup = intent.object === 'setup_intent';
    return {
      mode: isSetup ? 'setup' : 'payment',
      amount: isSetup ? null : Number(intent.amount),
      currency: isSetup ? null : String(intent.currency),
      types: intent.payment_method_types as string[],
      keepsForLater: isSetup || typeof intent.setup_future_usage === 'string',
      ...customer,
    };
  }

  async #readIntent(clientSecret: string): Promise<Json> {
    const path = clientSecret.startsWith('seti_') ? 'setup_intents' : 'payment_intents';
    const id = clientSecret.split('_secret')[0] ?? '';
    const { body, error } = await this.#context.api.get(`/v1/${path}/${id}`, { client_secret: clientSecret });
    if (error) throw error;
    if (!finishedStatuses.includes(String(body.status))) return body;
    const kind = path === 'setup_intents' ? 'setup_intent' : 'payment_intent';
    const terminal: StripeJsError = {
      type: 'invalid_request_error',
      code: `${kind}_unexpected_state`,
      message: `The client secret belongs to an intent in the terminal state ${String(body.status)}; create a new one.`,
      [kind]: body,
    };
    throw terminal;
  }
}
