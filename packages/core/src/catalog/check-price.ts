/** Step 1, catalog: the faults of one price in an owner's file that no schema sees. */
import { amountStep, isSupportedCurrency, minimumCharge, minorUnitDigits } from '../money/currency.ts';
import type { CatalogFile, CatalogFilePrice } from './catalog-file.ts';
import { pricedCurrencies } from './price-model.ts';

type Report = (path: string, message: string) => void;
type File = Pick<CatalogFile, 'currencies' | 'defaultCurrency'>;
type Tiers = NonNullable<CatalogFilePrice['tiers']>[string];

/** `most` of it can be bought at once. */
export function checkPrice(file: File, price: CatalogFilePrice, path: string, report: Report, most = 1): void {
  const { amounts, tiers, tiersMode, included, transformQuantity } = price;
  const field = tiers ? 'tiers' : 'amounts';
  if (tiers && Object.keys(amounts).length) report(`${path}.amounts`, 'A price has amounts or tiers. Take one of them out.');
  if (tiersMode && !tiers) report(`${path}.tiers`, 'Name the tiers, or take tiersMode out.');
  if (tiers && transformQuantity) report(`${path}.transformQuantity`, 'Stripe has no packages with tiers. Take one of them out.');
  if (included !== undefined && (tiers ?? transformQuantity))
    report(`${path}.included`, 'Included units go with amounts alone. With tiers, give the first tier no amount.');
  // it would be sold as what is paid by use, with a card, and never charged; Stripe counts use without it as well
  if (price.metered !== undefined && isFree(price))
    report(`${path}.metered`, 'What is used costs nothing here. Take metered out, or set the amounts.');
  const currencies = pricedCurrencies(price);
  if (!currencies.includes(file.defaultCurrency))
    report(`${path}.${field}.${file.defaultCurrency}`, 'Give the amount in the default currency.');
  for (const currency of currencies) {
    const at = `${path}.${field}.${currency}`;
    if (!file.currencies.includes(currency)) report(at, `${currency} is not among the currencies. Name it there, or take it out.`);
    else if (!isSupportedCurrency(currency)) continue;
    else if (tiers) checkTiers(tiers[currency] ?? [], currency, at, report);
    else checkAmount(amounts[currency] ?? 0, { currency, alone: included === undefined && !price.metered, most }, at, report);
  }
}

interface Charged {
  readonly currency: string;
  /** It is charged by itself, not as one of many units that are counted or contained. */
  readonly alone: boolean;
  readonly most: number;
}

/** An owner's price of one unit; alone it must be enough to be charged, where it is not one of many. */
function checkAmount(given: number | string, { currency, alone, most }: Charged, at: string, report: Report): void {
  const misspelled = typeof given === 'string' ? spellingFault(given, currency, alone) : undefined;
  if (misspelled !== undefined) return report(at, misspelled);
  const amount = Number(given);
  const isPart = !Number.isInteger(amount);
  const step = amountStep(currency);
  const minimum = alone ? (minimumCharge(currency) ?? 1) : 0;
  if (amount % step && (!isPart || (alone && step > 1)))
    report(at, `Stripe takes ${currency} in steps of ${step} minor units. Use ${Math.round(amount / step) * step}.`);
  // a part of a minor unit is the price of one of many, where many can be bought
  if (amount > 0 && amount * (isPart ? most : 1) < minimum) report(at, `Stripe charges at least ${minimum} minor units of ${currency}.`);
  if (amount > 99_999_999) report(at, 'Stripe takes amounts of at most eight digits.');
}

/**
 * What is wrong with a decimal text that was probably meant as major units: `"29.00"` would be sold for 29 minor units.
 * More places than the currency has say that parts of a minor unit are meant.
 */
function spellingFault(text: string, currency: string, alone: boolean): string | undefined {
  const [whole = '', fraction = ''] = text.split('.');
  const digits = minorUnitDigits(currency);
  const isZero = fraction !== '' && Number(fraction) === 0;
  const looksMajor = alone && fraction !== '' && fraction.length <= digits && Number(whole) > 0;
  if (!isZero && !looksMajor) return undefined;
  const code = currency.toUpperCase();
  const minor = Number(whole + fraction.padEnd(digits, '0').slice(0, digits));
  const unlike = isZero ? `${whole} for so many minor units` : `"${whole}.${fraction.padEnd(digits + 1, '0')}" for so many minor units`;
  return `"${text}" is read as minor units, not as ${text} ${code}: write ${minor} for ${text} ${code}, or ${unlike}. A part of a minor unit is written "${minor}.5".`;
}

function checkTiers(tiers: Tiers, currency: string, path: string, report: Report): void {
  tiers.forEach(({ upTo, unitAmount, flatAmount }, index) => {
    const last = index === tiers.length - 1;
    const before = tiers[index - 1]?.upTo ?? 0;
    const at = `${path}[${index}]`;
    if (last && upTo !== null) report(`${at}.upTo`, 'The last tier has no end. Leave its upTo out.');
    if (!last && upTo === null) report(`${at}.upTo`, 'Only the last tier has no end. Say up to which unit this one goes.');
    if (upTo !== null && upTo <= before) report(`${at}.upTo`, `A tier ends after the one before it. Use more than ${before}.`);
    if (unitAmount === undefined && flatAmount === undefined) report(at, 'Give the tier a unitAmount or a flatAmount; 0 is allowed.');
    if (unitAmount !== undefined) checkAmount(unitAmount, { currency, alone: false, most: 1 }, `${at}.unitAmount`, report);
    const misspelled = typeof flatAmount === 'string' ? spellingFault(flatAmount, currency, true) : undefined;
    if (misspelled !== undefined) report(`${at}.flatAmount`, misspelled);
  });
}

/** Whether every amount of a price is 0. */
export function isFree({ amounts, tiers }: CatalogFilePrice): boolean {
  const all = tiers
    ? Object.values(tiers).flatMap((list) => list.flatMap(({ unitAmount = 0, flatAmount = 0 }) => [unitAmount, flatAmount]))
    : Object.values(amounts);
  return all.every((amount) => Number(amount) === 0);
}
