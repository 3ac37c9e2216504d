/** What is mutated, and by which tests that must be noticed. */

/** Source files, with the test files that concern them; others are not run, so that a whole run takes minutes, not hours. */
export interface MutantGroup {
  readonly name: string;
  /** Paths from the repository's root. */
  readonly sources: readonly string[];
  /** The quick ones first. */
  readonly tests: readonly string[];
}

const server = 'packages/server/src';
const inFolder = (folder: string, ...names: readonly string[]): string[] => names.map((name) => `${server}/${folder}/${name}.ts`);
const tests = (folder: string, ...names: readonly string[]): string[] => names.map((name) => `test/${folder}/${name}.test.ts`);

/** Identity, webhooks, and what stands in front of them: threat table, row 47. */
export const mutantGroups: readonly MutantGroup[] = [
  {
    name: 'keys',
    sources: inFolder('identity', 'api-key', 'owner-jwks', 'owner-key', 'owner-token'),
    tests: [...tests('server/identity', 'api-key', 'owner-jwks', 'owner-key', 'owner-token'), ...tests('reliability', 'owner-tokens')],
  },
  {
    name: 'sessions',
    sources: inFolder('identity', 'checkout-exchange', 'principal', 'session-token', 'sessions', 'sign-in'),
    tests: [...tests('server/identity', 'principal', 'ways-in', 'checkout-exchange', 'sessions'), ...tests('reliability', 'sessions')],
  },
  {
    name: 'signatures',
    sources: inFolder('stripe', 'verify-webhook'),
    tests: tests('server/stripe', 'verify-webhook'),
  },
  {
    name: 'inbox',
    sources: inFolder('webhook', 'event-family', 'registry', 'sweeps', 'webhooks', 'worker'),
    tests: [...tests('server/webhook', 'registry', 'worker', 'sweeps', 'webhooks'), ...tests('reliability', 'claims', 'absence')],
  },
  {
    name: 'events',
    sources: inFolder(
      'webhook/events',
      'catalog-events',
      'checkout-events',
      'customer-events',
      'dispute-events',
      'refund-events',
      'subscription-events',
      'subscription-news',
    ),
    tests: tests('server/webhook', 'registry', 'events'),
  },
  {
    name: 'addresses',
    sources: [...inFolder('checkout', 'return-address'), ...inFolder('http', 'client-prefix')],
    tests: [...tests('server/checkout', 'return-address'), ...tests('server/http', 'client-prefix')],
  },
  {
    name: 'doors',
    sources: inFolder('http', 'cors', 'rate-limit'),
    tests: [...tests('server/http', 'cors', 'rate-limit'), ...tests('reliability', 'rate-limits')],
  },
];
