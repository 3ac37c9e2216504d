/** Step webhook: `/v1/webhook_endpoints`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { flag, listOf, mergeMetadata, metadata, passives, required, text } from '../http/read.ts';
import { apiVersion, type WebhookEndpoint } from '../objects/event.ts';
import { memory } from '../objects/memory.ts';
import { change, insert } from '../world.ts';

const createFields = {
  enabled_events: required(listOf(text)),
  url: required(text),
  description: text,
  metadata,
  api_version: text,
  ...passives('connect'),
} as const;
const updateFields = { enabled_events: listOf(text), url: text, description: text, metadata, disabled: flag } as const;

function demandUrl(url: string): void {
  if (!/^https?:\/\//u.test(url) || !URL.canParse(url))
    throw invalid('Invalid URL: An explicit scheme (such as https) must be provided.', 'url_invalid', 'url');
}

function create({ world, params }: Call<typeof createFields>): object {
  demandUrl(params.url);
  const secret = world.ids.next('whsec', 32);
  const endpoint = insert(world, 'endpoints', {
    id: world.ids.next('we'),
    object: 'webhook_endpoint',
    api_version: params.api_version ?? apiVersion,
    application: null,
    created: world.now(),
    description: params.description ?? null,
    enabled_events: params.enabled_events,
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    status: 'enabled',
    url: params.url,
    [memory]: { secret },
  });
  return { ...endpoint, secret };
}

function update({ world, id, params }: Call<typeof updateFields>): WebhookEndpoint {
  const before = found(world.tables.endpoints.get(id), 'webhook endpoint', id);
  if (params.url !== undefined) demandUrl(params.url);
  return change(world, 'endpoints', before, {
    enabled_events: params.enabled_events ?? before.enabled_events,
    url: params.url ?? before.url,
    description: params.description ?? before.description,
    metadata: mergeMetadata(before.metadata, params.metadata),
    status: params.disabled === undefined ? before.status : params.disabled ? 'disabled' : 'enabled',
  });
}

function remove({ world, id }: Call<Record<never, never>>): object {
  found(world.tables.endpoints.get(id), 'webhook endpoint', id);
  world.tables.endpoints.remove(id);
  return { id, object: 'webhook_endpoint', deleted: true };
}

export function webhookEndpoints(offer: Offer): void {
  offer('post', '/webhook_endpoints', { fields: createFields, run: create });
  offer('get', '/webhook_endpoints', {
    fields: listFields,
    run: ({ world, params }) => pageOf(world.tables.endpoints.all(), params, '/v1/webhook_endpoints'),
  });
  offer('get', '/webhook_endpoints/:id', {
    fields: {},
    run: ({ world, id }) => found(world.tables.endpoints.get(id), 'webhook endpoint', id),
  });
  offer('post', '/webhook_endpoints/:id', { fields: updateFields, run: update });
  offer('delete', '/webhook_endpoints/:id', { fields: {}, run: remove });
}
