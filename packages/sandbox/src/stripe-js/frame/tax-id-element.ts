/** Step checkout: the tax ID element: a business name and a tax ID, where the buyer has one. */
import type { FrameAnswer, Json } from '../frame-channel.ts';
import { countryOf } from './countries.ts';
import { type Field, makeElement, makeField } from './field.ts';
import { type FrameContext, type FramePart, optionAt, textAt, validationError } from './frame-part.ts';
import { textsOf } from './texts.ts';

/** Type, what it is called, and its form. */
const taxIdKinds: readonly (readonly [type: string, label: string, form: RegExp])[] = [
  ['eu_vat', 'EU VAT', /^[A-Z]{2}[A-Z0-9]{8,12}$/u],
  ['gb_vat', 'GB VAT', /^GB(?:\d{9}|\d{12})$/u],
  ['us_ein', 'US EIN', /^\d{2}-?\d{7}$/u],
  ['ch_vat', 'CH VAT', /^CHE-?[\d.]{9,11} ?(?:MWST|TVA|IVA)$/u],
  ['no_vat', 'NO VAT', /^\d{9}MVA$/u],
  ['il_vat', 'IL VAT', /^\d{9}$/u],
  ['au_abn', 'AU ABN', /^\d{11}$/u],
  ['ca_bn', 'CA BN', /^\d{9}$/u],
  ['in_gst', 'IN GST', /^\d{2}[A-Z0-9]{13}$/u],
  ['nz_gst', 'NZ GST', /^\d{8,9}$/u],
  ['sg_gst', 'SG GST', /^[A-Z0-9]{9,10}$/u],
];

const usualKind = (country: string): string =>
  taxIdKinds.find(([type]) => type.startsWith(country.toLowerCase()))?.[0] ?? (country === 'US' ? 'us_ein' : 'eu_vat');

export class TaxIdPart implements FramePart {
  readonly root = makeElement('div', 'Root');
  readonly #context: FrameContext;
  readonly #box = makeElement('input', 'CheckboxInput');
  readonly #fields: Readonly<Record<'business' | 'kind' | 'id', Field>>;

  constructor(context: FrameContext) {
    this.#context = context;
    const { options, locale } = context.settings;
    const say = textsOf(locale);
    const kind = textAt(options, 'defaultValues', 'taxIdType') || usualKind(countryOf(locale));
    this.#fields = {
      business: makeField({
        name: 'businessName',
        label: say.organization,
        autocomplete: 'organization',
        value: textAt(options, 'defaultValues', 'businessName'),
      }),
      kind: makeField({
        name: 'taxIdType',
        label: say.taxIdType,
        half: true,
        choices: taxIdKinds.map(([type, label]) => [type, label]),
        value: kind,
      }),
      id: makeField({ name: 'taxId', label: say.taxId, half: true, value: textAt(options, 'defaultValues', 'taxId') }),
    };
    const { business, id } = this.#fields;
    business.row.hidden = optionAt(options, 'fields', 'businessName') === 'never';
    this.#box.type = 'checkbox';
    this.#box.checked = id.value !== '' || this.#isRequired;
    const grid = makeElement('div', 'Grid', business.row, this.#fields.kind.row, id.row);
    if (!this.#isRequired) this.root.append(makeElement('label', 'CheckboxLabel', this.#box, say.business));
    this.root.append(grid);
    const show = (): void => void (grid.hidden = !this.#box.checked);
    show();
    this.root.addEventListener('input', () => {
      id.showError('');
      show();
      this.announce();
    });
  }

  get #isRequired(): boolean {
    return optionAt(this.#context.settings.options, 'validation', 'taxId', 'required') === 'always';
  }

  #state(): Json {
    const { business, kind, id } = this.#fields;
    const form = taxIdKinds.find(([type]) => type === kind.value)?.[2];
    const isFit = form?.test(id.value) ?? false;
    return {
      empty: !this.#box.checked || (business.value === '' && id.value === ''),
      complete: this.#box.checked ? isFit : !this.#isRequired,
      visible: true,
      value: this.#box.checked
        ? { businessName: business.value, taxId: id.value, taxIdType: kind.value, externalTaxIdType: kind.value }
        : { businessName: '', taxId: '', taxIdType: null, externalTaxIdType: null },
    };
  }

  announce(): void {
    this.#context.say('change', this.#state());
  }

  async answer(question: 'validate' | 'collect' | 'value'): Promise<FrameAnswer> {
    const state = this.#state();
    if (question === 'value') return { value: state };
    if (state.complete === true || state.empty === true) return {};
    const message = textsOf(this.#context.settings.locale).incomplete_field;
    this.#fields.id.showError(message);
    return { error: validationError('tax_id_invalid', message) };
  }
}
