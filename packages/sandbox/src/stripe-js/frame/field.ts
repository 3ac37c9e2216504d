/** Step checkout: one labeled field of a frame, with its error under it. */
export interface Field {
  readonly row: HTMLElement;
  readonly input: HTMLInputElement | HTMLSelectElement;
  readonly value: string;
  /** Empty text: nothing is wrong. */
  showError(message: string): void;
}

export interface FieldOptions {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'tel';
  readonly autocomplete?: string;
  readonly placeholder?: string;
  readonly numeric?: boolean;
  readonly half?: boolean;
  readonly value?: string;
  readonly choices?: readonly (readonly [value: string, label: string])[];
  /** Changes what was typed into how it stands there. */
  readonly shape?: (typed: string) => string;
}

export function makeElement<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.className = className;
  element.append(...children);
  return element;
}

function makeInput({ type = 'text', autocomplete, placeholder, numeric, shape }: FieldOptions): HTMLInputElement {
  const input = makeElement('input', 'Input');
  input.type = type;
  if (autocomplete) input.setAttribute('autocomplete', autocomplete);
  if (placeholder) input.placeholder = placeholder;
  if (numeric) input.inputMode = 'numeric';
  if (shape) {
    input.addEventListener('input', () => {
      const isAtEnd = input.selectionStart === input.value.length;
      if (isAtEnd) input.value = shape(input.value);
    });
    input.addEventListener('change', () => (input.value = shape(input.value)));
  }
  return input;
}

function makeSelect(choices: readonly (readonly [string, string])[], autocomplete: string | undefined): HTMLSelectElement {
  const select = makeElement('select', 'Input');
  select.append(...choices.map(([value, label]) => new Option(label, value)));
  if (autocomplete) select.setAttribute('autocomplete', autocomplete);
  return select;
}

let fieldsMade = 0;

export function makeField(options: FieldOptions): Field {
  const { name, label, half, choices, value } = options;
  fieldsMade += 1;
  const id = `${name}-${fieldsMade}`;
  const input = choices ? makeSelect(choices, options.autocomplete) : makeInput(options);
  input.id = id;
  input.name = name;
  if (value !== undefined) input.value = value;
  const caption = makeElement('label', 'Label', label);
  caption.htmlFor = id;
  const error = makeElement('p', 'Error');
  error.id = `${id}-error`;
  error.setAttribute('role', 'alert');
  const row = makeElement('div', half ? 'Field Field--half' : 'Field', caption, makeElement('div', 'Control', input), error);
  return {
    row,
    input,
    get value() {
      return input.value.trim();
    },
    showError(message) {
      error.textContent = message;
      input.classList.toggle('Input--invalid', message !== '');
      input.setAttribute('aria-invalid', String(message !== ''));
      if (message === '') input.removeAttribute('aria-describedby');
      else input.setAttribute('aria-describedby', error.id);
    },
  };
}
