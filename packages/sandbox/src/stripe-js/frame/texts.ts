/** Step checkout: what the frames say, by language. Card errors in English are Stripe's own published words. */
export interface Texts {
  readonly number: string;
  readonly expiry: string;
  readonly expiryForm: string;
  readonly cvc: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly country: string;
  readonly postalCode: string;
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly card: string;
  readonly pay: string;
  readonly save: string;
  readonly remove: string;
  readonly newMethod: string;
  readonly redirect: string;
  readonly taxId: string;
  readonly taxIdType: string;
  readonly business: string;
  readonly currency: string;
  readonly organization: string;
  readonly optional: string;
  readonly iban: string;
  readonly routing: string;
  readonly account: string;
  readonly terms: string;
  readonly incomplete_number: string;
  readonly invalid_number: string;
  readonly incomplete_expiry: string;
  readonly invalid_expiry: string;
  readonly incomplete_cvc: string;
  readonly incomplete_field: string;
  readonly email_invalid: string;
  readonly iban_invalid: string;
}

const en: Texts = {
  number: 'Card number',
  expiry: 'Expiration date',
  expiryForm: 'MM / YY',
  cvc: 'CVC',
  name: 'Full name',
  email: 'Email',
  phone: 'Phone number',
  country: 'Country or region',
  postalCode: 'Postal code',
  line1: 'Address line 1',
  line2: 'Address line 2',
  city: 'City',
  state: 'State or province',
  card: 'Card',
  pay: 'Pay',
  save: 'Save for future purchases',
  remove: 'Remove',
  newMethod: 'New payment method',
  redirect: 'After submission, you will be redirected to securely complete the next steps.',
  taxId: 'Tax ID',
  taxIdType: 'Type of tax ID',
  business: 'I am buying as a business',
  currency: 'Currency',
  organization: 'Business name',
  optional: 'optional',
  iban: 'IBAN',
  routing: 'Routing number',
  account: 'Account number',
  terms: 'By providing your payment details, you allow the seller to charge you for future payments in accordance with their terms.',
  incomplete_number: 'Your card number is incomplete.',
  invalid_number: 'Your card number is invalid.',
  incomplete_expiry: "Your card's expiration date is incomplete.",
  invalid_expiry: "Your card's expiration date is invalid.",
  incomplete_cvc: "Your card's security code is incomplete.",
  incomplete_field: 'This field is incomplete.',
  email_invalid: 'Your email is invalid.',
  iban_invalid: 'The IBAN you entered is invalid.',
};

const de: Texts = {
  number: 'Kartennummer',
  expiry: 'Ablaufdatum',
  expiryForm: 'MM / JJ',
  cvc: 'Prüfziffer (CVC)',
  name: 'Vollständiger Name',
  email: 'E-Mail',
  phone: 'Telefonnummer',
  country: 'Land oder Region',
  postalCode: 'Postleitzahl',
  line1: 'Adresszeile 1',
  line2: 'Adresszeile 2',
  city: 'Ort',
  state: 'Bundesland',
  card: 'Karte',
  pay: 'Bezahlen',
  save: 'Für spätere Einkäufe speichern',
  remove: 'Entfernen',
  newMethod: 'Neue Zahlungsmethode',
  redirect: 'Nach dem Absenden werden Sie weitergeleitet, um die nächsten Schritte sicher abzuschließen.',
  taxId: 'Steuernummer',
  taxIdType: 'Art der Steuernummer',
  business: 'Ich kaufe als Unternehmen',
  currency: 'Währung',
  organization: 'Firmenname',
  optional: 'freiwillig',
  iban: 'IBAN',
  routing: 'Bankleitzahl',
  account: 'Kontonummer',
  terms: 'Mit der Angabe Ihrer Zahlungsdaten erlauben Sie dem Anbieter, künftige Zahlungen nach seinen Bedingungen einzuziehen.',
  incomplete_number: 'Die Kartennummer ist unvollständig.',
  invalid_number: 'Die Kartennummer ist ungültig.',
  incomplete_expiry: 'Das Ablaufdatum ist unvollständig.',
  invalid_expiry: 'Das Ablaufdatum ist ungültig.',
  incomplete_cvc: 'Die Prüfziffer ist unvollständig.',
  incomplete_field: 'Dieses Feld ist unvollständig.',
  email_invalid: 'Die E-Mail-Adresse ist ungültig.',
  iban_invalid: 'Die IBAN ist ungültig.',
};

const fr: Texts = {
  number: 'Numéro de carte',
  expiry: 'Date d’expiration',
  expiryForm: 'MM / AA',
  cvc: 'Code de sécurité (CVC)',
  name: 'Nom complet',
  email: 'E-mail',
  phone: 'Téléphone',
  country: 'Pays ou région',
  postalCode: 'Code postal',
  line1: 'Adresse (ligne 1)',
  line2: 'Adresse (ligne 2)',
  city: 'Ville',
  state: 'Région',
  card: 'Carte',
  pay: 'Payer',
  save: 'Enregistrer pour de prochains achats',
  remove: 'Supprimer',
  newMethod: 'Nouveau moyen de paiement',
  redirect: 'Après l’envoi, vous serez redirigé pour terminer les étapes suivantes en toute sécurité.',
  taxId: 'Numéro fiscal',
  taxIdType: 'Type de numéro fiscal',
  business: 'J’achète pour une entreprise',
  currency: 'Devise',
  organization: 'Nom de l’entreprise',
  optional: 'facultatif',
  iban: 'IBAN',
  routing: 'Code banque',
  account: 'Numéro de compte',
  terms: 'En indiquant vos données de paiement, vous autorisez le vendeur à vous débiter à l’avenir selon ses conditions.',
  incomplete_number: 'Le numéro de la carte est incomplet.',
  invalid_number: 'Le numéro de la carte n’est pas valide.',
  incomplete_expiry: 'La date d’expiration est incomplète.',
  invalid_expiry: 'La date d’expiration n’est pas valide.',
  incomplete_cvc: 'Le code de sécurité est incomplet.',
  incomplete_field: 'Ce champ est incomplet.',
  email_invalid: 'L’adresse e-mail n’est pas valide.',
  iban_invalid: 'L’IBAN n’est pas valide.',
};

const es: Texts = {
  number: 'Número de tarjeta',
  expiry: 'Fecha de caducidad',
  expiryForm: 'MM / AA',
  cvc: 'Código de seguridad (CVC)',
  name: 'Nombre completo',
  email: 'Correo electrónico',
  phone: 'Teléfono',
  country: 'País o región',
  postalCode: 'Código postal',
  line1: 'Dirección (línea 1)',
  line2: 'Dirección (línea 2)',
  city: 'Ciudad',
  state: 'Provincia',
  card: 'Tarjeta',
  pay: 'Pagar',
  save: 'Guardar para futuras compras',
  remove: 'Eliminar',
  newMethod: 'Nuevo medio de pago',
  redirect: 'Después del envío se te redirigirá para completar los pasos siguientes de forma segura.',
  taxId: 'Número fiscal',
  taxIdType: 'Tipo de número fiscal',
  business: 'Compro como empresa',
  currency: 'Moneda',
  organization: 'Nombre de la empresa',
  optional: 'opcional',
  iban: 'IBAN',
  routing: 'Código bancario',
  account: 'Número de cuenta',
  terms: 'Al indicar tus datos de pago permites que el vendedor te cobre pagos futuros según sus condiciones.',
  incomplete_number: 'El número de la tarjeta está incompleto.',
  invalid_number: 'El número de la tarjeta no es válido.',
  incomplete_expiry: 'La fecha de caducidad está incompleta.',
  invalid_expiry: 'La fecha de caducidad no es válida.',
  incomplete_cvc: 'El código de seguridad está incompleto.',
  incomplete_field: 'Este campo está incompleto.',
  email_invalid: 'El correo electrónico no es válido.',
  iban_invalid: 'El IBAN no es válido.',
};

const he: Texts = {
  number: 'מספר כרטיס',
  expiry: 'תוקף',
  expiryForm: 'MM / YY',
  cvc: 'קוד אבטחה',
  name: 'שם מלא',
  email: 'דוא״ל',
  phone: 'טלפון',
  country: 'מדינה או אזור',
  postalCode: 'מיקוד',
  line1: 'כתובת, שורה 1',
  line2: 'כתובת, שורה 2',
  city: 'עיר',
  state: 'מחוז',
  card: 'כרטיס',
  pay: 'תשלום',
  save: 'שמירה לרכישות הבאות',
  remove: 'הסרה',
  newMethod: 'אמצעי תשלום חדש',
  redirect: 'לאחר השליחה תועברו לדף מאובטח להשלמת השלבים הבאים.',
  taxId: 'מספר עוסק',
  taxIdType: 'סוג המספר',
  business: 'הרכישה עבור עסק',
  currency: 'מטבע',
  organization: 'שם העסק',
  optional: 'לא חובה',
  iban: 'IBAN',
  routing: 'מספר בנק',
  account: 'מספר חשבון',
  terms: 'במסירת פרטי התשלום אתם מאשרים למוכר לחייב אתכם בתשלומים הבאים לפי תנאיו.',
  incomplete_number: 'מספר הכרטיס אינו שלם.',
  invalid_number: 'מספר הכרטיס אינו תקין.',
  incomplete_expiry: 'התוקף אינו שלם.',
  invalid_expiry: 'התוקף אינו תקין.',
  incomplete_cvc: 'קוד האבטחה אינו שלם.',
  incomplete_field: 'השדה אינו שלם.',
  email_invalid: 'כתובת הדוא״ל אינה תקינה.',
  iban_invalid: 'ה-IBAN אינו תקין.',
};

const dictionaries: Readonly<Record<string, Texts>> = { en, de, fr, es, he };

/** The language of `locale`; English where the stand-in has no words of its own. */
export const languageOf = (locale: string): string => (Object.hasOwn(dictionaries, locale.slice(0, 2)) ? locale.slice(0, 2) : 'en');

export const textsOf = (locale: string): Texts => dictionaries[languageOf(locale)] ?? en;

export const directionOf = (locale: string): 'ltr' | 'rtl' => (languageOf(locale) === 'he' ? 'rtl' : 'ltr');
