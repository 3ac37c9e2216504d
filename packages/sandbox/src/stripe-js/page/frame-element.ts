/**
 * Step checkout: an element of Stripe.js: one iframe on the card origin, in the light DOM of the page.
 *
 * Promise: messages count only from the element's own window and origin; what is typed into the frame stays there.
 */
import type { ElementType, FrameAnswer, FrameSettings, FromFrame, Json, StripeJsError, ToFrame } from '../frame-channel.ts';
import { IntegrationError } from './integration-error.ts';
import { type Listener, Listeners } from './listeners.ts';

/** Accessible names of the frames: the first two letters of the locale, then the element. */
const frameTitles: Readonly<Record<string, Partial<Record<ElementType, string>>>> = {
  en: {
    payment: 'Card details',
    address: 'Address',
    expressCheckout: 'Express checkout',
    linkAuthentication: 'Email',
    contactDetails: 'Contact details',
    taxId: 'Tax ID',
    currencySelector: 'Currency',
    terms: 'Terms',
    linkSignup: 'Link',
    checkoutForm: 'Checkout form',
  },
  de: {
    payment: 'Kartendaten',
    address: 'Adresse',
    expressCheckout: 'Schnell bezahlen',
    linkAuthentication: 'E-Mail',
    taxId: 'Steuernummer',
  },
  fr: { payment: 'Données de la carte', address: 'Adresse', expressCheckout: 'Paiement express', linkAuthentication: 'E-mail' },
  es: { payment: 'Datos de la tarjeta', address: 'Dirección', expressCheckout: 'Pago exprés', linkAuthentication: 'Correo electrónico' },
  he: { payment: 'שדות הכרטיס', address: 'כתובת', expressCheckout: 'תשלום מהיר', linkAuthentication: 'דוא״ל' },
};

export interface ElementHost {
  readonly cardOrigin: string;
  /** The settings as they are now. */
  settings(type: ElementType, options: Json): Promise<FrameSettings>;
  readonly locale: string;
  destroyed(element: FrameElement): void;
  /** Heard before the page's own listeners. */
  heard(element: FrameElement, name: string, event: Json): void;
}

const isStripeJsError = (error: unknown): error is StripeJsError => typeof error === 'object' && error !== null && 'type' in error;

export function placeOf(target: string | HTMLElement): HTMLElement {
  const place = typeof target === 'string' ? document.querySelector<HTMLElement>(target) : target;
  if (!(place instanceof HTMLElement)) {
    throw new IntegrationError(
      `The selector you specified (${String(target)}) applies to no DOM elements that are currently on the page.\nMake sure the element exists on the page before calling mount().`,
    );
  }
  if (!place.isConnected || place.getRootNode() instanceof ShadowRoot) {
    throw new IntegrationError('Elements cannot be mounted in a ShadowRoot. Please mount in the Light DOM.');
  }
  return place;
}

export class FrameElement {
  readonly type: ElementType;
  /** Stripe says `billing` or `shipping` for addresses. */
  readonly mode: string | null;
  readonly #host: ElementHost;
  readonly #listeners = new Listeners();
  readonly #waiting = new Map<number, (answer: FrameAnswer) => void>();
  #options: Json;
  #frame: HTMLIFrameElement | null = null;
  #loaded: Promise<void> = Promise.resolve();
  #asked = 0;
  #isDestroyed = false;
  /** Why the element could not be loaded. */
  #problem: StripeJsError | null = null;

  constructor(host: ElementHost, type: ElementType, options: Json) {
    this.#host = host;
    this.type = type;
    this.mode = typeof options.mode === 'string' ? options.mode : null;
    this.#options = options;
  }

  get isMounted(): boolean {
    return this.#frame !== null;
  }

  readonly mount = (target: string | HTMLElement): void => {
    if (this.#isDestroyed) throw new IntegrationError('This Element has already been destroyed. Please create a new one.');
    const place = placeOf(target);
    if (this.#frame?.parentElement === place) return;
    this.unmount();
    const frame = this.#makeFrame();
    this.#frame = frame;
    addEventListener('message', this.#hear);
    this.#loaded = new Promise((resolve) => frame.addEventListener('load', () => resolve(), { once: true }));
    place.replaceChildren(frame);
    this.tell('loaderstart', {});
    void this.refresh();
  };

  readonly unmount = (): void => {
    removeEventListener('message', this.#hear);
    this.#frame?.remove();
    this.#frame = null;
    for (const answer of this.#waiting.values()) answer({});
    this.#waiting.clear();
  };

  readonly destroy = (): void => {
    if (this.#isDestroyed) throw new IntegrationError('This Element has already been destroyed.');
    this.unmount();
    this.#listeners.clear();
    this.#isDestroyed = true;
    this.#host.destroyed(this);
  };

  readonly update = (options: Json): this => {
    this.#options = { ...this.#options, ...options };
    void this.refresh();
    return this;
  };

  readonly focus = (): void => void this.#send({ type: 'focus' });
  readonly blur = (): void => void this.#send({ type: 'blur' });
  readonly clear = (): void => void this.#send({ type: 'clear' });
  readonly collapse = (): this => {
    void this.#send({ type: 'collapse' });
    return this;
  };

  readonly on = (name: string, listener: Listener): this => {
    this.#listeners.add(name, listener);
    return this;
  };
  readonly once = (name: string, listener: Listener): this => {
    this.#listeners.add(name, listener, true);
    return this;
  };
  readonly off = (name: string, listener?: Listener): this => {
    this.#listeners.remove(name, listener);
    return this;
  };
  readonly addEventListener = this.on;
  readonly removeEventListener = this.off;

  listensTo(name: string): boolean {
    return this.#listeners.has(name);
  }

  /** Billing details that the page promised to pass itself, as paths. */
  billingLeftOut(): string[][] {
    const details = (this.#options.fields as Json | undefined)?.billingDetails;
    if (details === 'never') return [['name'], ['email'], ['phone'], ['address']];
    if (typeof details !== 'object' || details === null) return [];
    const names = (map: Json): string[] => Object.keys(map).filter((name) => map[name] === 'never');
    const { address } = details as Json;
    const within = typeof address === 'object' && address !== null ? names(address as Json) : [];
    return [
      ...names(details as Json).map((name) => [name]),
      ...within.map((name) => ['address', name === 'postalCode' ? 'postal_code' : name]),
    ];
  }

  /** Of the address element: what is typed now. */
  readonly getValue = async (): Promise<Json> => (await this.ask('value')).value ?? {};

  /** Asks the frame; an element that is not mounted has nothing to say. */
  async ask(question: 'validate' | 'collect' | 'value', details: Json = {}): Promise<FrameAnswer> {
    if (!this.#frame) return {};
    if (this.#problem) return { error: this.#problem };
    this.#asked += 1;
    const id = this.#asked;
    await this.#send({ type: 'ask', id, question, details });
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** Sends the settings as they are now. */
  async refresh(): Promise<void> {
    if (!this.#frame) return;
    try {
      await this.#send({ type: 'settings', settings: await this.#host.settings(this.type, this.#options) });
      this.#problem = null;
    } catch (error) {
      if (!isStripeJsError(error)) throw error;
      this.#problem = error;
      this.tell('loaderror', { error });
    }
  }

  tell(name: string, event: Json): void {
    const told = { elementType: this.type, ...event };
    this.#host.heard(this, name, told);
    this.#listeners.tell(name, told);
  }

  #makeFrame(): HTMLIFrameElement {
    const frame = document.createElement('iframe');
    const language = this.#host.locale.slice(0, 2);
    frame.title = frameTitles[language]?.[this.type] ?? frameTitles.en?.[this.type] ?? this.type;
    frame.setAttribute('allow', 'payment');
    frame.style.cssText =
      'display:block;inline-size:calc(100% + 8px);margin:-4px;block-size:1px;border:0;color-scheme:light;user-select:none';
    frame.src = `${this.#host.cardOrigin}/_elements/frame?parent=${encodeURIComponent(location.origin)}`;
    return frame;
  }

  async #send(message: ToFrame): Promise<void> {
    await this.#loaded;
    this.#frame?.contentWindow?.postMessage(message, this.#host.cardOrigin);
  }

  readonly #hear = ({ source, origin, data }: MessageEvent<FromFrame>): void => {
    const frame = this.#frame;
    if (!frame || source !== frame.contentWindow || origin !== this.#host.cardOrigin || typeof data !== 'object') return;
    if (data.type === 'height') frame.style.blockSize = `${data.pixels}px`;
    if (data.type === 'event') this.tell(data.name, data.event);
    if (data.type === 'answer') {
      this.#waiting.get(data.id)?.(data.answer);
      this.#waiting.delete(data.id);
    }
  };
}
