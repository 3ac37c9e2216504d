/** Step webhook: `/v1/disputes`. */
import { answerDispute, closeDispute, isAnswerable } from '../billing/disputes.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { flag, mapOf, mergeMetadata, metadata, oneOf, passive, text } from '../http/read.ts';
import type { Dispute } from '../objects/refund.ts';
import type { World } from '../world.ts';

const filters = { ...listFields, created, charge: text, payment_intent: text } as const;
const updateFields = {
  evidence: mapOf(passive),
  intended_submission_method: oneOf('manual', 'prefer_manual', 'prefer_smart_disputes', 'smart_disputes'),
  metadata,
  submit: flag,
} as const;

const find = (world: World, id: string): Dispute => found(world.tables.disputes.get(id), 'dispute', id);

function list({ world, params }: Call<typeof filters>): object {
  const rows = (params.charge === undefined ? world.tables.disputes.all() : world.tables.disputes.of(params.charge))
    .filter((row) => params.payment_intent === undefined || row.payment_intent === params.payment_intent)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/disputes');
}

function update({ world, id, params }: Call<typeof updateFields>): Dispute {
  const before = find(world, id);
  if (params.evidence && !isAnswerable(before)) throw invalid('This dispute no longer takes evidence.');
  for (const name of Object.keys(params.evidence ?? {})) {
    if (!Object.hasOwn(before.evidence, name) && name !== 'appeal') {
      throw invalid(`Received unknown parameter: evidence[${name}]`, 'parameter_unknown', `evidence[${name}]`);
    }
  }
  const submits = params.evidence !== undefined && (params.submit ?? true);
  return answerDispute(world, before, params.evidence ?? {}, submits, {
    intended_submission_method: params.intended_submission_method ?? before.intended_submission_method,
    metadata: mergeMetadata(before.metadata, params.metadata),
  });
}

function close({ world, id }: Call<Record<never, never>>): Dispute {
  const dispute = find(world, id);
  if (!isAnswerable(dispute)) throw invalid('This dispute is already closed.');
  return closeDispute(world, dispute, 'lost');
}

export function disputes(offer: Offer): void {
  offer('get', '/disputes', { fields: filters, run: list });
  offer('get', '/disputes/:id', { fields: {}, run: ({ world, id }) => find(world, id) });
  offer('post', '/disputes/:id', { fields: updateFields, run: update });
  offer('post', '/disputes/:id/close', { fields: {}, run: close });
}
