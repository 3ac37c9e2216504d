/**
 * Step checkout: `initCheckoutElementsSdk`: a checkout session with `ui_mode: 'elements'` in the owner's page.
 *
 * Promise: amounts are the server's; what can go wrong for a buyer is returned as `{ type: 'error' }`, misuse is thrown.
 */
import type { Appearance, ElementType, FontSource, FrameSettings, Json, StripeJsError } from '../frame-channel.ts';
import { showChallenge } from './challenge-dialog.ts';
import { type ElementHost, FrameElement } from './frame-element.ts';
import { IntegrationError } from './integration-error.ts';
import type { StripeContext } from './stripe-context.ts';

export interface CheckoutOptions {
  readonly clientSecret: string | Promise<string>;
  readonly elementsOptions?: {
    readonly appearance?: Appearance;
    readonly fonts?: readonly FontSource[];
    readonly locale?: string;
    readonly [more: string]: unknown;
  };
  readonly defaultValues?: Json;
}

/** The session and what Stripe.js needs to know besides. */
export interface Facts {
  readonly session: Json;
  readonly needsPaymentMethod: boolean;
  readonly mode: 'payment' | 'setup' | 'subscription';
  readonly types: readonly string[];
  readonly returnUrl: string | null;
}

type Result = { readonly type: 'success'; readonly session: Json } | { readonly type: 'error'; readonly error: Json };

/** What the buyer said, which the session shows beside the server's amounts. */
type Said = Json;

const authenticationFailed = 'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

const refused = ({ message, decline_code, type }: StripeJsError): Result => ({
  type: 'error',
  error:
    type === 'card_error' || type === 'validation_error'
      ? { code: 'paymentFailed', message, paymentFailed: { declineCode: decline_code ?? null } }
      : { code: null, message },
});

export class CheckoutSdk {
  readonly #context: StripeContext;
  readonly #secret: Promise<string>;
  readonly #elements = new Map<string, FrameElement>();
  readonly #listeners = new Set<(session: Json) => void>();
  readonly #locale: string;
  #appearance: Appearance;
  #fonts: readonly FontSource[];
  #said: Said;
  #facts: Promise<Facts> | null = null;
  #known: Facts | null = null;
  #isPaymentComplete = false;

  constructor(context: StripeContext, options: CheckoutOptions) {
    this.#context = context;
    this.#secret = Promise.resolve(options.clientSecret);
    this.#locale = options.elementsOptions?.locale ?? context.locale;
    this.#appearance = options.elementsOptions?.appearance ?? {};
    this.#fonts = options.elementsOptions?.fonts ?? [];
    this.#said = { ...options.defaultValues };
  }

  async #read(): Promise<Facts> {
    const { body, error } = await this.#context.api.get('/_elements/session', { client_secret: await this.#secret });
    if (error) throw error;
    this.#known = body as unknown as Facts;
    return this.#known;
  }

  #load(): Promise<Facts> {
    this.#facts ??= this.#read();
    return this.#facts;
  }

  /** The session with what the buyer said; `canConfirm` when nothing is missing any more. */
  #show({ session, needsPaymentMethod }: Facts): Json {
    const email = this.#said.email ?? session.email;
    const status = (session.status as Json).type;
    const hasPayment = !needsPaymentMethod || this.#isPaymentComplete;
    return { ...session, ...this.#said, email, canConfirm: status === 'open' && hasPayment && typeof email === 'string' };
  }

  #tell(): void {
    if (!this.#known) return;
    const session = this.#show(this.#known);
    for (const listener of this.#listeners) listener(session);
  }

  async #settings(element: ElementType, options: Json): Promise<FrameSettings> {
    const { session, mode, types } = await this.#load();
    const total = (session.total as { total: { minorUnitsAmount: number } }).total.minorUnitsAmount;
    return {
      element,
      parent: location.origin,
      key: this.#context.key,
      locale: this.#locale,
      appearance: this.#appearance,
      fonts: this.#fonts,
      options,
      purpose: {
        mode,
        amount: total,
        currency: String(session.currency),
        types,
        saved: [],
        canSave: false,
        canRemove: false,
        keepsForLater: mode !== 'payment',
      },
    };
  }

  #host(): ElementHost {
    return {
      cardOrigin: this.#context.cardOrigin,
      locale: this.#locale,
      settings: (type, options) => this.#settings(type, options),
      destroyed: (element) => {
        for (const [name, known] of this.#elements) if (known === element) this.#elements.delete(name);
      },
      heard: (element, name, event) => {
        if (element.type !== 'payment' || name !== 'change' || this.#isPaymentComplete === event.complete) return;
        this.#isPaymentComplete = event.complete === true;
        this.#tell();
      },
    };
  }

  create(name: string, type: ElementType, options: Json = {}): FrameElement {
    if (this.#elements.has(name)) throw new IntegrationError(`This checkout already has an Element of type ${name}.`);
    const element = new FrameElement(this.#host(), type, options);
    this.#elements.set(name, element);
    return element;
  }

  get(name: string): FrameElement | null {
    return this.#elements.get(name) ?? null;
  }

  changeAppearance(appearance: Appearance): void {
    this.#appearance = appearance;
    for (const element of this.#elements.values()) void element.refresh();
  }

  loadFonts(fonts: readonly FontSource[]): void {
    this.#fonts = [...this.#fonts, ...fonts];
    for (const element of this.#elements.values()) void element.refresh();
  }

  listen(listener: (session: Json) => void): void {
    this.#listeners.add(listener);
  }

  async loadActions(): Promise<Json> {
    try {
      await this.#load();
      return { type: 'success', actions: this.#actions() };
    } catch (error) {
      this.#facts = null;
      return { type: 'error', error: { message: (error as StripeJsError).message, code: null } };
    }
  }

  #success(): Result {
    return { type: 'success', session: this.#known ? this.#show(this.#known) : {} };
  }

  #say(said: Said): Result {
    this.#said = { ...this.#said, ...said };
    this.#tell();
    return this.#success();
  }

  #actions(): Json {
    return {
      getSession: () => (this.#known ? this.#show(this.#known) : {}),
      updateEmail: async (email: string | null) => {
        if (email !== null && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(email)) {
          const code = email.includes('@') ? 'invalidEmail' : 'incompleteEmail';
          return {
            type: 'error',
            error: { message: code === 'invalidEmail' ? 'Your email is invalid.' : 'Your email is incomplete.', code },
          };
        }
        return this.#say({ email });
      },
      updatePhoneNumber: async (phoneNumber: string | null) => this.#say({ phoneNumber }),
      confirm: (options?: ConfirmOptions) => this.#confirm(options),
    };
  }

  async #method({ paymentMethod }: ConfirmOptions): Promise<{ id: string | null } | Result> {
    if (paymentMethod !== undefined) return { id: paymentMethod };
    if (!(await this.#load()).needsPaymentMethod) return { id: null };
    const element = this.#elements.get('payment');
    if (!element) throw new IntegrationError('confirm needs a mounted Payment Element or a `paymentMethod`.');
    const made = await element.ask('collect');
    return made.error ? refused(made.error) : { id: made.paymentMethod ?? null };
  }

  async #confirm(options: ConfirmOptions = {}): Promise<Result> {
    if (options.email !== undefined) this.#said = { ...this.#said, email: options.email };
    const method = await this.#method(options);
    if ('type' in method) return method;
    const result = await this.#finish(method.id);
    const returnUrl = options.returnUrl ?? this.#known?.returnUrl;
    if (result.type === 'success' && options.redirect !== 'if_required' && returnUrl) location.assign(returnUrl);
    return result;
  }

  async #finish(payment_method: string | null): Promise<Result> {
    const asked = { client_secret: await this.#secret, email: this.#said.email, payment_method };
    const { body, error } = await this.#context.api.postJson('/_elements/session/confirm', asked);
    if (error) return refused(error);
    const next = body.requires_action as { url: string } | undefined;
    const failed = (message: string): Result => refused({ type: 'card_error', message });
    if (next && !(await showChallenge(next.url, this.#context.apiOrigin))) return failed(authenticationFailed);
    const after = await this.#read();
    this.#tell();
    return (after.session.status as Json).type === 'complete' ? this.#success() : failed('Your card was declined.');
  }
}

export interface ConfirmOptions {
  readonly returnUrl?: string;
  readonly redirect?: 'always' | 'if_required';
  readonly paymentMethod?: string;
  readonly email?: string;
}

/** Names of the elements and what they are inside. */
const checkoutElements: Readonly<Record<string, readonly [type: ElementType, options: Json]>> = {
  Payment: ['payment', {}],
};

/** The object that the page holds. */
export function createCheckoutSdk(context: StripeContext, options: CheckoutOptions): Json {
  const sdk = new CheckoutSdk(context, options);
  const creators = Object.entries(checkoutElements).flatMap(([name, [type, fixed]]) => {
    const key = name.charAt(0).toLowerCase() + name.slice(1);
    return [
      [`create${name}Element`, (given: Json = {}) => sdk.create(key, type, { ...given, ...fixed })],
      [`get${name}Element`, () => sdk.get(key)],
    ] as const;
  });
  return {
    ...Object.fromEntries(creators),
    on: (event: string, listener: (session: Json) => void) => event === 'change' && sdk.listen(listener),
    loadActions: () => sdk.loadActions(),
    changeAppearance: (appearance: Appearance) => sdk.changeAppearance(appearance),
    loadFonts: (fonts: readonly FontSource[]) => sdk.loadFonts(fonts),
  };
}
