/**
 * The language in which a customer is written to, by Stripe and by this server, is the one of the page on which they bought.
 *
 * Promise: a Stripe that is slow, out of reach or of another opinion keeps nobody from buying or signing in.
 */
import { writeCustomerLanguage } from '../stripe/customers.ts';
import { forAMoment } from '../stripe/in-time.ts';
import type { Till } from '../till.ts';

/** What the page has said, and how much weight it has. */
export interface PageLanguage {
  /** BCP 47, as the page sent it; anything else counts as none. */
  readonly locale: string | undefined;
  /** `always`: something is being bought; `if-none`: somebody only looks, and what they chose before stays. */
  readonly replaces: 'always' | 'if-none';
}

/** Writes the page's language down at the Stripe customer, unless they have it already. */
export async function keepLanguage(
  { stripe, log }: Pick<Till, 'stripe' | 'log'>,
  customerId: string | undefined,
  { locale, replaces }: PageLanguage,
): Promise<void> {
  const language = toStripeLanguage(locale);
  if (customerId === undefined || language === undefined) return;
  const written = writeCustomerLanguage(stripe, customerId, language, replaces);
  await forAMoment(written.catch((error: unknown) => log.warn('customer.language', { error })));
}

/** A tag of language and region, which is what Stripe's `preferred_locales` take; undefined for what is no BCP 47 tag. */
export function toStripeLanguage(locale: string | undefined): string | undefined {
  if (locale === undefined || locale.length > 35) return undefined;
  try {
    const { language, region } = new Intl.Locale(locale);
    if (language === 'und') return undefined;
    return region === undefined ? language : `${language}-${region}`;
  } catch {
    return undefined;
  }
}
