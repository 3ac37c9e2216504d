/**
 * `npm run test:live`: the walk through the API and the open questions, asked of Stripe itself and of the sandbox.
 *
 * Promise: only test keys are used; what Stripe answered is recorded without secrets, and every difference to the sandbox
 * is told. `--against sandbox` rehearses all of it without a key, `--record FOLDER` puts the recordings elsewhere,
 * `--only WORD` takes the sections and questions with that word.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { at } from './paths.ts';
import { runLive } from '../test/live/run.ts';
import { liveStage, sandboxStage } from '../test/live/stages.ts';

const { values } = parseArgs({
  options: { against: { type: 'string' }, record: { type: 'string' }, only: { type: 'string', default: '' } },
});

function refusal(key: string): string | null {
  if (values.against === 'sandbox') return null;
  if (values.against !== undefined) return `--against knows "sandbox" only, not "${values.against}".`;
  if (key === '') return 'Set STRIPE_SECRET_KEY=sk_test_… to ask Stripe itself, or use --against sandbox to rehearse.';
  if (!/^[rs]k_test_/u.test(key)) return 'Only a test key (sk_test_…) is taken: this makes customers, subscriptions and payments.';
  return null;
}

const key = process.env.STRIPE_SECRET_KEY ?? '';
const refused = refusal(key);
if (refused !== null) {
  console.error(refused);
  process.exitCode = 1;
} else {
  const unique = `W${randomBytes(5).toString('hex').toUpperCase()}`;
  const now = Math.floor(Date.now() / 1000);
  const differing = await runLive({
    theirs: () => (values.against === 'sandbox' ? sandboxStage(unique, now) : liveStage(key, unique, (milliseconds) => wait(milliseconds))),
    ours: () => sandboxStage(unique, now),
    folder: values.record ?? (values.against === 'sandbox' ? null : at('test/live/recordings')),
    only: values.only,
    say: (line) => console.log(line),
  });
  process.exitCode = differing === 0 ? 0 : 1;
}
