/**
 * Looks on at every sandbox of a test file and holds what it sees against Stripe's contract.
 *
 * Promise: a request that was taken, every answer and every event is judged; what was seen is counted for the figures.
 */
import { randomUUID } from 'node:crypto';
import type { Exchange, Observer, StripeEvent } from '@tillkit/sandbox';
import { loadContract } from '../../scripts/contract/contract.ts';
import type { Operation, Schema } from '../../scripts/contract/schema.ts';
import { Checker } from './check.ts';
import { Routes } from './routes.ts';

const contract = await loadContract();
const routes = new Routes(contract.operations);
const json = new Checker(contract.schemas, 'json');
const form = new Checker(contract.schemas, 'form');

/** Codes that Stripe documents and its SDK does not list: docs.stripe.com/changelog/endive. */
const documentedCodes = new Set(['payment_method_types_no_longer_supported']);

const isDocumented = (body: unknown): boolean => documentedCodes.has((body as { error?: { code?: string } }).error?.code ?? '');

/** Stripe describes the errors of its API once, as what is left of a failed payment. */
const refusal: Schema = {
  type: 'object',
  properties: { error: { $ref: 'PaymentIntent.LastPaymentError' } },
  required: ['error'],
  additionalProperties: false,
};

/** Tells apart what several processes have seen. */
export const observerId = randomUUID();

/** What a run of tests has seen. */
export interface Seen {
  /** Names of operations that were answered with success. */
  readonly operations: Record<string, number>;
  readonly eventTypes: Record<string, number>;
  requests: number;
  responses: number;
  refusals: number;
  violations: number;
  /** Parameters of offered operations, and how many of them are not refused as unknown. */
  parameters: number;
  parametersKnown: number;
}

export const seen: Seen = {
  operations: {},
  eventTypes: {},
  requests: 0,
  responses: 0,
  refusals: 0,
  violations: 0,
  parameters: 0,
  parametersKnown: 0,
};
const found = new Set<string>();
const eventSchemas: Readonly<Record<string, Schema>> = Object.fromEntries(
  Object.entries(contract.events).map(([type, $ref]) => [type, { $ref }]),
);

const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** Stripe's words for a parameter that it does not know; here said of one that it does. */
function isWronglyUnknown({ params }: Operation, { params: given, body }: Exchange): string | null {
  const { error } = body as { error: { code?: string; param?: string } };
  if (error.code !== 'parameter_unknown' || !params) return null;
  return form.faults(params, given).length === 0 ? `${error.param ?? ''}: is refused, but Stripe knows it` : null;
}

/** What Stripe.js sends with its publishable key to prove whose intent it is, and the card that only it may send; the SDK's types are for servers. */
function withoutProof({ method, params }: Exchange): Exchange['params'] {
  if (method !== 'POST') return params;
  const { client_secret: proof, payment_method_data: card, ...others } = params;
  return proof === undefined && card !== undefined ? { ...others, payment_method_data: card } : others;
}

/** Calls that only Stripe.js makes: the SDK, which is where the contract comes from, does not describe them. */
const browserOnly = new Set(['POST /v1/confirmation_tokens']);

/** The faults of one call, as `attribute: what is wrong`. */
export function exchangeFaults(exchange: Exchange): string[] {
  const { method, path, status, body } = exchange;
  if (browserOnly.has(`${method} ${path}`)) return [];
  const operation = routes.find(method, path);
  if (!operation) return [`Stripe has no ${method} ${path}`];
  if (status >= 300) {
    if (isDocumented(body)) return [];
    const wrong = isWronglyUnknown(operation, exchange);
    return [
      ...json.faults(refusal, body).map((fault) => `${operation.name} (${status}) ${fault}`),
      ...(wrong ? [`${operation.name} ${wrong}`] : []),
    ];
  }
  const asked = operation.params ? form.faults(operation.params, withoutProof(exchange)) : [];
  return [
    ...asked.map((fault) => `${operation.name} was taken with ${fault}`),
    ...json.faults(operation.response, body).map((fault) => `${operation.name} answered ${fault}`),
  ];
}

/** The faults of one event. */
export function eventFaults(event: StripeEvent): string[] {
  const schema = eventSchemas[event.type];
  if (!schema) return [`Stripe has no event ${event.type}`];
  return json.faults(schema, JSON.parse(JSON.stringify(event))).map((fault) => `event ${event.type} ${fault}`);
}

function note(faults: readonly string[]): void {
  seen.violations += faults.length;
  for (const fault of faults) found.add(fault);
}

/** What every sandbox of the tests is given as `observe`. */
export const observe: Observer = {
  exchange(exchange) {
    seen.requests += 1;
    if (exchange.status < 300) {
      seen.responses += 1;
      count(seen.operations, routes.find(exchange.method, exchange.path)?.name ?? `${exchange.method} ${exchange.path}`);
    } else seen.refusals += 1;
    note(exchangeFaults(exchange));
  },
  event(event) {
    count(seen.eventTypes, event.type);
    note(eventFaults(event));
  },
};

/** Takes what was found since the last time, each fault once. */
export function takeViolations(): string[] {
  const taken = [...found];
  found.clear();
  return taken;
}
