/** Mistakes about who may do what. */
import type { Defect } from './defect.ts';

const source = 'packages/server/src';

export const accessDefects: readonly Defect[] = [
  {
    name: 'somebody else’s subscription is answered',
    file: `${source}/subscription/own.ts`,
    before: "if (!own.some(({ id }) => id === subscriptionId)) throw new BillingError('not_found');",
    after: '',
    caughtBy: ['test/reliability/foreign-ids.test.ts'],
  },
  {
    name: 'any origin may call',
    file: `${source}/http/cors.ts`,
    before: '!allowed.has(origin)',
    after: 'false',
    caughtBy: ['test/reliability/origins.test.ts'],
  },
  {
    name: 'the answer allows every origin',
    file: `${source}/http/cors.ts`,
    before: "c.header('Access-Control-Allow-Origin', origin);",
    after: "c.header('Access-Control-Allow-Origin', '*');",
    caughtBy: ['test/reliability/origins.test.ts'],
  },
  {
    name: 'an owner’s token works twice',
    file: `${source}/identity/sessions.ts`,
    before: "if (!(await store.ownerTokens.takeOnce(jti, expiresAt + 60, now()))) throw new BillingError('token_invalid');",
    after: '',
    caughtBy: ['test/server/identity/sessions.test.ts'],
  },
];
