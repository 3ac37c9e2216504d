/** Step checkout: the address element inside its frame, for billing or shipping. */
import type { FrameAnswer, Json } from '../frame-channel.ts';
import { countryChoices, countryOf } from './countries.ts';
import { type Field, makeElement, makeField } from './field.ts';
import { type FrameContext, type FramePart, optionAt, textAt, validationError } from './frame-part.ts';
import { textsOf } from './texts.ts';

interface Line {
  readonly field: Field;
  readonly isRequired: boolean;
}

/** Where an address has no postal code, and where it has no state. */
const withoutPostalCode = new Set(['AE', 'AG', 'AO', 'BS', 'BZ', 'HK', 'IE', 'JM', 'PA', 'QA', 'ZW']);
const withState = new Set(['US', 'CA', 'AU', 'BR', 'MX', 'IN', 'IT', 'ES', 'JP', 'CN', 'AR', 'MY']);
/** `PO Box 7` and its like, for `blockPoBox`. */
const poBox = /\bp\.?\s*o\.?\s*box\b/iu;

export class AddressPart implements FramePart {
  readonly root: HTMLElement;
  readonly #context: FrameContext;
  readonly #lines: Readonly<Record<string, Line>>;

  constructor(context: FrameContext) {
    this.#context = context;
    this.#lines = this.#makeLines();
    const rows = Object.values(this.#lines).map(({ field }) => field.row);
    this.root = makeElement('div', 'Root', makeElement('div', 'Grid', ...rows));
    this.#fitCountry();
    this.root.addEventListener('input', ({ target }) => {
      if (target === this.#lines.country?.field.input) this.#fitCountry();
      for (const { field } of Object.values(this.#lines)) if (field.input === target) field.showError('');
      this.announce();
    });
    this.root.addEventListener('focusout', ({ target }) => {
      const line = Object.values(this.#lines).find(({ field }) => field.input === target);
      if (line && line.field.value !== '') line.field.showError(this.#faultOf(line) ?? '');
    });
  }

  #makeLines(): Record<string, Line> {
    const { options, locale } = this.#context.settings;
    const say = textsOf(locale);
    const kind = textAt(options, 'mode') === 'shipping' ? 'shipping' : 'billing';
    const allowed = optionAt(options, 'allowedCountries');
    const line = (name: string, label: string, autocomplete: string, more: object = {}, isRequired = true): Line => ({
      isRequired,
      field: makeField({ name, label, autocomplete: `${kind} ${autocomplete}`, value: this.#given(name), ...more }),
    });
    const country = makeField({
      name: 'country',
      label: say.country,
      autocomplete: `${kind} country`,
      choices: countryChoices(locale, Array.isArray(allowed) ? (allowed as string[]) : null),
      value: this.#given('country') || countryOf(locale),
    });
    if (country.value === '' && country.input instanceof HTMLSelectElement) country.input.selectedIndex = 0;
    return {
      ...this.#nameLines(line),
      country: { field: country, isRequired: true },
      line1: line('line1', say.line1, 'address-line1'),
      line2: line('line2', `${say.line2} (${say.optional})`, 'address-line2', {}, false),
      city: line('city', say.city, 'address-level2', { half: true }),
      postal_code: line('postal_code', say.postalCode, 'postal-code', { half: true }),
      state: line('state', say.state, 'address-level1'),
      ...this.#phoneLine(line),
    };
  }

  #nameLines(line: (name: string, label: string, autocomplete: string, more?: object) => Line): Record<string, Line> {
    const { options, locale } = this.#context.settings;
    const say = textsOf(locale);
    if (optionAt(options, 'fields', 'name') === 'never') return {};
    const form = textAt(options, 'display', 'name');
    if (form === 'split') {
      const half = { half: true };
      return {
        firstName: line('firstName', `${say.name} 1`, 'given-name', half),
        lastName: line('lastName', `${say.name} 2`, 'family-name', half),
      };
    }
    return { name: line('name', form === 'organization' ? say.organization : say.name, form === 'organization' ? 'organization' : 'name') };
  }

  #phoneLine(line: (name: string, label: string, autocomplete: string, more?: object, isRequired?: boolean) => Line): Record<string, Line> {
    const { options, locale } = this.#context.settings;
    if (optionAt(options, 'fields', 'phone') !== 'always') return {};
    const required = optionAt(options, 'validation', 'phone', 'required');
    return { phone: line('phone', textsOf(locale).phone, 'tel', { type: 'tel' }, required !== 'never') };
  }

  #given(name: string): string {
    const { options } = this.#context.settings;
    return textAt(options, 'defaultValues', name) || textAt(options, 'defaultValues', 'address', name);
  }

  /** Shows what an address has in that country. */
  #fitCountry(): void {
    const country = this.#valueOf('country');
    if (this.#lines.postal_code) this.#lines.postal_code.field.row.hidden = withoutPostalCode.has(country);
    if (this.#lines.state) this.#lines.state.field.row.hidden = !withState.has(country);
  }

  #valueOf(name: string): string {
    const field = this.#lines[name]?.field;
    return field && !field.row.hidden ? field.value : '';
  }

  #faultOf({ field, isRequired }: Line): string | null {
    const { options, locale } = this.#context.settings;
    const isBlocked = optionAt(options, 'blockPoBox') === true && field.input.name === 'line1' && poBox.test(field.value);
    return (isRequired && field.value === '') || isBlocked ? textsOf(locale).incomplete_field : null;
  }

  #state(): Json {
    const lines = Object.values(this.#lines).filter(({ field }) => !field.row.hidden);
    const typed = lines.filter(({ field }) => field.input.name !== 'country');
    const isSplit = 'firstName' in this.#lines;
    return {
      complete: lines.every((line) => this.#faultOf(line) === null),
      empty: typed.every(({ field }) => field.value === ''),
      elementMode: textAt(this.#context.settings.options, 'mode') || 'billing',
      isNewAddress: true,
      value: {
        name: isSplit ? `${this.#valueOf('firstName')} ${this.#valueOf('lastName')}`.trim() : this.#valueOf('name'),
        ...(isSplit && { firstName: this.#valueOf('firstName'), lastName: this.#valueOf('lastName') }),
        address: {
          line1: this.#valueOf('line1'),
          line2: this.#valueOf('line2') || null,
          city: this.#valueOf('city'),
          state: this.#valueOf('state'),
          postal_code: this.#valueOf('postal_code'),
          country: this.#valueOf('country'),
        },
        ...('phone' in this.#lines && { phone: this.#valueOf('phone') }),
      },
    };
  }

  announce(): void {
    this.#context.say('change', this.#state());
  }

  async answer(question: 'validate' | 'collect' | 'value'): Promise<FrameAnswer> {
    if (question === 'value') {
      const { complete, isNewAddress, value } = this.#state();
      return { value: { complete, isNewAddress, value } };
    }
    const wrong = Object.values(this.#lines).filter((line) => {
      const fault = line.field.row.hidden ? null : this.#faultOf(line);
      line.field.showError(fault ?? '');
      return fault !== null;
    });
    wrong[0]?.field.input.focus();
    return wrong.length === 0
      ? {}
      : { error: validationError('incomplete_address', textsOf(this.#context.settings.locale).incomplete_field) };
  }
}
