/**
 * Step checkout: a first stand-in for Stripe.js (release train `endive`): checkout sessions with `ui_mode: 'elements'`.
 *
 * Promise: card numbers are typed into an iframe on another origin and never reach the page; where Stripe.js refuses, this refuses
 * with the same words. The function is sent to browsers as text, so that it may use nothing from outside itself.
 */

/** What the page learns of the sandbox when the script is made. */
export interface StripeJsOrigins {
  readonly api: string;
  readonly card: string;
}

/* eslint-disable max-lines-per-function -- one function, because its text is what is served */
export function installStripeJs({ api, card }: StripeJsOrigins): void {
  type Json = Record<string, unknown>;
  interface Message {
    readonly type: string;
    readonly [name: string]: unknown;
  }
  class IntegrationError extends Error {
    override readonly name = 'IntegrationError';
  }
  const removed = (name: string, instead: string) => (): never => {
    throw new IntegrationError(`stripe.${name}() has been removed. Use stripe.${instead}() instead.`);
  };

  /** One iframe with fields; messages count only from its own window and origin. */
  class PaymentElement {
    readonly #frame = document.createElement('iframe');
    readonly #listeners = new Map<string, Set<(event: Json) => void>>();
    readonly #waiting = new Map<number, (answer: Message) => void>();
    readonly #options: Json;
    #asked = 0;

    constructor(options: Json) {
      this.#options = options;
      this.#frame.title = options.locale === 'he' ? 'שדות הכרטיס' : 'Card details';
      this.#frame.style.cssText = 'display:block;inline-size:100%;block-size:12.5rem;border:0;color-scheme:normal';
      this.#frame.setAttribute('allow', 'payment');
    }

    mount(target: string | HTMLElement): void {
      const place = typeof target === 'string' ? document.querySelector<HTMLElement>(target) : target;
      if (!place)
        throw new IntegrationError(
          `The selector you specified (${String(target)}) applies to no DOM elements that are currently on the page.`,
        );
      if (!place.isConnected || place.getRootNode() instanceof ShadowRoot) {
        throw new IntegrationError('Elements cannot be mounted in a ShadowRoot. Please mount in the Light DOM.');
      }
      addEventListener('message', this.#hear);
      const asked = new URLSearchParams({ parent: location.origin, ...(this.#options as Record<string, string>) });
      this.#frame.src = `${card}/_elements/card?${asked}`;
      place.replaceChildren(this.#frame);
    }

    unmount(): void {
      removeEventListener('message', this.#hear);
      this.#frame.remove();
    }

    destroy(): void {
      this.unmount();
      this.#listeners.clear();
    }

    update(): void {}
    focus = (): void => this.#send({ type: 'focus' });
    blur = (): void => this.#frame.blur();
    clear = (): void => this.#send({ type: 'clear' });

    on(name: string, listener: (event: Json) => void): this {
      const listeners = this.#listeners.get(name) ?? new Set();
      this.#listeners.set(name, listeners.add(listener));
      return this;
    }

    changeAppearance(appearance: unknown): void {
      this.#send({ type: 'appearance', appearance });
    }

    /** A payment method of what was typed, or the error that the fields show too. */
    createPaymentMethod(key: string): Promise<Message> {
      this.#asked += 1;
      const id = this.#asked;
      this.#send({ type: 'create', id, key });
      return new Promise((resolve) => this.#waiting.set(id, resolve));
    }

    #send(message: Message): void {
      this.#frame.contentWindow?.postMessage(message, card);
    }

    readonly #hear = ({ source, origin, data }: MessageEvent<Message>): void => {
      if (source !== this.#frame.contentWindow || origin !== card || typeof data !== 'object') return;
      if (data.type === 'created') {
        this.#waiting.get(data.id as number)?.(data);
        this.#waiting.delete(data.id as number);
      }
      for (const listener of this.#listeners.get(data.type) ?? []) listener({ elementType: 'payment', ...data });
    };
  }

  /** Shows the bank's page over everything until it has answered. */
  function challenge(url: string): Promise<boolean> {
    const dialog = document.createElement('dialog');
    dialog.setAttribute('aria-label', '3D Secure');
    dialog.style.cssText = 'inline-size:min(26rem,94vw);block-size:22rem;padding:0;border:0;border-radius:12px;overflow:hidden';
    const frame = document.createElement('iframe');
    frame.title = '3D Secure';
    frame.style.cssText = 'inline-size:100%;block-size:100%;border:0';
    frame.src = url;
    dialog.append(frame);
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      const done = (passed: boolean): void => {
        removeEventListener('message', hear);
        dialog.remove();
        resolve(passed);
      };
      const hear = ({ source, origin, data }: MessageEvent<Message>): void => {
        if (source === frame.contentWindow && origin === api && data.type === 'sandbox:3ds') done(data.result === 'passed');
      };
      addEventListener('message', hear);
      dialog.addEventListener('cancel', () => done(false));
    });
  }

  async function call(path: string, body?: Json): Promise<Json> {
    const answer = await fetch(api + path, body ? { method: 'POST', body: JSON.stringify(body) } : {});
    return (await answer.json()) as Json;
  }

  const failed = (message: unknown, code = 'paymentFailed', declineCode?: unknown): Json => ({
    type: 'error',
    error: { code, message, ...(declineCode ? { paymentFailed: { declineCode } } : {}) },
  });

  function initCheckoutElementsSdk(
    key: string,
    { clientSecret, elementsOptions = {} }: { clientSecret: string | Promise<string>; elementsOptions?: Json },
  ) {
    let element: PaymentElement | null = null;
    let email: string | undefined;
    const secret = Promise.resolve(clientSecret);
    const session = async (): Promise<Json> => call(`/_elements/session?client_secret=${encodeURIComponent(await secret)}`);
    async function finish(payment_method: unknown): Promise<Json> {
      const answer = await call('/_elements/session/confirm', { client_secret: await secret, email, payment_method });
      const next = answer.requires_action as { url: string } | undefined;
      if (next) {
        if (!(await challenge(next.url)))
          return failed('We are unable to authenticate your payment method. Please choose a different payment method and try again.');
        const after = await session();
        return (after.status as Json).type === 'complete' ? { type: 'success', session: after } : failed('Your card was declined.');
      }
      const error = answer.error as { message: string; decline_code?: string } | undefined;
      return error ? failed(error.message, 'paymentFailed', error.decline_code) : { type: 'success', session: answer.session };
    }
    const actions = {
      getSession: session,
      updateEmail: async (value: string) => {
        email = value;
        return { type: 'success' };
      },
      confirm: async (options: { email?: string; returnUrl?: string; redirect?: string } = {}): Promise<Json> => {
        email = options.email ?? email;
        const { needsCard } = await session();
        const made = needsCard && element ? await element.createPaymentMethod(key) : null;
        if (made?.error) return failed((made.error as Json).message, 'paymentFailed', (made.error as Json).decline_code);
        const result = await finish(made?.paymentMethod ?? null);
        if (result.type === 'success' && options.redirect !== 'if_required' && options.returnUrl) location.assign(options.returnUrl);
        return result;
      },
    };
    return {
      createPaymentElement: (): PaymentElement =>
        (element = new PaymentElement({
          locale: elementsOptions.locale ?? 'en',
          appearance: JSON.stringify(elementsOptions.appearance ?? {}),
        })),
      getPaymentElement: () => element,
      changeAppearance: (appearance: unknown) => element?.changeAppearance(appearance),
      loadActions: async () => {
        const found = await session();
        return found.error ? { type: 'error', error: found.error } : { type: 'success', actions };
      },
      on: () => undefined,
    };
  }

  function Stripe(key: string) {
    if (!key.startsWith('pk_test_')) throw new IntegrationError('The sandbox takes publishable test keys (pk_test_…) only.');
    return {
      initCheckoutElementsSdk: (options: Parameters<typeof initCheckoutElementsSdk>[1]) => {
        if (options.elementsOptions && 'paymentMethodTypes' in options.elementsOptions) {
          throw new IntegrationError('paymentMethodTypes is no longer supported. Use allowedPaymentMethodTypes instead.');
        }
        return initCheckoutElementsSdk(key, options);
      },
      initCheckout: removed('initCheckout', 'initCheckoutElementsSdk'),
      initEmbeddedCheckout: removed('initEmbeddedCheckout', 'createEmbeddedCheckoutPage'),
      registerAppInfo: () => undefined,
      _registerWrapper: () => undefined,
    };
  }
  Stripe.version = 'endive';
  Object.assign(globalThis, { Stripe });
}
