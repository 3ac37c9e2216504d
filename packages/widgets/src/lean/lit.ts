/**
 * What the script tag carries in place of the package `lit`: templates are lit-html's own, the element base is a small
 * reading of LitElement with exactly what our widgets use (decision 0007). Widgets are written against `lit`, npm users
 * get `lit`; the build of the script tag and the widget tests resolve `lit` to this file.
 *
 * Left out: controllers, `firstUpdated`, values in `css`, reflection, number attributes, custom converters and `hasChanged`, `noAccessor`, initializers, hydration, polyfills, ES5.
 */
import { nothing, render, type RootPart } from 'lit-html';

export { html, nothing, noChange, svg } from 'lit-html';
export type { TemplateResult } from 'lit-html';

interface PropertyOptions {
  readonly type?: unknown;
  readonly attribute?: boolean | string;
  readonly state?: boolean;
}

/** A style sheet, made once for all instances. */
export interface CSSResult {
  readonly styleSheet: CSSStyleSheet;
}

/** Takes no values: what would be put in is a custom property. */
export function css({ raw: [text = ''] }: TemplateStringsArray): CSSResult {
  const styleSheet = new CSSStyleSheet();
  styleSheet.replaceSync(text);
  return { styleSheet };
}

type Styles = CSSResult | readonly Styles[];
type Values = Record<PropertyKey, unknown>;

const attributeOf = (name: string, { attribute, state }: PropertyOptions): string | false =>
  attribute === false || state ? false : typeof attribute === 'string' ? attribute : name.toLowerCase();

export class LitElement extends HTMLElement {
  static styles: Styles = [];
  static elementProperties: ReadonlyMap<string, PropertyOptions> = new Map();

  static createProperty(name: string, options: PropertyOptions = {}): void {
    this.elementProperties = new Map(this.elementProperties).set(name, options);
    const key = Symbol(name);
    Object.defineProperty(this.prototype, name, {
      configurable: true,
      get(this: Values) {
        return this[key];
      },
      set(this: LitElement & Values, value: unknown) {
        const before = this[key];
        (this as Values)[key] = value;
        this.requestUpdate(name, before);
      },
    });
  }

  static get observedAttributes(): string[] {
    return [...this.elementProperties].flatMap(([name, options]) => attributeOf(name, options) || []);
  }

  renderRoot!: HTMLElement | ShadowRoot;
  isUpdatePending = false;
  hasUpdated = false;
  readonly renderOptions = { host: this as object, isConnected: true };
  #changed = new Map<PropertyKey, unknown>();
  #early: Values | undefined = {};
  #part: RootPart | undefined;
  #connect!: () => void;
  #ready: Promise<unknown> = new Promise<void>((resolve) => (this.#connect = resolve));

  constructor() {
    super();
    const own = this as unknown as Values;
    for (const name of (this.constructor as typeof LitElement).elementProperties.keys()) {
      if (!Object.hasOwn(this, name)) continue; // set on the tag before the element was defined
      this.#early![name] = own[name];
      delete own[name];
    }
    this.requestUpdate();
  }

  get updateComplete(): Promise<unknown> {
    return this.#ready;
  }

  connectedCallback(): void {
    this.renderRoot ??= this.createRenderRoot();
    this.#connect();
    this.#part?.setConnected(true);
  }

  disconnectedCallback(): void {
    this.#part?.setConnected(false);
  }

  attributeChangedCallback(attribute: string, _: string | null, value: string | null): void {
    for (const [name, options] of (this.constructor as typeof LitElement).elementProperties) {
      if (attributeOf(name, options) !== attribute) continue;
      (this as unknown as Values)[name] = options.type === Boolean ? value !== null : value;
    }
  }

  requestUpdate(name?: PropertyKey, before?: unknown): void {
    if (name !== undefined) {
      if (Object.is((this as unknown as Values)[name], before)) return;
      if (!this.#changed.has(name)) this.#changed.set(name, before);
    }
    if (this.isUpdatePending) return;
    this.isUpdatePending = true;
    this.#ready = this.#ready.then(() => this.performUpdate());
  }

  performUpdate(): void {
    const changed = this.#changed;
    Object.assign(this, this.#early);
    this.#early = undefined;
    this.willUpdate(changed);
    this.#changed = new Map();
    this.isUpdatePending = false;
    this.update(changed);
    this.hasUpdated = true;
    this.updated(changed);
  }

  protected createRenderRoot(): HTMLElement | ShadowRoot {
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [(this.constructor as typeof LitElement).styles].flat(9).map((style) => (style as CSSResult).styleSheet);
    return root;
  }

  protected update(_: Map<PropertyKey, unknown>): void {
    this.#part = render(this.render(), this.renderRoot as HTMLElement, this.renderOptions);
  }

  protected render(): unknown {
    return nothing;
  }

  protected willUpdate(_: Map<PropertyKey, unknown>): void {}
  protected updated(_: Map<PropertyKey, unknown>): void {}
}
