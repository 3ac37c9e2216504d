/** Step checkout: what a card number tells by itself: its brand, its length, its check digit. */
export interface CardKind {
  readonly brand: string;
  readonly lengths: readonly number[];
  readonly cvc: number;
}

const kinds: readonly (CardKind & { readonly starts: RegExp })[] = [
  { brand: 'amex', starts: /^3[47]/u, lengths: [15], cvc: 4 },
  { brand: 'diners', starts: /^3(?:0[0-5]|[689])/u, lengths: [14, 16, 19], cvc: 3 },
  { brand: 'jcb', starts: /^35/u, lengths: [16], cvc: 3 },
  { brand: 'mastercard', starts: /^(?:5[1-5]|2[2-7])/u, lengths: [16], cvc: 3 },
  { brand: 'discover', starts: /^6(?:011|4[4-9]|5)/u, lengths: [16], cvc: 3 },
  { brand: 'unionpay', starts: /^6/u, lengths: [16, 17, 18, 19], cvc: 3 },
  { brand: 'visa', starts: /^4/u, lengths: [16], cvc: 3 },
];

const unknownKind: CardKind = { brand: 'unknown', lengths: [16], cvc: 3 };

export const cardKind = (digits: string): CardKind => kinds.find(({ starts }) => starts.test(digits)) ?? unknownKind;

export const onlyDigits = (text: string): string => text.replaceAll(/\D/gu, '');

/** The check digit by Luhn's formula (ISO/IEC 7812). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** Spaces as they stand on the card: 4-6-5 for American Express, else fours. */
export function groupDigits(digits: string): string {
  const groups = cardKind(digits).brand === 'amex' ? /^(\d{0,4})(\d{0,6})(\d{0,5})/u.exec(digits)?.slice(1) : digits.match(/\d{1,4}/gu);
  return (groups ?? []).filter((group) => group !== '').join(' ');
}

/** What is wrong with a number, by Stripe's code. */
export function numberFault(digits: string): 'incomplete_number' | 'invalid_number' | null {
  const { lengths } = cardKind(digits);
  if (digits.length < Math.min(...lengths)) return 'incomplete_number';
  return passesLuhn(digits) ? null : 'invalid_number';
}

/** `12 / 34` while it is typed. */
export function groupExpiry(digits: string): string {
  const month = /^[2-9]/u.test(digits) ? `0${digits}` : digits;
  return month.length < 3 ? month : `${month.slice(0, 2)} / ${month.slice(2, 4)}`;
}

export function expiryFault(digits: string): 'incomplete_expiry' | 'invalid_expiry' | null {
  if (digits.length < 4) return 'incomplete_expiry';
  const month = Number(digits.slice(0, 2));
  return month >= 1 && month <= 12 ? null : 'invalid_expiry';
}
