/**
 * Step checkout: the fields of one payment method type.
 *
 * Promise: `fault` names the first field that is not fit and shows what is wrong under each.
 */
import type { FrameSettings, Json, StripeJsError } from '../frame-channel.ts';
import { cardKind, expiryFault, groupDigits, groupExpiry, numberFault, onlyDigits } from './card-number.ts';
import { postalCodeCountries, postalCodeDemandedIn } from '../unconfirmed.ts';
import { countryChoices, countryOf } from './countries.ts';
import { type Field, type FieldOptions, makeElement, makeField } from './field.ts';
import { optionAt, textAt, validationError } from './frame-part.ts';
import { type Texts, textsOf } from './texts.ts';

export interface MethodForm {
  readonly type: string;
  readonly root: HTMLElement;
  readonly isEmpty: () => boolean;
  readonly isComplete: () => boolean;
  /** What is wrong, shown under the fields too. */
  readonly fault: () => StripeJsError | null;
  /** Parameters of the payment method as the API takes them. */
  readonly params: () => Json;
  /** Shows what the API refused. */
  readonly refuse: (error: StripeJsError) => void;
  /** Country and postal code as the change event tells them. */
  readonly place: () => { country: string | null; postalCode: string | null };
}

/** One field, the parameter it fills, and what makes it unfit. */
interface Part {
  readonly field: Field;
  readonly put: (params: Json, value: string) => void;
  readonly fault: (value: string) => string | null;
  /** Filled before the buyer does anything. */
  readonly isGiven?: boolean;
}

type Spec = FieldOptions & { readonly to: readonly string[]; readonly check?: (value: string) => string | null };

const present = (value: string): string | null => (value === '' ? 'incomplete_field' : null);
export const emailFault = (value: string): string | null => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(value) ? null : 'email_invalid');

/** The check digits of an account number (ISO 13616). */
export function ibanFault(value: string): string | null {
  const iban = value.replaceAll(/\s/gu, '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/u.test(iban)) return 'iban_invalid';
  const digits = (iban.slice(4) + iban.slice(0, 4)).replaceAll(/[A-Z]/gu, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n ? null : 'iban_invalid';
}

function place(params: Json, path: readonly string[], value: string): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) params[name] = value;
  else place((params[name] ??= {}) as Json, rest, value);
}

const toPart = ({ to, check = present, ...options }: Spec): Part => ({
  field: makeField(options),
  put: (params, value) => place(params, to, value),
  fault: check,
  ...(options.choices && { isGiven: true }),
});

function cardParts(say: Texts): Part[] {
  const number = makeField({
    name: 'number',
    label: say.number,
    autocomplete: 'cc-number',
    placeholder: '1234 1234 1234 1234',
    numeric: true,
    shape: (typed) => groupDigits(onlyDigits(typed)),
  });
  const brand = makeElement('span', 'Brand');
  brand.setAttribute('aria-hidden', 'true');
  number.input.after(brand);
  number.input.addEventListener('input', () => {
    const known = cardKind(onlyDigits(number.value)).brand;
    brand.textContent = known === 'unknown' ? '' : known;
  });
  const expiry = makeField({
    name: 'expiry',
    label: say.expiry,
    autocomplete: 'cc-exp',
    placeholder: say.expiryForm,
    numeric: true,
    half: true,
    shape: (typed) => groupExpiry(onlyDigits(typed)),
  });
  const cvc = makeField({ name: 'cvc', label: say.cvc, autocomplete: 'cc-csc', placeholder: '123', numeric: true, half: true });
  const cvcLength = (): number => cardKind(onlyDigits(number.value)).cvc;
  return [
    {
      field: number,
      fault: (value) => numberFault(onlyDigits(value)),
      put: (params, value) => place(params, ['card', 'number'], onlyDigits(value)),
    },
    {
      field: expiry,
      fault: (value) => expiryFault(onlyDigits(value)),
      put: (params, value) => {
        place(params, ['card', 'exp_month'], String(Number(onlyDigits(value).slice(0, 2))));
        place(params, ['card', 'exp_year'], String(2000 + Number(onlyDigits(value).slice(2, 4))));
      },
    },
    {
      field: cvc,
      fault: (value) => (onlyDigits(value).length < cvcLength() ? 'incomplete_cvc' : null),
      put: (params, value) => place(params, ['card', 'cvc'], onlyDigits(value)),
    },
  ];
}

/** Whether the page collects a billing detail itself (`fields.billingDetails`). */
const isLeftOut = (options: Json, ...path: readonly string[]): boolean =>
  optionAt(options, 'fields', 'billingDetails', ...path) === 'never';

/** Country and postal code of a card. */
function placeParts(say: Texts, { options, locale }: FrameSettings): Part[] {
  const start = textAt(options, 'defaultValues', 'billingDetails', 'address', 'country') || countryOf(locale);
  const country = toPart({
    name: 'country',
    label: say.country,
    autocomplete: 'billing country',
    half: true,
    choices: countryChoices(locale),
    value: start,
    to: ['billing_details', 'address', 'country'],
  });
  const postal = toPart({
    name: 'postalCode',
    label: say.postalCode,
    autocomplete: 'billing postal-code',
    half: true,
    value: textAt(options, 'defaultValues', 'billingDetails', 'address', 'postal_code'),
    to: ['billing_details', 'address', 'postal_code'],
    check: (value) => (value === '' && postalCodeDemandedIn.includes(country.field.value) ? 'incomplete_field' : null),
  });
  if (isLeftOut(options, 'address', 'country')) return isLeftOut(options, 'address', 'postalCode') ? [] : [postal];
  if (isLeftOut(options, 'address', 'postalCode')) return [country];
  const show = (): void => {
    postal.field.row.hidden = !postalCodeCountries.includes(country.field.value);
    country.field.row.classList.toggle('Field--half', !postal.field.row.hidden);
  };
  country.field.input.addEventListener('input', show);
  show();
  return [country, postal];
}

const nameSpec = (say: Texts, options: Json): Spec => ({
  name: 'name',
  label: say.name,
  autocomplete: 'billing name',
  value: textAt(options, 'defaultValues', 'billingDetails', 'name'),
  to: ['billing_details', 'name'],
});
const emailSpec = (say: Texts, options: Json): Spec => ({
  name: 'email',
  label: say.email,
  type: 'email',
  autocomplete: 'billing email',
  value: textAt(options, 'defaultValues', 'billingDetails', 'email'),
  to: ['billing_details', 'email'],
  check: emailFault,
});

/** Fields besides name and email that the types ask for. */
function bankSpecs(type: string, say: Texts): Spec[] {
  if (type === 'sepa_debit')
    return [{ name: 'iban', label: say.iban, placeholder: 'DE00 0000 0000 0000 0000 00', to: ['sepa_debit', 'iban'], check: ibanFault }];
  if (type !== 'us_bank_account') return [];
  const digits = (length: number) => (value: string) => (onlyDigits(value).length < length ? 'incomplete_field' : null);
  return [
    { name: 'routing', label: say.routing, numeric: true, half: true, to: ['us_bank_account', 'routing_number'], check: digits(9) },
    { name: 'account', label: say.account, numeric: true, half: true, to: ['us_bank_account', 'account_number'], check: digits(4) },
  ];
}

const namedTypes = new Set(['us_bank_account', 'sepa_debit', 'bancontact', 'ideal']);
const mailedTypes = new Set(['us_bank_account', 'sepa_debit', 'link']);

function partsOf(type: string, settings: FrameSettings): Part[] {
  const say = textsOf(settings.locale);
  const { options } = settings;
  const wantsName =
    (namedTypes.has(type) && !isLeftOut(options, 'name')) || optionAt(options, 'fields', 'billingDetails', 'name') === 'always';
  return [
    ...(type === 'card' ? cardParts(say) : []),
    ...(wantsName ? [toPart(nameSpec(say, options))] : []),
    ...(mailedTypes.has(type) && !isLeftOut(options, 'email') ? [toPart(emailSpec(say, options))] : []),
    ...bankSpecs(type, say).map(toPart),
    ...(type === 'card' ? placeParts(say, settings) : []),
  ];
}

const redirects = new Set(['ideal', 'bancontact', 'paypal', 'klarna', 'eps', 'p24', 'amazon_pay', 'cashapp', 'revolut_pay']);

function noticeOf(type: string, { purpose, locale, options }: FrameSettings): HTMLElement[] {
  const say = textsOf(locale);
  const wish = optionAt(options, 'terms', type === 'us_bank_account' ? 'usBankAccount' : type === 'sepa_debit' ? 'sepaDebit' : type);
  const binds = wish === 'always' || (wish !== 'never' && purpose.keepsForLater);
  return [
    ...(redirects.has(type) ? [makeElement('p', 'RedirectText', say.redirect)] : []),
    ...(binds && !redirects.has(type) ? [makeElement('p', 'TermsText', say.terms)] : []),
  ];
}

/** The form for a payment method type. */
export function makeMethodForm(type: string, settings: FrameSettings): MethodForm {
  const say = textsOf(settings.locale);
  const parts = partsOf(type, settings);
  const grid = makeElement('div', 'Grid', ...parts.map(({ field }) => field.row));
  const trouble = makeElement('p', 'Error');
  trouble.setAttribute('role', 'alert');
  const root = makeElement('div', 'Section', ...(parts.length > 0 ? [grid] : []), trouble, ...noticeOf(type, settings));
  const messageOf = (code: string): string => (code in say ? say[code as keyof Texts] : say.incomplete_field);
  const used = (): Part[] => parts.filter(({ field }) => !field.row.hidden);
  for (const { field, fault } of parts) {
    field.input.addEventListener('input', () => {
      field.showError('');
      trouble.textContent = '';
    });
    field.input.addEventListener('blur', () => {
      const wrong = field.value === '' ? null : fault(field.value);
      if (wrong !== null) field.showError(messageOf(wrong));
    });
  }
  return {
    type,
    root,
    isEmpty: () => parts.every(({ field, isGiven }) => isGiven || field.value === ''),
    isComplete: () => used().every(({ field, fault }) => fault(field.value) === null),
    fault() {
      const faults = used().flatMap(({ field, fault }) => {
        const code = fault(field.value);
        field.showError(code === null ? '' : messageOf(code));
        return code === null ? [] : [{ code, field }];
      });
      const [first] = faults;
      if (!first) return null;
      first.field.input.focus();
      return validationError(first.code, messageOf(first.code));
    },
    params() {
      const params: Json = { type };
      if (type === 'us_bank_account') place(params, ['us_bank_account', 'account_holder_type'], 'individual');
      for (const { field, put } of used()) if (field.value !== '') put(params, field.value);
      return params;
    },
    refuse({ param, message }) {
      const named: Readonly<Record<string, string>> = { number: 'number', exp_month: 'expiry', exp_year: 'expiry', cvc: 'cvc' };
      const part = parts.find(({ field }) => field.input.name === named[param ?? '']);
      if (part) part.field.showError(message);
      else trouble.textContent = message;
    },
    place() {
      const valueOf = (name: string): string | null => used().find(({ field }) => field.input.name === name)?.field.value || null;
      return { country: valueOf('country'), postalCode: valueOf('postalCode') };
    },
  };
}
