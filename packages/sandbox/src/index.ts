/**
 * @tillkit/sandbox: a stateful stand-in for Stripe Billing, for development and tests.
 *
 * Promise: it imports nothing of Tillkit, so that its totals are an independent check on it.
 */
export { createSandbox, type Sandbox } from './sandbox.ts';
export type { SandboxOptions } from './options.ts';
export { parseSeed, type Seed, type SeedStep } from './seed/seed.ts';
export type { SeedNames } from './seed/plant.ts';
export type { Snapshot } from './snapshot/snapshot.ts';
export type { Delivery } from './webhooks/deliveries.ts';
export type { Exchange, Observer } from './http/observer.ts';
export type { StripeEvent } from './objects/event.ts';
export type { Listening } from './listen.ts';
export type { FaultKind, FaultRule } from './http/faults.ts';
export type { RateLimits } from './http/rate-limit.ts';
export type { WebhookMode } from './webhooks/mode.ts';
export { liveRetrySeconds, sandboxRetrySeconds } from './unconfirmed.ts';
