/** Step checkout: elements that ask nothing here: terms, and the offer to sign up for Link. */
import type { FrameAnswer } from '../frame-channel.ts';
import { makeElement } from './field.ts';
import type { FrameContext, FramePart } from './frame-part.ts';
import { textsOf } from './texts.ts';

export class NoticePart implements FramePart {
  readonly root: HTMLElement;
  readonly #context: FrameContext;

  constructor(context: FrameContext) {
    this.#context = context;
    const { element, locale } = context.settings;
    const say = textsOf(locale);
    if (element === 'terms') {
      this.root = makeElement('div', 'Root', makeElement('p', 'TermsText', say.terms));
      return;
    }
    const box = makeElement('input', 'CheckboxInput');
    box.type = 'checkbox';
    this.root = makeElement('div', 'Root', makeElement('label', 'CheckboxLabel', box, `Link: ${say.save}`));
  }

  announce(): void {
    this.#context.say('change', { empty: true, complete: true });
  }

  async answer(): Promise<FrameAnswer> {
    return {};
  }
}
