/**
 * The commands of the `till` program.
 *
 * Promise: what goes wrong is one sentence; nothing that is done twice has an effect twice.
 */
import { parseArgs } from 'node:util';
import { readCatalogFile } from './catalog/read-catalog-file.ts';
import { readStripeConfig, type Environment } from './config.ts';
import { createStripeGateway } from './stripe/gateway.ts';

const usage = `Usage:
  till serve                          run the companion server
  till catalog plan  [--file FILE]    show what Stripe lacks to match the catalog
  till catalog apply [--file FILE]    make Stripe match the catalog (--dry-run only shows it)
  till snippet [--server URL]         print the HTML to paste into a page

The environment is described in .env.example; a file .env in the current folder is read.`;

export interface CliSurroundings {
  readonly environment: Environment;
  readonly write: (line: string) => void;
  /** Replaces the network to Stripe. */
  readonly stripeFetch?: typeof globalThis.fetch;
}

/** Runs one command; throws an error whose message is for the person at the keyboard. */
export async function runCli(commandLine: readonly string[], surroundings: CliSurroundings): Promise<void> {
  const { values, positionals } = parseCommand(commandLine);
  const { environment, write } = surroundings;
  const file = values.file ?? environment.TILL_CATALOG ?? './till.catalog.json';
  switch (positionals.join(' ')) {
    case 'serve': {
      const { runServer } = await import('./main.ts');
      return runServer(environment);
    }
    case 'catalog plan':
      return catalogCommand(file, false, surroundings);
    case 'catalog apply':
      return catalogCommand(file, !values['dry-run'], surroundings);
    case 'snippet': {
      const { snippet } = await import('./ops/snippet.ts');
      return write(snippet(await readCatalogFile(file), toServer(values.server)));
    }
    default:
      if (values.help || positionals.length === 0) return write(usage);
      throw new Error(`"till ${positionals.join(' ')}" is not a command; "till --help" lists them.`);
  }
}

function parseCommand(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      allowPositionals: true,
      options: {
        file: { type: 'string' },
        'dry-run': { type: 'boolean' },
        server: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Error(error instanceof Error ? error.message : 'The command line cannot be read.', { cause: error });
  }
}

async function catalogCommand(path: string, apply: boolean, { environment, write, stripeFetch }: CliSurroundings): Promise<void> {
  const result = readStripeConfig(environment);
  if (!result.ok) throw new Error(result.faults.join('\n'));
  const file = await readCatalogFile(path);
  const { planCatalog } = await import('./catalog/apply-catalog.ts');
  const { steps, take } = await planCatalog(createStripeGateway(result.config, stripeFetch), file);
  if (steps.length === 0) return write('Stripe matches the catalog: nothing to do.');
  for (const step of steps) {
    if (apply) await take(step);
    write(`${apply ? 'done' : 'would'} ${step.text}`);
  }
  write(apply ? `Stripe matches the catalog now: ${steps.length} steps taken.` : `${steps.length} steps; "till catalog apply" takes them.`);
}

function toServer(given = 'http://localhost:8787'): string {
  const url = URL.parse(given);
  if (!url || !/^https?:$/u.test(url.protocol))
    throw new Error(`--server must be an address such as https://billing.example, not "${given}".`);
  return url.origin;
}
