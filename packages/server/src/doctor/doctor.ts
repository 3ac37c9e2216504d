/**
 * `till doctor`: looks at the settings, at Stripe and at the tables, and says what to do.
 *
 * Promise: it reads at Stripe and never writes there; every check is made even when another could not be; what the API
 * does not tell is said to be so, and never called fine.
 */
import { freeBytes } from '../store/local-disk.ts';
import { isForbidden, isKeyRefused } from '../stripe/account-facts.ts';
import { mails, portal, retries, tax, wallets } from './account-checks.ts';
import { drift, duplicates } from './catalog-checks.ts';
import { durable, integrity, isPrivate, modules, roomBy, schema, writable } from './database-checks.ts';
import { check, fail, look, type Check, type Examined, type Finding } from './finding.ts';
import { clock, key, permissions, writing } from './key-checks.ts';
import { deadLetters, endpoint, secret, waiting } from './webhook-checks.ts';

const ofStripe: readonly Check[] = [key, permissions, writing, clock, endpoint, secret, drift, tax, portal, wallets, mails, retries];
const ofTables: readonly Check[] = [
  schema,
  writable,
  durable,
  integrity,
  isPrivate,
  roomBy(freeBytes),
  waiting,
  deadLetters,
  duplicates,
  modules,
];

/** Before the first start, and where only the settings are examined, there are no tables yet. */
const none = check('Database', async ({ missingFile }) =>
  look(`there is none at ${missingFile} yet`, 'The first start of the server makes it; run this again beside it.'),
);

/** Makes every check, in their order. */
export async function examine(examined: Examined): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, run } of [...ofStripe, ...(examined.missingFile === undefined ? ofTables : [none])])
    findings.push(...(await run(examined).catch((error: unknown) => [{ name, ...explain(error) }])));
  return findings;
}

/** What it means that a check could not be made. Stripe's own message may repeat the key and is left out. */
function explain(error: unknown): Omit<Finding, 'name'> {
  if (isKeyRefused(error)) return fail('Stripe does not know the key', 'Copy STRIPE_SECRET_KEY again from the dashboard.');
  if (isForbidden(error)) return fail('the key may not read this', 'docs/deployment.md lists the permissions of a restricted key.');
  if (error instanceof Error && 'type' in error)
    return fail(`Stripe did not answer (${error.name})`, 'Try again; see https://status.stripe.com.');
  return fail(error instanceof Error ? error.message : 'could not be looked at', 'Mend this first.');
}
