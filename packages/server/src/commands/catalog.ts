/** Step 1, catalog: `till catalog check|plan|apply`. Applying twice does nothing the second time. */
import { catalogGaps } from '@tillkit/core/catalog/catalog-gaps';
import type { CatalogFile } from '@tillkit/core/catalog/catalog-file';
import { silentFields } from '@tillkit/core/catalog/silent-fields';
import { planCatalog } from '../catalog/apply-catalog.ts';
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
  const { foreign, steps, take } = await planCatalog(createStripeGateway(result.config, stripeFetch), file);
  if (foreign.length > 0 && !line.options['take-over'])
    throw new Error(
      [...foreign, 'Give this catalog an "id" and lookup keys of its own, or take all of these over with --take-over.'].join('\n'),
    );
  if (steps.length === 0) return write('Stripe matches the catalog: nothing to do.');
  for (const step of steps) {
    if (takes) await take(step);
    write(`${takes ? 'done' : 'would'} ${step.text}`);
  }
  write(takes ? `Stripe matches the catalog now: ${steps.length} steps taken.` : `${steps.length} steps; "till catalog apply" takes them.`);
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
