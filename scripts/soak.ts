/**
 * `npm run soak`: the long runs behind the figures; names as arguments choose some. Writes what it found, with the date,
 * to docs/soak.json, from where `npm run figures` tells it.
 *
 * Promise: a part that cannot be run leaves its old result in place and the exit code at 1.
 */
import { readSoak, writeSoak, type SoakResult } from './soak/results.ts';
import { soakCustomers } from './soak/customers.ts';
import { soakChanges } from './soak/changes.ts';
import { soakTrials } from './soak/trials.ts';
import { soakShownCharged } from './soak/shown-charged.ts';
import { soakTampering } from './soak/tampering.ts';
import { soakIdentityWalks } from './soak/identity-walks.ts';
import { soakCheckouts } from './soak/checkouts.ts';
import { soakErasing } from './soak/erasing.ts';
import { soakLostAnswers } from './soak/lost-answers.ts';
import { soakLives } from './soak/lives.ts';
import { soakMoney } from './soak/money.ts';
import { soakOneTimeCodes } from './soak/one-time-codes.ts';
import { operationsParts } from './soak/operations.ts';
import { webhookParts } from './soak/webhooks.ts';

const parts: Readonly<Record<string, () => Promise<SoakResult>>> = {
  money: soakMoney,
  lives: soakLives,
  checkouts: soakCheckouts,
  customers: soakCustomers,
  'lost-answers': soakLostAnswers,
  trials: soakTrials,
  tampering: soakTampering,
  erasing: soakErasing,
  ...webhookParts,
  ...operationsParts,
  codes: soakOneTimeCodes,
  'identity-walks': soakIdentityWalks,
  'shown-charged': soakShownCharged,
  changes: soakChanges,
};

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const started = performance.now();
  try {
    const result = await run();
    writeSoak({ ...readSoak(), [name]: { date: new Date().toISOString().slice(0, 10), ...result } });
    console.log(`${name}: ${JSON.stringify(result)} in ${Math.round((performance.now() - started) / 1000)} s`);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
