/** Step checkout: the payment element inside its frame: saved methods, tabs or an accordion, the fields of the chosen type. */
import type { FrameAnswer, Json, SavedMethod } from '../frame-channel.ts';
import { cardKind, onlyDigits } from './card-number.ts';
import { makeElement } from './field.ts';
import { type FrameContext, type FramePart, optionAt } from './frame-part.ts';
import { makeMethodForm, type MethodForm } from './method-form.ts';
import { textsOf } from './texts.ts';

const methodNames: Readonly<Record<string, string>> = {
  us_bank_account: 'US bank account',
  sepa_debit: 'SEPA',
  ideal: 'iDEAL | Wero',
  bancontact: 'Bancontact',
  paypal: 'PayPal',
  link: 'Link',
  customer_balance: 'Bank transfer',
  amazon_pay: 'Amazon Pay',
  klarna: 'Klarna',
};

/** One thing to choose: a saved method or a new one of a type. */
interface Choice {
  readonly key: string;
  readonly label: string;
  readonly panel: HTMLElement;
  /** Stands in the panel while this is chosen. */
  readonly content: readonly HTMLElement[];
  readonly form: MethodForm | null;
  readonly saved: SavedMethod | null;
}

const longMonth = (month: number): string => String(month).padStart(2, '0');
const savedLabel = ({ brand, last4, exp_month, exp_year }: SavedMethod): string =>
  `${brand.charAt(0).toUpperCase()}${brand.slice(1)} •••• ${last4}${exp_month ? ` (${longMonth(exp_month)}/${exp_year % 100})` : ''}`;

/** The payment element as one object, because its tabs, its forms and its answers share what is chosen. */
export class PaymentPart implements FramePart {
  readonly root = makeElement('div', 'Root');
  readonly #context: FrameContext;
  readonly #saveBox: HTMLInputElement | null;
  #choices: readonly Choice[];
  #chosen: Choice | null;
  #brand = '';

  constructor(context: FrameContext) {
    this.#context = context;
    this.#saveBox = context.settings.purpose.canSave ? makeElement('input', 'CheckboxInput') : null;
    if (this.#saveBox) this.#saveBox.type = 'checkbox';
    this.#choices = [...this.#savedChoices(), ...this.#newChoices()];
    const isCollapsed = this.#layout === 'accordion' && optionAt(context.settings.options, 'layout', 'defaultCollapsed') === true;
    this.#chosen = isCollapsed ? null : (this.#choices[0] ?? null);
    this.#draw();
    this.root.addEventListener('input', () => this.announce());
    const { paymentMethods } = {
      paymentMethods: Object.fromEntries(context.settings.purpose.types.map((type) => [type, { available: true }])),
    };
    context.say('availablepaymentmethodschange', { paymentMethods });
  }

  get #layout(): 'tabs' | 'accordion' {
    const { options } = this.#context.settings;
    const asked = optionAt(options, 'layout', 'type');
    return asked === 'accordion' || this.#context.settings.purpose.saved.length > 0 ? 'accordion' : 'tabs';
  }

  #savedChoices(): Choice[] {
    const { purpose } = this.#context.settings;
    return purpose.saved.map((saved) => ({
      key: saved.id,
      label: savedLabel(saved),
      panel: makeElement('div', 'Panel Fade'),
      content: this.#removal(saved),
      form: null,
      saved,
    }));
  }

  #newChoices(): Choice[] {
    const { settings } = this.#context;
    const types = settings.purpose.types.filter((type, _, all) => type !== 'link' || !all.includes('card')); // Link lives in the card's form
    const order = optionAt(settings.options, 'paymentMethodOrder');
    const wished = Array.isArray(order) ? (order as string[]).filter((type) => types.includes(type)) : [];
    const say = textsOf(settings.locale);
    return [...new Set([...wished, ...types])].map((type) => {
      const form = makeMethodForm(type, settings);
      const save = type === 'card' && this.#saveBox ? [makeElement('label', 'CheckboxLabel', this.#saveBox, say.save)] : [];
      return {
        key: type,
        label: methodNames[type] ?? (type === 'card' ? say.card : type.replaceAll('_', ' ')),
        panel: makeElement('div', 'Panel Fade'),
        content: [form.root, ...save],
        form,
        saved: null,
      };
    });
  }

  #removal(saved: SavedMethod): HTMLElement[] {
    const { settings, say } = this.#context;
    if (!settings.purpose.canRemove) return [];
    const button = makeElement('button', 'Link', textsOf(settings.locale).remove);
    button.type = 'button';
    button.addEventListener('click', () => say('removalrequest', { id: saved.id }));
    return [button];
  }

  #draw(): void {
    const isSingle = this.#choices.length === 1 && this.#layout === 'tabs';
    const shown = isSingle ? this.#choices.map(({ panel }) => panel) : this.#layout === 'tabs' ? this.#tabs() : [this.#accordion()];
    this.root.replaceChildren(...shown);
    this.#show();
  }

  #tabs(): HTMLElement[] {
    const list = makeElement('div', 'TabList');
    list.setAttribute('role', 'tablist');
    this.#choices.forEach(({ key, label, panel }) => {
      const tab = makeElement('button', 'Tab', makeElement('span', 'TabLabel', label));
      tab.type = 'button';
      tab.id = `tab-${key}`;
      tab.setAttribute('role', 'tab');
      tab.setAttribute('aria-controls', `panel-${key}`);
      tab.dataset.key = key;
      tab.addEventListener('click', () => this.#choose(key));
      panel.id = `panel-${key}`;
      panel.setAttribute('role', 'tabpanel');
      panel.setAttribute('aria-labelledby', tab.id);
      list.append(tab);
    });
    list.addEventListener('keydown', (event) => this.#walkTabs(event, list));
    return [list, ...this.#choices.map(({ panel }) => panel)];
  }

  /** Arrow keys go from tab to tab, as they are read. */
  #walkTabs(event: KeyboardEvent, list: HTMLElement): void {
    const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const step = event.key === forward ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowRight' ? -1 : 0;
    const at = this.#choices.findIndex((choice) => choice === this.#chosen);
    const next = this.#choices[(at + step + this.#choices.length) % this.#choices.length];
    if (step === 0 || !next) return;
    event.preventDefault();
    this.#choose(next.key);
    list.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
  }

  #accordion(): HTMLElement {
    const isSpaced = optionAt(this.#context.settings.options, 'layout', 'spacedAccordionItems') === true;
    const items = this.#choices.map(({ key, label, panel }) => {
      const radio = makeElement('input', 'RadioInput');
      radio.type = 'radio';
      radio.name = 'method';
      radio.value = key;
      radio.checked = key === this.#chosen?.key;
      radio.addEventListener('change', () => this.#choose(key));
      const item = makeElement('div', 'AccordionItem', makeElement('label', 'RadioLabel', radio, label), panel);
      item.dataset.key = key;
      return item;
    });
    const list = makeElement('div', isSpaced ? 'Accordion Accordion--spaced' : 'Accordion', ...items);
    list.setAttribute('role', 'radiogroup');
    return list;
  }

  #choose(key: string): void {
    this.#chosen = this.#choices.find((choice) => choice.key === key) ?? null;
    this.#show();
    this.announce();
  }

  #show(): void {
    const key = this.#chosen?.key;
    for (const { key: its, panel, content } of this.#choices) {
      panel.replaceChildren(...(its === key ? content : []));
      panel.hidden = its !== key || content.length === 0;
    }
    for (const tab of this.root.querySelectorAll<HTMLElement>('[role=tab]')) {
      const isChosen = tab.dataset.key === key;
      tab.classList.toggle('Tab--selected', isChosen);
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    for (const item of this.root.querySelectorAll<HTMLElement>('.AccordionItem')) {
      item.classList.toggle('AccordionItem--selected', item.dataset.key === key);
    }
    if (optionAt(this.#context.settings.options, 'readOnly') !== true) return;
    for (const input of this.root.querySelectorAll<HTMLInputElement>('input, select, button')) input.disabled = true;
  }

  collapse(): void {
    if (this.#layout !== 'accordion') return;
    this.#chosen = null;
    for (const radio of this.root.querySelectorAll<HTMLInputElement>('.RadioInput')) radio.checked = false;
    this.#show();
    this.announce();
  }

  announce(): void {
    const chosen = this.#chosen;
    const saved = chosen?.saved;
    this.#context.say('change', {
      collapsed: chosen === null,
      empty: chosen?.form ? chosen.form.isEmpty() : chosen === null,
      complete: chosen !== null && (chosen.form?.isComplete() ?? true),
      value: {
        type: chosen?.form?.type ?? saved?.type ?? '',
        ...(this.#saveBox && chosen?.form && { savePaymentMethod: this.#saveBox.checked }),
        ...(chosen?.form?.type === 'card' && { billingDetails: { address: chosen.form.place() } }),
        ...(saved && { payment_method: { id: saved.id, type: saved.type, billing_details: saved.billing_details } }),
      },
    });
    this.#announceBrand();
  }

  #announceBrand(): void {
    const number = this.root.querySelector<HTMLInputElement>('input[name=number]')?.value ?? '';
    const { brand } = cardKind(onlyDigits(number));
    if (brand === this.#brand || number === '') return;
    this.#brand = brand;
    this.#context.say('carddetailschange', { loading: false, details: { brands: brand === 'unknown' ? null : [brand], funding: null } });
  }

  async answer(question: 'validate' | 'collect' | 'value', details: Json): Promise<FrameAnswer> {
    const chosen = this.#chosen;
    const { locale } = this.#context.settings;
    if (!chosen) {
      const message = textsOf(locale).incomplete_field;
      return { error: { type: 'validation_error', code: 'incomplete_payment_details', message } };
    }
    const error = chosen.form?.fault();
    if (error) return { error };
    const selected = chosen.form?.type ?? chosen.saved?.type ?? 'card';
    if (question !== 'collect') return { selected };
    if (chosen.saved) return { selected, paymentMethod: chosen.saved.id, object: { ...chosen.saved, object: 'payment_method' } };
    return chosen.form ? this.#create(chosen.form, details) : { selected };
  }

  /** Makes the payment method; the page learns nothing but its id. */
  async #create(form: MethodForm, details: Json): Promise<FrameAnswer> {
    const consent = this.#saveBox ? { allow_redisplay: this.#saveBox.checked ? 'always' : 'limited' } : {};
    const params = mergeDeep({ ...form.params(), ...consent }, (details.payment_method_data ?? {}) as Json);
    const { body, error } = await this.#context.api.post('/v1/payment_methods', params);
    if (error) {
      form.refuse(error);
      return { error };
    }
    return { selected: form.type, paymentMethod: String(body.id), object: body, savePaymentMethod: this.#saveBox?.checked ?? false };
  }
}

/** `base` with what `more` says besides; maps are merged, everything else of `more` wins. */
export function mergeDeep(base: Json, more: Json): Json {
  const merged: Json = { ...base };
  for (const [name, value] of Object.entries(more)) {
    const before = merged[name];
    const areMaps = typeof before === 'object' && before !== null && typeof value === 'object' && value !== null;
    merged[name] = areMaps ? mergeDeep(before as Json, value as Json) : value;
  }
  return merged;
}
