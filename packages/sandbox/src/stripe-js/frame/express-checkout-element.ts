/**
 * Step checkout: the express checkout element: stand-in wallet buttons.
 *
 * Promise: a press is first told to the page (`click`), which resolves or rejects it; then the wallet pays with a test card.
 */
import type { FrameAnswer, Json } from '../frame-channel.ts';
import { walletsOnDemand } from '../unconfirmed.ts';
import { makeElement } from './field.ts';
import { type FrameContext, type FramePart, optionAt } from './frame-part.ts';
import { mergeDeep } from './payment-element.ts';

interface Wallet {
  readonly type: string;
  /** Its name in options. */
  readonly option: string;
  readonly label: string;
  readonly color: string;
  readonly text: string;
}

const wallets: readonly Wallet[] = [
  { type: 'apple_pay', option: 'applePay', label: 'Apple Pay', color: '#000000', text: '#ffffff' },
  { type: 'google_pay', option: 'googlePay', label: 'Google Pay', color: '#1f1f1f', text: '#ffffff' },
  { type: 'link', option: 'link', label: 'Link', color: '#00d66f', text: '#011e0f' },
  { type: 'paypal', option: 'paypal', label: 'PayPal', color: '#ffc439', text: '#111111' },
  { type: 'amazon_pay', option: 'amazonPay', label: 'Amazon Pay', color: '#ffd814', text: '#111111' },
  { type: 'klarna', option: 'klarna', label: 'Klarna', color: '#ffa8cd', text: '#0b051d' },
];

/** What a wallet hands over about its owner. */
const owner = {
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  phone: '+15555550100',
  address: { line1: '1 Analytical Way', line2: null, city: 'San Francisco', state: 'CA', postal_code: '94103', country: 'US' },
};

export class ExpressCheckoutPart implements FramePart {
  readonly root = makeElement('div', 'Buttons');
  readonly #context: FrameContext;
  #chosen = 'card';

  constructor(context: FrameContext) {
    this.#context = context;
    const { options } = context.settings;
    const height = optionAt(options, 'buttonHeight');
    if (typeof height === 'number') this.root.style.setProperty('--buttonHeight', `${Math.min(Math.max(height, 40), 55)}px`);
    const shown = this.#shown();
    this.root.append(...shown.map((wallet) => this.#button(wallet)));
    const offered = Object.fromEntries(wallets.map(({ option, type }) => [option, shown.some((wallet) => wallet.type === type)]));
    context.say('availablepaymentmethodschange', {
      paymentMethods: Object.fromEntries(Object.entries(offered).map(([name, available]) => [name, { available }])),
    });
  }

  #shown(): Wallet[] {
    const { options } = this.#context.settings;
    const order = optionAt(options, 'paymentMethodOrder');
    const rank = (type: string): number => (Array.isArray(order) && order.includes(type) ? order.indexOf(type) : wallets.length);
    return wallets
      .filter(({ option, type }) => {
        const wish = optionAt(options, 'paymentMethods', option);
        return wish !== 'never' && (!walletsOnDemand.includes(type) || wish === 'always');
      })
      .toSorted((first, second) => rank(first.type) - rank(second.type));
  }

  /** What the ready event says. */
  available(): Json {
    const shown = this.#shown().map(({ type }) => type);
    return { availablePaymentMethods: Object.fromEntries(wallets.map(({ option, type }) => [option, shown.includes(type)])) };
  }

  #button({ type, label, color, text }: Wallet): HTMLElement {
    const button = makeElement('button', 'Button', label);
    button.type = 'button';
    button.style.background = color;
    button.style.color = text;
    button.addEventListener('click', () => {
      this.#chosen = type;
      this.#context.say('walletpress', { expressPaymentType: type, ...this.#person() });
    });
    return button;
  }

  /** Only what the page asked for. */
  #person(): Json {
    const { options } = this.#context.settings;
    const wants = (name: string): boolean => optionAt(options, name) === true;
    const { name, address } = owner;
    const billingDetails = {
      name,
      ...(wants('emailRequired') && { email: owner.email }),
      ...(wants('phoneNumberRequired') && { phone: owner.phone }),
      address,
    };
    return {
      ...(optionAt(options, 'billingAddressRequired') !== false && { billingDetails }),
      ...(wants('shippingAddressRequired') && { shippingAddress: { name, address } }),
    };
  }

  announce(): void {
    this.#context.say('change', { empty: false, complete: true, value: { type: this.#chosen } });
  }

  async answer(question: 'validate' | 'collect' | 'value', details: Json): Promise<FrameAnswer> {
    if (question !== 'collect') return { selected: this.#chosen };
    const isWallet = this.#chosen === 'apple_pay' || this.#chosen === 'google_pay';
    const method: Json = isWallet ? { type: 'card', card: { token: 'tok_visa' } } : { type: this.#chosen };
    const params = mergeDeep({ ...method, billing_details: owner }, (details.payment_method_data ?? {}) as Json);
    const { body, error } = await this.#context.api.post('/v1/payment_methods', params);
    return error ? { error } : { selected: this.#chosen, paymentMethod: String(body.id), object: body };
  }
}
