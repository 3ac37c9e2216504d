/** Step 1, catalog: the faults of one price in an owner's file that no schema sees. */
import { amountStep, isSupportedCurrency, minimumCharge } from '../money/currency.ts';
import type { CatalogFile, CatalogFilePrice } from './catalog-file.ts';
import { pricedCurrencies } from './price-model.ts';

type Report = (path: string, message: string) => void;
type File = Pick<CatalogFile, 'currencies' | 'defaultCurrency'>;
type Tiers = NonNullable<CatalogFilePrice['tiers']>[string];

export function checkPrice(file: File, price: CatalogFilePrice, path: string, report: Report): void {
  const { amounts, tiers, tiersMode, included, transformQuantity } = price;
  const field = tiers ? 'tiers' : 'amounts';
  if (tiers && Object.keys(amounts).length) report(`${path}.amounts`, 'A price has amounts or tiers. Take one of them out.');
  if (tiersMode && !tiers) report(`${path}.tiers`, 'Name the tiers, or take tiersMode out.');
  if (tiers && transformQuantity) report(`${path}.transformQuantity`, 'Stripe has no packages with tiers. Take one of them out.');
  if (included !== undefined && (tiers ?? transformQuantity))
    report(`${path}.included`, 'Included units go with amounts alone. With tiers, give the first tier no amount.');
  const currencies = pricedCurrencies(price);
  if (!currencies.includes(file.defaultCurrency))
    report(`${path}.${field}.${file.defaultCurrency}`, 'Give the amount in the default currency.');
  for (const currency of currencies) {
    const at = `${path}.${field}.${currency}`;
    if (!file.currencies.includes(currency)) report(at, `${currency} is not among the currencies. Name it there, or take it out.`);
    else if (tiers) checkTiers(tiers[currency] ?? [], at, report);
    else if (isSupportedCurrency(currency))
      checkAmount(amounts[currency] ?? 0, currency, at, report, included === undefined && !price.metered);
  }
}

/** An owner's price of one unit; alone it must be enough to be charged, where it is not one of many. */
function checkAmount(amount: number | string, currency: string, at: string, report: Report, alone: boolean): void {
  if (typeof amount === 'string') return;
  const step = amountStep(currency);
  const minimum = alone ? (minimumCharge(currency) ?? 1) : 0;
  if (amount % step) report(at, `Stripe takes ${currency} in steps of ${step} minor units. Use ${Math.round(amount / step) * step}.`);
  if (amount > 0 && amount < minimum) report(at, `Stripe charges at least ${minimum} minor units of ${currency}.`);
  if (amount > 99_999_999) report(at, 'Stripe takes amounts of at most eight digits.');
}

function checkTiers(tiers: Tiers, path: string, report: Report): void {
  tiers.forEach(({ upTo, unitAmount, flatAmount }, index) => {
    const last = index === tiers.length - 1;
    const before = tiers[index - 1]?.upTo ?? 0;
    const at = `${path}[${index}]`;
    if (last && upTo !== null) report(`${at}.upTo`, 'The last tier has no end. Leave its upTo out.');
    if (!last && upTo === null) report(`${at}.upTo`, 'Only the last tier has no end. Say up to which unit this one goes.');
    if (upTo !== null && upTo <= before) report(`${at}.upTo`, `A tier ends after the one before it. Use more than ${before}.`);
    if (unitAmount === undefined && flatAmount === undefined) report(at, 'Give the tier a unitAmount or a flatAmount; 0 is allowed.');
  });
}

/** Whether every amount of a price is 0. */
export function isFree({ amounts, tiers }: CatalogFilePrice): boolean {
  const all = tiers
    ? Object.values(tiers).flatMap((list) => list.flatMap(({ unitAmount = 0, flatAmount = 0 }) => [unitAmount, flatAmount]))
    : Object.values(amounts);
  return all.every((amount) => Number(amount) === 0);
}
