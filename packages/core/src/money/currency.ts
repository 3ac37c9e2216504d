/**
 * Stripe's currencies and the scale of their minor unit: our own table, never `Intl`'s, which counts HUF, IDR, COP and
 * ISK otherwise than Stripe does (a factor of 100). Source: Stripe's pages "Supported currencies" and "Minor units".
 */
import type { CurrencyCode } from './currency-code.ts';

const words = (list: string): string[] => list.trim().split(/\s+/u);

/** The amount is the number of whole units. */
const zeroDecimal = words('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf');
/** Thousandths, of which Stripe takes only multiples of ten. */
const threeDecimal = words('bhd jod kwd omr tnd');
/** Without decimals in life, in hundredths at Stripe: only multiples of 100 are taken. */
const wholeHundreds = new Set(words('isk ugx'));
const twoDecimal = words(`
  aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk
  dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp
  lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd
  rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx usd uyu uzs wst xcd yer zar zmw
`);

const digitsOf: ReadonlyMap<CurrencyCode, 0 | 2 | 3> = new Map<CurrencyCode, 0 | 2 | 3>([
  ...zeroDecimal.map((code) => [code, 0] as const),
  ...twoDecimal.map((code) => [code, 2] as const),
  ...threeDecimal.map((code) => [code, 3] as const),
]);

/** Smallest charge in minor units, where Stripe publishes one. */
const minimumCharges: Readonly<Record<CurrencyCode, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};

/** Every currency that Stripe charges in, lower case, sorted. */
export const stripeCurrencies: readonly CurrencyCode[] = [...digitsOf.keys()].toSorted();

export const isSupportedCurrency = (currency: CurrencyCode): boolean => digitsOf.has(currency);

/** Decimals of the minor unit as Stripe counts it. Throws a `RangeError` for a currency that Stripe does not take. */
export function minorUnitDigits(currency: CurrencyCode): 0 | 2 | 3 {
  const digits = digitsOf.get(currency);
  if (digits === undefined) throw new RangeError(`Stripe does not take the currency "${currency}".`);
  return digits;
}

/** Amounts must be a multiple of this many minor units: 10 with three decimals, 100 for ISK and UGX, else 1. */
export const amountStep = (currency: CurrencyCode): number =>
  wholeHundreds.has(currency) ? 100 : minorUnitDigits(currency) === 3 ? 10 : 1;

/** Smallest amount that can be charged, minor units; undefined where Stripe publishes none. */
export const minimumCharge = (currency: CurrencyCode): number | undefined => minimumCharges[currency];
