/** What is mutated, and by which tests that must be noticed. */
import { globSync } from 'node:fs';
import { at } from '../paths.ts';

/** Source files, with the test files that concern them; others are not run, so that a whole run takes minutes, not hours. */
export interface MutantGroup {
  readonly name: string;
  /** Paths from the repository's root. */
  readonly sources: readonly string[];
  /** The quick ones first. */
  readonly tests: readonly string[];
  /** How many of these are tried for every mutant whose line they pass, ten tests a file (none-active.ts); default `filesFirst`. */
  readonly first?: number;
}

export const filesFirst = 6;

const server = 'packages/server/src';
const inFolder = (folder: string, ...names: readonly string[]): string[] => names.map((name) => `${server}/${folder}/${name}.ts`);
/** Every file of a folder but those that another group has. */
const wholeFolder = (folder: string, ...others: readonly string[]): string[] =>
  globSync(`${server}/${folder}/**/*.ts`, { cwd: at('') })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !others.some((name) => path === `${server}/${folder}/${name}.ts`))
    .toSorted();
const keys = ['api-key', 'owner-jwks', 'owner-key', 'owner-token'] as const;
const tests = (folder: string, ...names: readonly string[]): string[] => names.map((name) => `test/${folder}/${name}.test.ts`);

/** Identity, webhooks, and what stands in front of them (threat table, row 47), and everything that moves money: whole folders, no file left out. */
export const mutantGroups: readonly MutantGroup[] = [
  {
    name: 'keys',
    sources: inFolder('identity', ...keys),
    tests: [...tests('server/identity', 'api-key', 'owner-jwks', 'owner-key', 'owner-token'), ...tests('reliability', 'owner-tokens')],
  },
  {
    name: 'sessions',
    sources: wholeFolder('identity', ...keys),
    first: 8,
    tests: [
      ...tests('server/identity', 'of-one-before', 'address-put-right'),
      ...tests('server/identity', 'by-code', 'start-session', 'copied-token', 'told-to-stripe', 'return'),
      ...tests('server/identity', 'principal', 'ways-in', 'checkout-exchange', 'take-over', 'changed-address'),
      ...tests('server/identity', 'customer-language', 'deleted-customer', 'ensure-customer', 'odd-texts', 'sessions'),
      ...tests('server/identity', 'led-back', 'made-for-one-before'),
      ...tests('server/modules/privacy', 'erase'),
      ...tests('server/receipt', 'receipts'),
      ...tests('server/checkout', 'checkout-sessions'),
      ...tests('reliability', 'sessions'),
    ],
  },
  {
    name: 'signatures',
    sources: inFolder('stripe', 'verify-webhook'),
    tests: tests('server/stripe', 'verify-webhook'),
  },
  {
    name: 'inbox',
    sources: wholeFolder('webhook').filter((path) => !path.includes('/events/')),
    first: 7,
    tests: [
      ...tests('server/webhook', 'refused-signatures', 'answers', 'sweep-failures', 'webhooks', 'worker', 'sweeps'),
      ...tests('reliability', 'absence', 'claims'),
      ...tests('server/webhook', 'registry'),
    ],
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
    first: 8,
    tests: [
      ...tests('server/webhook', 'events'),
      ...tests('server/outbox', 'transitions', 'invoice-news'),
      ...tests('server/subscription', 'stale-plan', 'set-aside', 'duplicates', 'end-replaced', 'pending-changes', 'free-after-trial'),
      ...tests('server/identity', 'deleted-customer'),
      ...tests('server/webhook', 'registry'),
    ],
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
  {
    name: 'subscriptions',
    sources: wholeFolder('subscription'),
    first: 26,
    tests: [
      ...tests('server/subscription', 'comes-again', 'free-plan-due', 'direct-order', 'confirmed-change', 'duplicates', 'end-replaced'),
      ...tests(
        'server/subscription',
        'live',
        'last-known',
        'mirror',
        'lifecycle-rules',
        'set-aside',
        'turns',
        'pending-changes',
        'invoices',
        'perform-write',
        'one-of-its-group',
        'own',
        'portal-sessions',
        'stale-plan',
        'payment-refusal',
        'plan-of',
        'to-subscription',
        'trial-quantities',
        'ended-with-trial',
        'in-its-language',
      ),
      ...tests('server/stripe', 'idempotency-keys'),
      ...tests(
        'server/subscription',
        'subscriptions',
        'changes',
        'one-at-a-time',
        'lifecycle',
        'debt',
        'charged-change',
        'trial-changes',
        'change-modes',
        'trial-end',
        'only-one',
        'planned-change',
        'by-use',
        'free-after-trial',
        'kept-plan',
        'later-end',
        'owners-own',
        'paid-meanwhile',
        'use-at-the-end',
        'reached-no-more',
        'turn-lost',
      ),
      ...tests('server/preview', 'resume-preview'),
      ...tests('server/payment-methods', 'subscription-turns'),
      ...tests('server/checkout', 'shown-amounts'),
      ...tests('server/modules/privacy', 'erase'),
    ],
  },
  {
    name: 'previews',
    sources: wholeFolder('preview'),
    first: 9,
    tests: [
      ...tests('server/preview', 'accept-preview', 'plan-change', 'preview-change', 'preview-purchase', 'resumption-shown'),
      ...tests('server/preview', 'preview-token', 'bound-prices', 'other-currency', 'many-lines', 'resume-preview'),
      ...tests('server/subscription', 'confirmed-change', 'owners-own', 'by-use', 'trial-quantities'),
      ...tests('server/subscription', 'changes', 'one-at-a-time', 'trial-changes', 'change-modes', 'planned-change'),
      ...tests('server/preview', 'discounted', 'shown-then-charged'),
      ...tests('server/catalog', 'price-models'),
      ...tests('server/checkout', 'checkout-sessions', 'largest-amounts', 'shown-amounts'),
      ...tests('server/receipt', 'receipts'),
    ],
  },
  {
    name: 'checkouts',
    sources: wholeFolder('checkout', 'return-address'),
    tests: [
      ...tests('server/checkout', 'order', 'promotion-codes', 'buyer', 'what-was-opened', 'one-open-checkout', 'longer-than-its-turn'),
      ...tests('server/checkout', 'checkout-sessions', 'codes-of-one-text', 'held-up', 'largest-amounts', 'shown-amounts'),
      ...tests('server/checkout', 'reached-no-more'),
      ...tests('server/identity', 'checkout-exchange', 'customer-language'),
      ...tests('server/preview', 'bound-prices', 'other-currency'),
      ...tests('server/subscription', 'subscriptions', 'by-use', 'only-one', 'duplicates'),
      ...tests('server/stripe', 'idempotency-keys'),
      ...tests('reliability', 'checkout-slots', 'concurrent-checkouts'),
    ],
  },
  {
    name: 'payment-methods',
    sources: wholeFolder('payment-methods'),
    tests: [
      ...tests('server/payment-methods', 'payment-methods', 'goes-on', 'which-stay', 'several', 'late-default', 'subscription-turns'),
      ...tests('server/payment-methods', 'ended-meanwhile'),
      ...tests('server/preview', 'resume-preview'),
      ...tests('server/subscription', 'debt', 'only-one'),
      ...tests('server/stripe', 'idempotency-keys'),
    ],
  },
];
