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
  {
    name: 'an owner’s token lives as long as it says',
    file: `${source}/identity/owner-token.ts`,
    before: "if (exp - iat > maxLifeSeconds || exp <= iat) throw new BillingError('token_invalid');",
    after: '',
    caughtBy: ['test/server/identity/owner-token.test.ts'],
  },
  {
    name: 'an old session token does not end its family',
    file: `${source}/identity/principal.ts`,
    before: 'await store.transaction((tables) => tables.sessions.removeFamily(session));',
    after: '',
    caughtBy: ['test/reliability/sessions.test.ts'],
  },
  {
    name: 'a one-time code can be guessed without end',
    file: `${source}/modules/mailer/codes/challenges.ts`,
    before: "tries: eb('tries', '+', 1)",
    after: "tries: eb('tries', '+', 0)",
    caughtBy: ['test/reliability/one-time-codes.test.ts', 'test/server/modules/mailer/codes.test.ts'],
  },
  {
    name: 'a return address may begin like an allowed one',
    file: `${source}/checkout/return-address.ts`,
    before: 'origins.includes(page.origin) &&\n    returnUrl.toLowerCase().startsWith(page.origin)',
    after: 'origins.some((origin) => returnUrl.startsWith(origin))',
    caughtBy: ['test/server/checkout/return-address.test.ts'],
  },
  {
    name: 'a second checkout is opened beside the first',
    file: `${source}/checkout/one-open-checkout.ts`,
    before: 'await expireCheckoutSession(till.stripe, earlier.id).catch(() => undefined);',
    after: 'return false;',
    caughtBy: ['test/reliability/concurrent-checkouts.test.ts'],
  },
  {
    name: 'limits count each network address by itself',
    file: `${source}/http/client-prefix.ts`,
    before: "return isIPv6(plain) ? `${expand(plain).slice(0, 4).join(':')}::/64` : plain;",
    after: 'return plain;',
    caughtBy: ['test/reliability/rate-limits.test.ts', 'test/server/http/client-prefix.test.ts'],
  },
  {
    name: 'a forwarding header of anybody is believed',
    file: `${source}/http/client-prefix.ts`,
    before: 'while (hops.length && isTrusted(address)) {',
    after: 'while (hops.length) {',
    caughtBy: ['test/reliability/rate-limits.test.ts', 'test/server/http/client-prefix.test.ts'],
  },
  {
    name: 'what cannot be undone takes any sign-in',
    file: `${source}/identity/principal.ts`,
    before: "if (method === checkoutMethod || now - authTime > stepUpSeconds) throw new BillingError('step_up_required');",
    after: '',
    caughtBy: ['test/reliability/sessions.test.ts'],
  },
  {
    name: 'a session token works on every origin',
    file: `${source}/identity/principal.ts`,
    before: 'return inTime && (origin === undefined || origin === session.origin);',
    after: 'return inTime;',
    caughtBy: ['test/reliability/foreign-ids.test.ts', 'test/server/identity/sessions.test.ts'],
  },
  {
    name: 'texts that no database can keep are let in',
    file: `${source}/http/read-body.ts`,
    before: "if (oddKeys.has(key) || isOdd(key) || (typeof value === 'string' && isOdd(value))) throw new SyntaxError('odd');",
    after: '',
    caughtBy: ['test/reliability/injection.test.ts'],
  },
];
