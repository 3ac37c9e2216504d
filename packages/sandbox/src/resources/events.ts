/** Step webhook: `/v1/events`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { flag, listOf, text } from '../http/read.ts';

const filters = { ...listFields, created, delivery_success: flag, type: text, types: listOf(text) } as const;

/** Whether `type` is asked for by `pattern`, e.g. `invoice.*`. */
export const matchesType = (type: string, pattern: string): boolean =>
  pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));

function list({ world, params }: Call<typeof filters>): object {
  const patterns = [...(params.types ?? []), ...(params.type === undefined ? [] : [params.type])];
  const rows = world.tables.events
    .all()
    .filter((row) => patterns.length === 0 || patterns.some((pattern) => matchesType(row.type, pattern)))
    .filter((row) => params.delivery_success === undefined || params.delivery_success === (row.pending_webhooks === 0))
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/events');
}

export function events(offer: Offer): void {
  offer('get', '/events', { fields: filters, run: list });
  offer('get', '/events/:id', { fields: {}, run: ({ world, id }) => found(world.tables.events.get(id), 'event', id) });
}
