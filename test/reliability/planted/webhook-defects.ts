/** Mistakes on the way from Stripe's event to the mirror and what is told of it. */
import type { Defect } from './defect.ts';

const source = 'packages/server/src';
const reliability = 'test/reliability';
const signatures = [`${reliability}/signatures.test.ts`];
const absence = [`${reliability}/absence.test.ts`];
const claims = [`${reliability}/claims.test.ts`];
const interleavings = [`${reliability}/interleavings.test.ts`];
const trouble = [`${reliability}/stripe-trouble.test.ts`];
const webhooks = ['test/server/webhook/webhooks.test.ts'];

const intake: readonly Defect[] = [
  {
    name: 'the signature is not checked',
    file: `${source}/stripe/verify-webhook.ts`,
    before: 'webhooks.signature!.verifyHeader(text, signature, secret, 0);',
    after: '',
    caughtBy: signatures,
  },
  {
    name: 'the moment of a signature is judged on one side only',
    file: `${source}/stripe/verify-webhook.ts`,
    before: 'Math.abs(now - signedAt) <= maxSkewSeconds',
    after: 'now - signedAt <= maxSkewSeconds',
    caughtBy: signatures,
  },
  {
    name: 'the window is a second too wide',
    file: `${source}/stripe/verify-webhook.ts`,
    before: 'const maxSkewSeconds = 300;',
    after: 'const maxSkewSeconds = 301;',
    caughtBy: signatures,
  },
  {
    name: 'several signature headers are read as one',
    file: `${source}/stripe/verify-webhook.ts`,
    before: '|| !wellFormed.test(header)',
    after: '',
    caughtBy: signatures,
  },
  {
    name: 'only the first of the configured secrets is tried',
    file: `${source}/stripe/verify-webhook.ts`,
    before: 'for (const secret of secrets)',
    after: 'for (const secret of secrets.slice(0, 1))',
    caughtBy: signatures,
  },
  {
    name: 'the server starts without a webhook secret',
    file: `${source}/config.ts`,
    before: "faults.push('STRIPE_WEBHOOK_SECRET is missing",
    after: "void ('STRIPE_WEBHOOK_SECRET is missing",
    caughtBy: signatures,
  },
  {
    name: 'events of the other mode are taken',
    file: `${source}/webhook/webhooks.ts`,
    before: 'event.livemode === livemode && ',
    after: '',
    caughtBy: absence,
    only: 'genuine',
  },
  {
    name: 'events of another account are taken',
    file: `${source}/webhook/webhooks.ts`,
    before: ' && event.account === undefined',
    after: '',
    caughtBy: absence,
    only: 'genuine',
  },
  {
    name: 'an event is acknowledged before it is committed',
    file: `${source}/webhook/webhooks.ts`,
    before: 'await store.inbox.add(row).catch(',
    after: 'void store.inbox.add(row).catch(() => undefined).catch(',
    caughtBy: webhooks,
  },
  {
    name: 'Stripe is asked before an event is acknowledged',
    file: `${source}/webhook/webhooks.ts`,
    before: 'worker.wake();',
    after: 'worker.wake(); await (await stripe()).events.retrieve(event.id).catch(() => undefined);',
    caughtBy: webhooks,
  },
  {
    name: 'an event that was here already is an error',
    file: `${source}/store/inbox.ts`,
    before: 'on conflict (event_id) do nothing ',
    after: '',
    caughtBy: signatures,
  },
  {
    name: 'thin events are not understood',
    file: `${source}/stripe/webhook-event.ts`,
    before: String.raw`name.replace(/^v1\./u, '')`,
    after: 'name',
    caughtBy: [`${reliability}/api-versions.test.ts`],
  },
];

const applying: readonly Defect[] = [
  {
    name: 'an older reading replaces a later one',
    file: `${source}/store/subscriptions.ts`,
    before: "where('subscriptions.fetchToken', '<', fetchToken)",
    after: "where('subscriptions.fetchToken', '<>', fetchToken)",
    caughtBy: interleavings,
    only: 'SQLite',
  },
  {
    name: 'the order of readings is the order of the answers',
    file: `${source}/subscription/mirror.ts`,
    before: 'const fetchToken = await subscriptions.nextFetchToken();\n    const fact = await readSubscription(stripe, subscriptionId);',
    after: 'const fact = await readSubscription(stripe, subscriptionId);\n    const fetchToken = await subscriptions.nextFetchToken();',
    caughtBy: interleavings,
    only: 'SQLite',
  },
  {
    name: 'an older reading brings back what is gone',
    file: `${source}/store/subscriptions.ts`,
    before: 'if (gone && gone.fetchToken > fetchToken) return false;',
    after: '',
    caughtBy: interleavings,
    only: 'SQLite',
  },
  {
    name: 'what was not begun stays claimed',
    file: `${source}/webhook/worker.ts`,
    before: 'await store.inbox.release(left);',
    after: '',
    caughtBy: claims,
  },
  {
    name: 'a claim keeps nobody away',
    file: `${source}/store/inbox.ts`,
    before: "where(isOver('claimedUntil', now, claimSeconds))",
    after: "where('claimedUntil', '>=', 0)",
    caughtBy: claims,
  },
  {
    name: 'a late failure undoes what another has applied',
    file: `${source}/store/inbox.ts`,
    before: "where('status', '=', 'pending')\n        .where('claimedUntil', '=', row.claimedUntil)",
    after: "where('attempts', '>=', 0)",
    caughtBy: claims,
  },
  {
    name: 'tries are not counted',
    file: `${source}/store/inbox.ts`,
    before: 'const attempts = row.attempts + 1;',
    after: 'const attempts = row.attempts;',
    caughtBy: trouble,
    only: 'poison',
  },
  {
    name: 'an outage of Stripe kills events',
    file: `${source}/store/inbox.ts`,
    before: '(attempts >= maxAttempts && !outage)',
    after: 'attempts >= maxAttempts',
    caughtBy: trouble,
    only: 'two days',
  },
  {
    name: 'the background keeps no pace',
    file: `${source}/stripe/gateway.ts`,
    before: 'await turn();',
    after: '',
    caughtBy: ['test/server/stripe/gateway.test.ts'],
  },
  {
    name: 'a step is told again at every reading',
    file: `${source}/subscription/mirror.ts`,
    before: 'transitions(before, fact, {',
    after: 'transitions(undefined, fact, {',
    caughtBy: [`${reliability}/crashes.test.ts`],
    only: 'SQLite',
  },
];

const afterwards: readonly Defect[] = [
  {
    name: 'a sweep looks only at what happens from now on',
    file: `${source}/webhook/sweeps.ts`,
    before: '(since ?? startedAt) - overlapSeconds',
    after: 'startedAt',
    caughtBy: absence,
  },
  {
    name: 'after a long absence only what looks different is read again',
    file: `${source}/webhook/sweeps.ts`,
    before: '!looksRight || (everything && (isLive(known) || known.oneTime))',
    after: '!looksRight',
    caughtBy: absence,
  },
  {
    name: 'every process does the repeated work',
    file: `${source}/store/turns.ts`,
    before: "where(isOver('counters.value', now, everySeconds))",
    after: "where('counters.value', '>=', 0)",
    caughtBy: claims,
  },
  {
    name: 'a consumer that fails is taken for one that heard',
    file: `${source}/outbox/outbox-worker.ts`,
    before: 'if (wanted) await consumer.deliver(entry);',
    after: 'if (wanted) void consumer.deliver(entry).catch(() => undefined);',
    caughtBy: claims,
  },
  {
    name: 'event ids are forgotten before Stripe stops sending them',
    file: `${source}/ops/retention.ts`,
    before: 'const inboxDays = 35;',
    after: 'const inboxDays = 20;',
    caughtBy: claims,
  },
];

export const webhookDefects: readonly Defect[] = [...intake, ...applying, ...afterwards];
