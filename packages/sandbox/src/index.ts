/**
 * @tillkit/sandbox: a stateful stand-in for Stripe Billing, for development and tests.
 *
 * Promise: it imports nothing of Tillkit, so that its totals are an independent check on it.
 */
export { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
export type { Delivery } from './webhooks/deliveries.ts';
export type { Exchange, Observer } from './http/observer.ts';
export type { StripeEvent } from './objects/event.ts';
export type { Listening } from './listen.ts';
export type { FaultKind, FaultRule } from './http/faults.ts';
export type { RateLimits } from './http/rate-limit.ts';
export type { WebhookMode } from './webhooks/mode.ts';
export { liveRetrySeconds, sandboxRetrySeconds } from './unconfirmed.ts';
