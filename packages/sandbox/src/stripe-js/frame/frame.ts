/**
 * Step checkout: the page inside an element's iframe, on the card origin.
 *
 * Promise: it listens to the page that embeds it and to nobody else; what is typed leaves it only towards the API.
 */
import type { FrameSettings, FromFrame, ToFrame } from '../frame-channel.ts';
import { StripeApi } from '../page/stripe-api.ts';
import { AddressPart } from './address-element.ts';
import { applyAppearance, loadFontSources } from './appearance.ts';
import { CheckoutFormPart } from './checkout-form-element.ts';
import { ContactPart } from './contact-element.ts';
import { CurrencySelectorPart } from './currency-selector-element.ts';
import { ExpressCheckoutPart } from './express-checkout-element.ts';
import { makeElement } from './field.ts';
import type { FrameContext, FramePart } from './frame-part.ts';
import { NoticePart } from './notice-element.ts';
import { PaymentPart } from './payment-element.ts';
import { TaxIdPart } from './tax-id-element.ts';
import { directionOf, languageOf } from './texts.ts';

const makers: Readonly<Record<string, (context: FrameContext) => FramePart>> = {
  payment: (context) => new PaymentPart(context),
  address: (context) => new AddressPart(context),
  linkAuthentication: (context) => new ContactPart(context),
  contactDetails: (context) => new ContactPart(context),
  expressCheckout: (context) => new ExpressCheckoutPart(context),
  terms: (context) => new NoticePart(context),
  linkSignup: (context) => new NoticePart(context),
  checkoutForm: (context) => new CheckoutFormPart(context),
  taxId: (context) => new TaxIdPart(context),
  currencySelector: (context) => new CurrencySelectorPart(context),
};

/** What must be drawn anew when it changes; the rest only changes how it looks. */
const shapeOf = ({ element, locale, options, purpose, key }: FrameSettings): string =>
  JSON.stringify([element, locale, options, { ...purpose, amount: null }, key]);

const inputsOf = (root: HTMLElement) => root.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input[name], select[name]');

/** What was typed, so that it outlives a new drawing. */
function typedIn(root: HTMLElement): Map<string, string> {
  return new Map([...inputsOf(root)].filter(({ type }) => type !== 'radio').map(({ name, value }) => [name, value]));
}

function typeAgain(root: HTMLElement, typed: ReadonlyMap<string, string>): void {
  for (const input of inputsOf(root)) {
    const value = typed.get(input.name);
    if (value) input.value = value;
  }
}

class ElementFrame {
  readonly #api: string;
  readonly #parent: string;
  readonly #place = makeElement('div', '');
  readonly #waiting: ToFrame[] = [];
  #shape = '';
  #part: FramePart | null = null;

  constructor(api: string, parentOrigin: string) {
    this.#api = api;
    this.#parent = parentOrigin;
  }

  /** Shows itself and begins to listen. */
  start(): void {
    document.body.append(this.#place);
    new ResizeObserver(() => this.#say({ type: 'height', pixels: Math.ceil(document.body.getBoundingClientRect().height) })).observe(
      document.body,
    );
    addEventListener('message', ({ source, origin, data }: MessageEvent<ToFrame>) => {
      if (source === parent && origin === this.#parent) this.#hear(data);
    });
    document.addEventListener('focusin', () => this.#event('focus'));
    document.addEventListener('focusout', ({ relatedTarget }) => relatedTarget === null && this.#event('blur'));
    document.addEventListener('keydown', ({ key }) => key === 'Escape' && this.#event('escape'));
  }

  #say(message: FromFrame): void {
    parent.postMessage(message, this.#parent);
  }

  #event(name: string, event: Record<string, unknown> = {}): void {
    this.#say({ type: 'event', name, event });
  }

  #hear(message: ToFrame): void {
    if (message.type === 'settings') this.#settle(message.settings);
    else if (!this.#part) this.#waiting.push(message);
    else void this.#follow(this.#part, message);
  }

  async #follow(part: FramePart, message: ToFrame): Promise<void> {
    const fields = () => [...inputsOf(part.root)];
    if (message.type === 'ask') {
      const answer = await part.answer(message.question, message.details);
      this.#say({ type: 'answer', id: message.id, answer });
    }
    if (message.type === 'focus')
      fields()
        .find(({ offsetParent }) => offsetParent !== null)
        ?.focus();
    if (message.type === 'blur' && document.activeElement instanceof HTMLElement) document.activeElement.blur();
    if (message.type === 'collapse') part.collapse?.();
    if (message.type === 'clear') {
      for (const field of fields()) if (field instanceof HTMLInputElement && field.type !== 'radio') field.value = '';
      part.announce();
    }
  }

  #settle(settings: FrameSettings): void {
    const { locale, appearance, fonts } = settings;
    document.documentElement.lang = languageOf(locale);
    document.documentElement.dir = directionOf(locale);
    applyAppearance(appearance);
    loadFontSources(fonts);
    const shape = shapeOf(settings);
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#draw(settings);
  }

  #draw(settings: FrameSettings): void {
    const before = this.#part;
    const api = new StripeApi(this.#api, settings.key);
    const make = makers[settings.element];
    if (!make) return;
    const part = make({ api, settings, say: (name, event) => this.#event(name, event) });
    this.#part = part;
    if (before) typeAgain(part.root, typedIn(before.root));
    this.#place.replaceChildren(part.root);
    if (!before) this.#event('ready', part instanceof ExpressCheckoutPart ? part.available() : {});
    for (const message of this.#waiting.splice(0)) void this.#follow(part, message);
  }
}

/** Starts the frame's script. */
export function startFrame({ api }: { readonly api: string }): void {
  const parentOrigin = new URLSearchParams(location.search).get('parent');
  if (parentOrigin && parent !== window) new ElementFrame(api, parentOrigin).start();
}
