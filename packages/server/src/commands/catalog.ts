/** Step 1, catalog: `till catalog check|plan|apply`. Applying twice does nothing the second time. */
import { catalogGaps } from '@tillkit/core/catalog/catalog-gaps';
import type { CatalogFile } from '@tillkit/core/catalog/catalog-file';
import { silentFields } from '@tillkit/core/catalog/silent-fields';
import { planCatalog, type CatalogPlan } from '../catalog/apply-catalog.ts';
import { readCatalogFile } from '../catalog/read-catalog-file.ts';
import { readCatalogPath, readStripeConfig } from '../config.ts';
import { createStripeGateway } from '../stripe/gateway.ts';
import { noWords, textOption, type CliSurroundings, type Command, type CommandLine } from './command.ts';

/** till catalog plan */
export const plan: Command = (line, surroundings) => compare(line, surroundings, false);

/** till catalog apply */
export const apply: Command = (line, surroundings) => compare(line, surroundings, !line.options['dry-run']);

async function compare(line: CommandLine, { environment, write, stripeFetch }: CliSurroundings, takes: boolean): Promise<void> {
  noWords(line);
  const result = readStripeConfig(environment);
  if (!result.ok) throw new Error(result.faults.join('\n'));
  const file = await readCatalogFile(textOption(line, 'file') ?? readCatalogPath(environment));
  writeNotes(file, write);
  const { foreign, unnamed, steps, take } = await planCatalog(createStripeGateway(result.config, stripeFetch), file);
  if (foreign.length > 0 && !line.options['take-over'])
    throw new Error(
      [...foreign, 'Give this catalog an "id" and lookup keys of its own, or take all of these over with --take-over.'].join('\n'),
    );
  if (steps.length === 0) return write('Stripe matches the catalog: nothing to do.');
  if (file.id === undefined) tellUnnamed(unnamed, write, Boolean(line.options['take-over']));
  for (const step of steps) {
    if (takes) await take(step);
    write(`${takes ? 'done' : 'would'} ${step.text}`);
  }
  write(takes ? `Stripe matches the catalog now: ${steps.length} steps taken.` : `${steps.length} steps; "till catalog apply" takes them.`);
}

/** Two files without an id would overwrite each other's products: says so, and refuses where this one is plainly another file. */
function tellUnnamed({ unknown, isAnother }: CatalogPlan['unnamed'], write: CliSurroundings['write'], takesOver: boolean): void {
  const names = unknown.map(({ name }) => `"${name}"`).join(', ');
  if (isAnother && !takesOver)
    throw new Error(
      `Stripe has products of a catalog without an "id" (${names}), and this file, which has no "id" either, names none of them.\n` +
        'If it is another catalog, give it an "id"; if it takes the place of that one, say so with --take-over: nothing is deleted.',
    );
  write('note id: This file has no "id". A second catalog on the same Stripe account needs one: else they overwrite each other.');
  if (unknown.length > 0) write(`note id: Stripe has products of a catalog without an "id" that this file does not name: ${names}.`);
}

/** till catalog check: the file alone, without a key and without a call to Stripe. */
export const check: Command = async (line, { environment, write }) => {
  noWords(line);
  const path = textOption(line, 'file') ?? readCatalogPath(environment);
  const file = await readCatalogFile(path);
  writeNotes(file, write);
  write(`${path} can be sold as it is.`);
};

/** What the owner may not have meant, and nothing refuses. */
function writeNotes(file: CatalogFile, write: CliSurroundings['write']): void {
  for (const { path, message } of [...catalogGaps(file), ...silentFields(file)]) write(`note ${path}: ${message}`);
}
