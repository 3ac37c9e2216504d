/** GET /openapi.json: the contract's own schemas as OpenAPI 3.1; the converter is loaded when somebody asks. */
import { ProblemSchema } from '@tillkit/core/contract/contract';
import { errorCodes, type ErrorCode } from '@tillkit/core/contract/error-codes';
import { Hono } from 'hono';
import type { GenericSchema } from 'valibot';
import type { TillEnv } from '../till.ts';
import type { Operation } from './api-description.ts';

type Json = Record<string, unknown>;
type ToSchema = (schema: GenericSchema) => Json;

const commonRefusals: Record<Operation['access'], readonly ErrorCode[]> = {
  public: ['internal_error'],
  origin: ['origin_not_allowed', 'invalid_request', 'json_expected', 'body_too_large', 'stripe_unavailable', 'not_ready', 'internal_error'],
  // a customer may be deleted, or another's, by the time that Stripe is asked
  session: ['origin_not_allowed', 'signed_out', 'not_possible_now', 'invalid_request', 'stripe_unavailable', 'not_ready', 'internal_error'],
};

export function openapi(operations: readonly Operation[]) {
  let description: Promise<Json> | undefined;
  return new Hono<TillEnv>().get('/openapi.json', async (c) => c.json(await (description ??= describe(operations))));
}

async function describe(operations: readonly Operation[]): Promise<Json> {
  const { toJsonSchema } = await import('@valibot/to-json-schema');
  const toSchema: ToSchema = (schema) => {
    const { $schema: _, ...json } = toJsonSchema(schema, { errorMode: 'ignore' }) as Json;
    return json;
  };
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/gu, '{$1}');
    (paths[path] ??= {})[operation.method] = describeOperation(operation, toSchema);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tillkit companion server', version: '1', license: { name: 'MIT', identifier: 'MIT' } },
    paths,
    components: {
      schemas: { Problem: toSchema(ProblemSchema) },
      securitySchemes: { session: { type: 'http', scheme: 'bearer', description: 'Opaque token of POST /v1/sessions.' } },
    },
  };
}

function describeOperation(operation: Operation, toSchema: ToSchema): Json {
  const { path, summary, query = [], request, response, success, access } = operation;
  const inPath = [...path.matchAll(/:(\w+)/gu)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const inQuery = query.map((name) => ({ name, in: 'query', required: false, schema: { type: 'string' } }));
  return {
    summary,
    operationId: nameOf(`${operation.method} ${path}`),
    ...(inPath.length + inQuery.length > 0 && { parameters: [...inPath, ...inQuery] }),
    ...(request && { requestBody: { required: true, content: { 'application/json': { schema: toSchema(request) } } } }),
    ...(access === 'session' && { security: [{ session: [] }] }),
    responses: {
      [success]: { description: 'Done.', ...(response && { content: { 'application/json': { schema: toSchema(response) } } }) },
      ...describeRefusals([...commonRefusals[access], ...(operation.refusals ?? [])]),
    },
  };
}

/** `post /v1/sessions` as `postV1Sessions`. */
function nameOf(route: string): string {
  const [first = '', ...words] = route.split(/[^a-z0-9]/iu).filter(Boolean);
  return first + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** One response for each status, naming the codes that it may carry. */
function describeRefusals(codes: readonly ErrorCode[]): Json {
  const byStatus = Map.groupBy(new Set(codes), (code) => errorCodes[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join(' '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
