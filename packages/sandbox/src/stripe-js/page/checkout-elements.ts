/** Step checkout: the elements of a checkout session; what is typed in them is known to the session at once. */
import type { Appearance, ElementType, FontSource, FrameSettings, Json } from '../frame-channel.ts';
import type { CheckoutState } from './checkout-state.ts';
import { type ElementHost, FrameElement } from './frame-element.ts';
import { IntegrationError } from './integration-error.ts';
import type { StripeContext } from './stripe-context.ts';
import { openWallet } from './wallet-sheet.ts';

/** Names of the elements, what they are inside, and options that the page does not choose. */
const kindsOfElement: Readonly<Record<string, readonly [type: ElementType, fixed: Json]>> = {
  Payment: ['payment', {}],
  BillingAddress: ['address', { mode: 'billing' }],
  ShippingAddress: ['address', { mode: 'shipping' }],
  ExpressCheckout: ['expressCheckout', {}],
  CurrencySelector: ['currencySelector', {}],
  ContactDetails: ['contactDetails', {}],
  LinkAuthentication: ['linkAuthentication', {}],
  TaxId: ['taxId', {}],
  Terms: ['terms', {}],
  LinkSignup: ['linkSignup', {}],
};

export interface Look {
  readonly appearance: Appearance;
  readonly fonts: readonly FontSource[];
  readonly locale: string;
}

export class CheckoutElements {
  readonly #context: StripeContext;
  readonly #state: CheckoutState;
  readonly #elements = new Map<string, FrameElement>();
  #look: Look;

  constructor(context: StripeContext, state: CheckoutState, look: Look) {
    this.#context = context;
    this.#state = state;
    this.#look = look;
  }

  /** `createPaymentElement`, `getPaymentElement` and so on. */
  creators(): Json {
    const pairs = Object.entries(kindsOfElement).flatMap(([name, [type, fixed]]) => {
      const key = name.charAt(0).toLowerCase() + name.slice(1);
      return [
        [
          `create${name}Element`,
          (options: Json = {}) => this.#create(key, type, { ...this.#defaults(key), ...options, ...fixed }),
        ] as const,
        [`get${name}Element`, () => this.get(key)] as const,
      ];
    });
    return Object.fromEntries(pairs);
  }

  /** Of `ui_mode: 'form'`: everything in one element. */
  formCreators(): Json {
    return {
      createForm: (options: Json = {}) => this.#create('form', 'checkoutForm', { ...this.#defaults('form'), ...options }),
      getForm: () => this.get('form'),
      createCurrencySelectorElement: () => this.#create('currencySelector', 'currencySelector', {}),
      getCurrencySelectorElement: () => this.get('currencySelector'),
    };
  }

  get(name: string): FrameElement | null {
    return this.#elements.get(name) ?? null;
  }

  mounted(): (readonly [name: string, element: FrameElement])[] {
    return [...this.#elements].filter(([, { isMounted }]) => isMounted);
  }

  changeAppearance(appearance: Appearance): void {
    this.#look = { ...this.#look, appearance };
    this.refresh();
  }

  loadFonts(fonts: readonly FontSource[]): void {
    this.#look = { ...this.#look, fonts: [...this.#look.fonts, ...fonts] };
    this.refresh();
  }

  refresh(): void {
    for (const element of this.#elements.values()) void element.refresh();
  }

  #create(name: string, type: ElementType, options: Json): FrameElement {
    if (this.#elements.has(name)) throw new IntegrationError(`Can only create one Element of type ${name} for a checkout session.`);
    const element = new FrameElement(this.#host(name), type, options);
    this.#elements.set(name, element);
    return element;
  }

  /** What `defaultValues` said of that element. */
  #defaults(name: string): Json {
    const { email, billingAddress, shippingAddress } = this.#state.said;
    if (name === 'billingAddress' && billingAddress) return { defaultValues: billingAddress };
    if (name === 'shippingAddress' && shippingAddress) return { defaultValues: shippingAddress };
    return email ? { defaultValues: { email, billingDetails: { email } } } : {};
  }

  #host(name: string): ElementHost {
    return {
      cardOrigin: this.#context.cardOrigin,
      locale: this.#look.locale,
      settings: (type, options) => this.#settings(type, options),
      destroyed: () => void this.#elements.delete(name),
      heard: (element, event, told) => {
        if (event === 'walletpress') void openWallet(element, told);
        if (event === 'change') this.#heard(name, told);
      },
    };
  }

  #heard(name: string, { complete, value, status }: Json): void {
    if (name === 'form') {
      this.#heardForm(value as Json, status as Json);
      return;
    }
    if (name === 'payment') this.#state.paymentIsComplete(complete === true);
    if (complete !== true || typeof value !== 'object' || value === null) return;
    const typed = value as Json;
    if (name === 'billingAddress') void this.#state.place({ billingAddress: contactOf(typed) });
    if (name === 'shippingAddress') void this.#state.place({ shippingAddress: contactOf(typed) });
    if (name === 'contactDetails' || name === 'linkAuthentication') this.#state.say({ email: String(typed.email) });
    if (name === 'taxId' && typed.taxId) {
      const taxIdInfo = { taxId: { type: typed.taxIdType, value: typed.taxId }, businessName: typed.businessName };
      this.#state.say({ taxIdInfo });
    }
  }

  #heardForm({ customerDetails }: Json, { customerDetails: contact, payment }: Json): void {
    if ((contact as Json).complete === true) this.#state.say({ email: String((customerDetails as Json).email) });
    this.#state.paymentIsComplete((payment as Json).complete === true);
  }

  async #settings(element: ElementType, options: Json): Promise<FrameSettings> {
    const { session, mode, types, canSave } = await this.#state.load();
    const { appearance, fonts, locale } = this.#look;
    const currency = String(session.currency);
    return {
      element,
      parent: location.origin,
      key: this.#context.key,
      locale,
      appearance,
      fonts,
      options,
      purpose: {
        mode,
        amount: (session.total as { total: { minorUnitsAmount: number } }).total.minorUnitsAmount,
        currency,
        types,
        saved: savedOf(session),
        canSave,
        canRemove: false,
        keepsForLater: mode !== 'payment',
        currencies: [currency],
      },
    };
  }
}

const contactOf = ({ name, address }: Json): Json => ({ name: name === '' ? null : name, address });

/** The session's saved cards as the payment element shows them. */
function savedOf({ savedPaymentMethods }: Json): FrameSettings['purpose']['saved'] {
  return ((savedPaymentMethods ?? []) as { id: string; type: string; card: Record<string, unknown>; billingDetails: Json }[]).map(
    ({ id, type, card, billingDetails }) => ({
      id,
      type,
      brand: String(card.brand),
      last4: String(card.last4),
      exp_month: Number(card.expMonth),
      exp_year: Number(card.expYear),
      billing_details: billingDetails,
    }),
  );
}
