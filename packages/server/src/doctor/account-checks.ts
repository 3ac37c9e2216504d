/** What the owner sets in the dashboard: portal, tax, wallets; and what only the dashboard shows. */
import { readMissingForTax, readPortalLogins, readWalletDomain } from '../stripe/account-facts.ts';
import { check, look, ok, warn, fail, type Check } from './finding.ts';

export const portal = check('Customer portal', async ({ stripe, config: { portalLoginUrl } }) => {
  const logins = await readPortalLogins(stripe);
  const settings = 'Save the settings at https://dashboard.stripe.com/settings/billing/portal.';
  if (portalLoginUrl !== undefined && !logins.includes(portalLoginUrl))
    return fail('TILL_PORTAL_LOGIN_URL is not the login page of an active configuration', `Copy the link again. ${settings}`);
  if (logins.length === 0) return warn('has no configuration', settings);
  return ok(portalLoginUrl === undefined ? 'configured; its login page is not used' : 'its login page is active');
});

export const tax = check('Tax', async ({ stripe, file }) => {
  if ((await file()).tax === 'none') return ok('the catalog has none calculated');
  const missing = await readMissingForTax(stripe);
  if (missing.length === 0) return ok('Stripe Tax is ready; whether you are registered where you sell, the dashboard shows');
  return fail(`the catalog wants tax, and Stripe Tax lacks ${missing.join(', ')}`, 'Set it at https://dashboard.stripe.com/settings/tax.');
});

/** Wallets stand on the owner's page only where card fields do. */
export const wallets: Check = {
  name: 'Wallets',
  async run({ stripe, config: { publishableKey, origins } }) {
    if (publishableKey === undefined) return [{ name: 'Wallets', ...ok("on Stripe's own page only (STRIPE_PUBLISHABLE_KEY is not set)") }];
    const domains = new Set(origins.filter((origin) => origin.startsWith('https:')).map((origin) => new URL(origin).hostname));
    return Promise.all(
      [...domains].map(async (domain) => {
        const known = await readWalletDomain(stripe, domain);
        const register = 'Register it at https://dashboard.stripe.com/settings/payment_method_domains.';
        if (!known?.enabled) return { name: 'Wallets', ...warn(`${domain} is not registered`, register) };
        if (known.inactive.length > 0) return { name: 'Wallets', ...warn(`${domain}: ${known.inactive.join(', ')} not active`, register) };
        return { name: 'Wallets', ...ok(domain) };
      }),
    );
  },
};

export const mails = check('E-mails', async () =>
  look(
    'what Stripe mails to customers, the API does not tell',
    'Look at https://dashboard.stripe.com/settings/billing/automatic and /settings/emails.',
  ),
);

export const retries = check('Retries', async () =>
  look(
    'how failed payments are tried again, and what then becomes of the subscription, the API does not tell',
    'Look at https://dashboard.stripe.com/revenue_recovery/retries.',
  ),
);
