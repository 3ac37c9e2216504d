/** Step checkout: the checkout form element: email, payment and the button to pay, in one frame (`ui_mode: 'form'`). */
import type { FrameAnswer, Json } from '../frame-channel.ts';
import { ContactPart } from './contact-element.ts';
import { makeElement } from './field.ts';
import type { FrameContext, FramePart } from './frame-part.ts';
import { PaymentPart } from './payment-element.ts';
import { textsOf } from './texts.ts';

/** Minor units as the buyer reads them; the digits of Stripe's zero- and three-decimal currencies are `Intl`'s own. */
function payLabel({ settings: { purpose, locale } }: FrameContext): string {
  const say = textsOf(locale);
  if (purpose.amount === null || purpose.currency === null || purpose.amount === 0) return say.pay;
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency: purpose.currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return `${say.pay} ${format.format(purpose.amount / 10 ** digits)}`;
}

export class CheckoutFormPart implements FramePart {
  readonly root: HTMLElement;
  readonly #context: FrameContext;
  readonly #contact: ContactPart;
  readonly #payment: PaymentPart;
  #told: Readonly<Record<'contact' | 'payment', Json>>;

  constructor(context: FrameContext) {
    this.#context = context;
    const blank = { empty: true, complete: false, value: {} };
    this.#told = { contact: blank, payment: blank };
    const hearing = (part: 'contact' | 'payment'): FrameContext => ({
      ...context,
      say: (name, event) => (name === 'change' ? this.#hear(part, event) : context.say(name, event)),
    });
    this.#contact = new ContactPart(hearing('contact'));
    this.#payment = new PaymentPart(hearing('payment'));
    const button = makeElement('button', 'Button Button--pay', payLabel(context));
    button.type = 'button';
    button.addEventListener('click', () => void this.#press());
    this.root = makeElement('div', 'Root', this.#contact.root, this.#payment.root, button);
    this.#contact.announce();
  }

  #hear(part: 'contact' | 'payment', event: Json): void {
    this.#told = { ...this.#told, [part]: event };
    const { contact, payment } = this.#told;
    const status = ({ complete, empty }: Json): Json => ({ complete, empty });
    this.#context.say('change', {
      complete: contact.complete === true && payment.complete === true,
      empty: contact.empty === true && payment.empty === true,
      value: { customerDetails: contact.value, payment: payment.value },
      status: { customerDetails: status(contact), payment: status(payment) },
    });
  }

  async #press(): Promise<void> {
    const { error, selected } = await this.answer('validate', {});
    if (!error) this.#context.say('confirm', { source: 'checkout-form-pay-button', paymentMethodType: selected ?? null });
  }

  announce(): void {
    this.#contact.announce();
    this.#payment.announce();
  }

  async answer(question: 'validate' | 'collect' | 'value', details: Json): Promise<FrameAnswer> {
    const contact = await this.#contact.answer('validate');
    return contact.error ? contact : this.#payment.answer(question, details);
  }
}
