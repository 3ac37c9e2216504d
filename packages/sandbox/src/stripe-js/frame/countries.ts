/** Countries that a billing address may name (ISO 3166-1), without those that Stripe does not serve. */
const countryCodes =
  'AC AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PY QA RE RO RS RU RW SA SB SC SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WF WS XK YE YT ZA ZM ZW ZZ'.split(
    ' ',
  );

/** Codes and names in the language of `locale`, in its order; `allowed` narrows them. */
export function countryChoices(locale: string, allowed: readonly string[] | null = null): (readonly [string, string])[] {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  const order = new Intl.Collator(locale);
  return countryCodes
    .filter((code) => code !== 'ZZ' && (!allowed || allowed.includes(code)))
    .map((code) => [code, names.of(code) ?? code] as const)
    .toSorted(([, first], [, second]) => order.compare(first, second));
}

const usual: Readonly<Record<string, string>> = { en: 'US', de: 'DE', fr: 'FR', es: 'ES', he: 'IL' };

/** Stripe goes by the buyer's address on the net; the stand-in by the locale's region, else by its language. */
export function countryOf(locale: string): string {
  const region = /^\w\w-([A-Z]{2})$/u.exec(locale)?.[1];
  return region ?? usual[locale.slice(0, 2)] ?? 'US';
}
