/** Step checkout: the currency selector element: the currencies that a checkout session offers. */
import type { FrameAnswer } from '../frame-channel.ts';
import { type Field, makeElement, makeField } from './field.ts';
import type { FrameContext, FramePart } from './frame-part.ts';
import { textsOf } from './texts.ts';

export class CurrencySelectorPart implements FramePart {
  readonly root: HTMLElement;
  readonly #context: FrameContext;
  readonly #choice: Field;

  constructor(context: FrameContext) {
    this.#context = context;
    const { purpose, locale } = context.settings;
    const names = new Intl.DisplayNames([locale], { type: 'currency' });
    const offered = purpose.currencies ?? [purpose.currency ?? 'usd'];
    this.#choice = makeField({
      name: 'currency',
      label: textsOf(locale).currency,
      choices: offered.map((code) => [code, `${code.toUpperCase()} · ${names.of(code.toUpperCase()) ?? code}`]),
      value: purpose.currency ?? offered[0] ?? '',
    });
    this.root = makeElement('div', 'Root', makeElement('div', 'Grid', this.#choice.row));
    this.#choice.input.addEventListener('change', () => this.announce());
  }

  announce(): void {
    this.#context.say('currencychange', { currency: this.#choice.value });
  }

  async answer(): Promise<FrameAnswer> {
    return { value: { currency: this.#choice.value } };
  }
}
