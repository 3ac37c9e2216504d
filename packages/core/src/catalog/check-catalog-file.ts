/**
 * Step 1, catalog: the faults of an owner's file that no schema sees, because they lie between two places.
 *
 * Promise: what Stripe would refuse, and what no buyer could ever choose, is named here, before anything is sent.
 */
import { isSupportedCurrency } from '../money/currency.ts';
import type { Trial } from './catalog.ts';
import type { CatalogFile, CatalogProblem, Text } from './catalog-file.ts';
import { checkGrants } from './check-grants.ts';
import { checkPrice, isFree } from './check-price.ts';
import { lookupKeyOf, setupFeeOf } from './lookup-key.ts';

type Report = (path: string, message: string) => void;
type File = CatalogFile;
type Quantity = File['addOns'][number]['quantity'];

/** Every fault of a file whose form is right. */
export function checkCatalogFile(file: File): readonly CatalogProblem[] {
  const problems: CatalogProblem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });
  checkTop(file, report);
  checkUnique(file, report);
  file.plans.forEach((plan, index) => checkPlan(file, plan, `plans[${index}]`, report));
  file.addOns.forEach((addOn, index) => checkAddOn(file, addOn, `addOns[${index}]`, report));
  file.products.forEach((product, index) => {
    const path = `products[${index}]`;
    checkTexts(file, product, path, report);
    checkImage(product.image, path, report);
    checkPrice(file, product.price, `${path}.price`, report, product.quantity.max);
    checkQuantity(product.quantity, `${path}.quantity`, report);
  });
  checkGrants(file, report);
  return problems;
}

function checkTop(file: File, report: Report): void {
  file.locales.forEach((locale, index) => {
    if (file.locales.indexOf(locale) !== index) report(`locales[${index}]`, `${locale} is named twice. Take one out.`);
  });
  file.currencies.forEach((currency, index) => {
    if (!isSupportedCurrency(currency)) report(`currencies[${index}]`, `Stripe does not take ${currency}. Use one of its currencies.`);
    if (file.currencies.indexOf(currency) !== index) report(`currencies[${index}]`, `${currency} is named twice. Take one out.`);
  });
  if (!file.currencies.includes(file.defaultCurrency)) report('defaultCurrency', 'Name it among the currencies too.');
  if (file.timeZone !== undefined && !isTimeZone(file.timeZone)) report('timeZone', 'Use an IANA time zone, such as Europe/Berlin.');
  if (!file.plans.length && !file.products.length) report('plans', 'Name at least one plan or product.');
  const offered = file.plans.flatMap((plan) => plan.prices.map(({ interval }) => interval));
  if (file.defaultInterval && !offered.includes(file.defaultInterval)) {
    report('defaultInterval', `No plan has a price for ${file.defaultInterval}. Use an interval that one has.`);
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    return /^[A-Za-z]/u.test(timeZone) && new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function checkUnique(file: File, report: Report): void {
  const ids = new Map<string, string>();
  const keys = new Map<string, string>();
  const once = (seen: Map<string, string>, value: string, path: string, what: string): void => {
    const first = seen.get(value);
    if (first) report(path, `The ${what} ${value} stands at ${first} already. Use another.`);
    else seen.set(value, path);
  };
  for (const kind of ['plans', 'addOns', 'products'] as const) {
    file[kind].forEach((item, index) => {
      const path = `${kind}[${index}]`;
      once(ids, item.id, `${path}.id`, 'id');
      if ('setupFee' in item && item.setupFee) once(keys, setupFeeOf(item.id, item.setupFee).lookupKey, `${path}.setupFee`, 'lookup key');
      if ('prices' in item)
        item.prices.forEach((price, at) => once(keys, lookupKeyOf(item.id, price), `${path}.prices[${at}]`, 'lookup key'));
      else once(keys, lookupKeyOf(item.id, item.price), `${path}.price`, 'lookup key');
    });
  }
}

function checkPlan(file: File, plan: File['plans'][number], path: string, report: Report): void {
  checkTexts(file, plan, path, report);
  plan.features.forEach((feature, index) => {
    checkText(file, feature.text, `${path}.features[${index}]`, report);
    if (feature.group) checkText(file, feature.group, `${path}.features[${index}].group`, report);
  });
  if (plan.kind === 'contact') {
    if (!/^(?:https:\/\/|mailto:)\S+$/u.test(plan.contactUrl ?? '')) report(`${path}.contactUrl`, 'Give an https: or mailto: address.');
    if (plan.prices.length) report(`${path}.prices`, 'A contact plan is not sold here. Take the prices out.');
  } else if (!plan.prices.length) report(`${path}.prices`, 'Name at least one price.');
  if (plan.kind === 'free' && !plan.prices.every(isFree)) report(`${path}.prices`, 'A free plan costs 0. Use kind "paid" or amounts of 0.');
  if (plan.kind === 'paid' && plan.prices.length > 0 && plan.prices.every(isFree)) {
    report(`${path}.prices`, 'Every amount is 0. Use kind "free", or set the amounts.');
  }
  plan.prices.forEach((price, index) => checkPrice(file, price, `${path}.prices[${index}]`, report, plan.seats?.max));
  if (plan.setupFee) checkPrice(file, plan.setupFee, `${path}.setupFee`, report);
  if (plan.kind !== 'paid' && plan.setupFee) report(`${path}.setupFee`, 'Only a paid plan has a setup fee. Take it out.');
  if (plan.kind !== 'paid' && plan.trial) report(`${path}.trial`, 'Only a paid plan has a trial. Take it out.');
  if (plan.seats) checkQuantity(plan.seats, `${path}.seats`, report);
  const { end, maxQuantity }: Partial<Trial> = plan.trial ?? {};
  if (maxQuantity !== undefined && maxQuantity < (plan.seats?.min ?? 1))
    report(
      `${path}.trial.maxQuantity`,
      `The plan is sold from ${plan.seats?.min ?? 1} on, so that nobody could try it. Make it at least that.`,
    );
  if ((end === 'choose' || end === 'free') && !file.plans.some((other) => other.kind === 'free' && other.group === plan.group)) {
    report(`${path}.trial.end`, `"${end}" needs a free plan in the group ${plan.group}. Add one, or use another end.`);
  }
}

function checkAddOn(file: File, addOn: File['addOns'][number], path: string, report: Report): void {
  checkTexts(file, addOn, path, report);
  checkImage(addOn.image, path, report);
  const offered = new Set(file.plans.flatMap((plan) => plan.prices.map(({ interval }) => interval)));
  const recurring = addOn.prices.filter((price) => price.interval).length;
  if (recurring && recurring < addOn.prices.length)
    report(`${path}.prices`, 'An add-on is paid once or every interval, not both. Make it two.');
  if (!recurring && addOn.prices.length > 1) report(`${path}.prices`, 'An add-on that is paid once has one price.');
  addOn.prices.forEach((price, index) => {
    const at = `${path}.prices[${index}]`;
    if (price.interval && !offered.has(price.interval)) {
      report(
        `${at}.interval`,
        `No plan is sold every ${price.interval}, and one checkout takes one interval. Use an interval of the plans.`,
      );
    }
    checkPrice(file, price, at, report, addOn.quantity.max);
  });
  checkQuantity(addOn.quantity, `${path}.quantity`, report);
  checkAddOnRules(file, addOn, path, report);
  addOn.plans?.forEach((planId, index) => {
    if (!file.plans.some(({ id }) => id === planId)) report(`${path}.plans[${index}]`, `There is no plan ${planId}. Use the id of one.`);
  });
}

/** Rules that name each other: groups, what an add-on needs, what it cannot stand beside, what plans contain. */
function checkAddOnRules(file: File, addOn: File['addOns'][number], path: string, report: Report): void {
  const { id, group, requires = [], excludes = [], included = {} } = addOn;
  if (group !== undefined && !file.addOnGroups.some((other) => other.id === group))
    report(`${path}.group`, `There is no group ${group}. Name it in addOnGroups.`);
  for (const [field, others] of [
    ['requires', requires],
    ['excludes', excludes],
  ] as const) {
    others.forEach((other, index) => {
      if (other === id || !file.addOns.some((known) => known.id === other))
        report(`${path}.${field}[${index}]`, `There is no other add-on ${other}. Use the id of one.`);
    });
  }
  const both = requires.find((other) => excludes.includes(other));
  if (both !== undefined) report(`${path}.excludes`, `It requires ${both} and excludes it. Take one of them out.`);
  for (const planId of Object.keys(included)) {
    if (!file.plans.some((plan) => plan.id === planId))
      report(`${path}.included.${planId}`, `There is no plan ${planId}. Use the id of one.`);
  }
}

function checkQuantity(rule: Quantity, path: string, report: Report): void {
  const { min, max, step } = rule;
  if (max < min) report(`${path}.max`, `The largest quantity is below the smallest, ${min}.`);
  else if ((max - min) % step) report(`${path}.max`, `${max} does not lie on a step of ${step} from ${min}.`);
  if (max > 999_999) report(`${path}.max`, 'Stripe takes quantities of at most 999999.');
  const chosen = rule.default;
  if (chosen !== undefined && chosen !== 0 && (chosen < min || chosen > max || (chosen - min) % step)) {
    report(`${path}.default`, `${chosen} cannot be bought. Use 0 or a quantity from ${min} to ${max} in steps of ${step}.`);
  }
}

function checkImage(image: string | undefined, path: string, report: Report): void {
  if (image !== undefined && !/^https:\/\/\S+$/u.test(image)) report(`${path}.image`, 'Give an https: address.');
}

function checkTexts(file: File, item: Readonly<Record<string, unknown>>, path: string, report: Report): void {
  for (const key of ['name', 'description', 'badge', 'callToAction', 'unit']) {
    if (item[key] !== undefined) checkText(file, item[key] as Text, `${path}.${key}`, report);
  }
}

function checkText(file: File, text: Text, path: string, report: Report): void {
  if (typeof text === 'string') return;
  const [language = 'en'] = file.locales;
  if (!text[language]) report(`${path}.${language}`, 'Write the text in the default language.');
  for (const other of Object.keys(text)) {
    if (!file.locales.includes(other))
      report(`${path}.${other}`, `${other} is not among the locales. Name it there, or take the text out.`);
  }
}
