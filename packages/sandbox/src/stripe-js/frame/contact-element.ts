/** Step checkout: the link authentication element and the contact details element: an email. */
import type { FrameAnswer } from '../frame-channel.ts';
import { type Field, makeElement, makeField } from './field.ts';
import { type FrameContext, type FramePart, textAt, validationError } from './frame-part.ts';
import { emailFault } from './method-form.ts';
import { textsOf } from './texts.ts';

export class ContactPart implements FramePart {
  readonly root: HTMLElement;
  readonly #context: FrameContext;
  readonly #email: Field;

  constructor(context: FrameContext) {
    this.#context = context;
    const { locale, options } = context.settings;
    this.#email = makeField({
      name: 'email',
      label: textsOf(locale).email,
      type: 'email',
      autocomplete: 'email',
      value: textAt(options, 'defaultValues', 'email'),
    });
    this.root = makeElement('div', 'Root', makeElement('div', 'Grid', this.#email.row));
    this.#email.input.addEventListener('input', () => {
      this.#email.showError('');
      this.announce();
    });
    this.#email.input.addEventListener('blur', () => this.#email.value !== '' && this.#showFault());
  }

  /** False when the email is not fit, which is shown. */
  #showFault(): boolean {
    const isFit = emailFault(this.#email.value) === null;
    this.#email.showError(isFit ? '' : textsOf(this.#context.settings.locale).email_invalid);
    return isFit;
  }

  announce(): void {
    const email = this.#email.value;
    this.#context.say('change', { empty: email === '', complete: emailFault(email) === null, value: { email } });
  }

  async answer(question: 'validate' | 'collect' | 'value'): Promise<FrameAnswer> {
    const email = this.#email.value;
    if (question === 'value') return { value: { complete: emailFault(email) === null, value: { email } } };
    if (this.#showFault()) return {};
    return { error: validationError('email_invalid', textsOf(this.#context.settings.locale).email_invalid) };
  }
}
