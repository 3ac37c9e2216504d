const length = 8;

/** The digits of what was typed or pasted, such as "1234 5678" or "Code: 1234-5678". */
export const digitsOf = (text: string): string => text.replaceAll(/\D/gu, '').slice(0, length);

export const isWhole = (digits: string): boolean => digits.length === length;

/** Shows digits in two groups of four; the caret stays behind the digit that it stood behind. */
export function groupDigits(field: HTMLInputElement): string {
  const before = digitsOf(field.value.slice(0, field.selectionStart ?? field.value.length)).length;
  const digits = digitsOf(field.value);
  field.value = digits.length > 4 ? `${digits.slice(0, 4)} ${digits.slice(4)}` : digits;
  const caret = before > 4 ? before + 1 : before;
  field.setSelectionRange(caret, caret);
  return digits;
}
