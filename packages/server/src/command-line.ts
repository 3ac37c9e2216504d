/**
 * The commands of the `till` program, by name.
 *
 * Promise: what goes wrong is one sentence; nothing that is done twice has an effect twice. Only the code of the command
 * that was asked for is loaded.
 */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type { CliSurroundings, Command } from './commands/command.ts';

export type { CliSurroundings } from './commands/command.ts';

interface Entry {
  /** The name, then what may stand behind it. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: ParseArgsOptionsConfig;
  readonly load: () => Promise<Command>;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const entries: Readonly<Record<string, Entry>> = {
  serve: {
    usage: 'serve',
    summary: 'run the companion server',
    load: async () => (await import('./commands/serve.ts')).run,
  },
  'catalog check': {
    usage: 'catalog check [--file FILE]',
    summary: 'look at the catalog file alone, without Stripe',
    options: { file: text },
    load: async () => (await import('./commands/catalog.ts')).check,
  },
  'catalog plan': {
    usage: 'catalog plan [--file FILE]',
    summary: 'show what Stripe lacks to match the catalog',
    options: { file: text },
    load: async () => (await import('./commands/catalog.ts')).plan,
  },
  'catalog apply': {
    usage: 'catalog apply [--file FILE] [--dry-run] [--take-over]',
    summary: 'make Stripe match the catalog',
    options: { file: text, 'dry-run': flag, 'take-over': flag },
    load: async () => (await import('./commands/catalog.ts')).apply,
  },
  snippet: {
    usage: 'snippet [--file FILE] [--server URL]',
    summary: 'print the HTML to paste into a page',
    options: { file: text, server: text },
    load: async () => (await import('./commands/snippet.ts')).run,
  },
  doctor: {
    usage: 'doctor [--url URL] [--json]',
    summary: 'look at settings, Stripe and the database, and say what to do',
    options: { url: text, json: flag },
    load: async () => (await import('./commands/doctor.ts')).run,
  },
  'inbox list': {
    usage: 'inbox list [--status dead|pending|applied] [--limit N] [--json]',
    summary: 'events from Stripe, by default those that were given up',
    options: { status: text, limit: text, json: flag },
    load: async () => (await import('./commands/inbox.ts')).list,
  },
  'inbox show': {
    usage: 'inbox show EVENT',
    summary: 'everything that is known of an event',
    load: async () => (await import('./commands/inbox.ts')).show,
  },
  'inbox replay': {
    usage: 'inbox replay EVENT | --all',
    summary: 'try an event again that was given up',
    options: { all: flag },
    load: async () => (await import('./commands/inbox.ts')).replay,
  },
  'inbox discard': {
    usage: 'inbox discard EVENT',
    summary: 'settle an event without applying it',
    load: async () => (await import('./commands/inbox.ts')).discard,
  },
  reconcile: {
    usage: 'reconcile [--full]',
    summary: 'look at Stripe for what was never delivered; --full compares all subscriptions',
    options: { full: flag },
    load: async () => (await import('./commands/reconcile.ts')).run,
  },
  migrate: {
    usage: 'migrate [--check]',
    summary: "bring the database's schema up to date; --check only tells",
    options: { check: flag },
    load: async () => (await import('./commands/migrate.ts')).run,
  },
  backup: {
    usage: 'backup FILE',
    summary: 'copy the SQLite database while the server runs',
    load: async () => (await import('./commands/backup.ts')).run,
  },
};

/** Runs one command; throws an error whose message is for the person at the keyboard. */
export async function runCli(commandLine: readonly string[], surroundings: CliSurroundings): Promise<void> {
  const name = Object.keys(entries).find((known) => known.split(' ').every((word, at) => commandLine[at] === word));
  const entry = name === undefined ? undefined : entries[name];
  if (!name || !entry) {
    const asksForHelp = commandLine.length === 0 || commandLine.includes('--help') || commandLine.includes('-h');
    if (asksForHelp) return surroundings.write(usage());
    throw new Error(`"till ${commandLine.join(' ')}" is not a command; "till --help" lists them.`);
  }
  const { values, positionals } = parse(commandLine.slice(name.split(' ').length), entry.options);
  if (values.help) return surroundings.write(`till ${entry.usage}\n    ${entry.summary}`);
  const command = await entry.load();
  await command({ words: positionals, options: values as Record<string, string | boolean | undefined> }, surroundings);
}

function parse(rest: readonly string[], options: ParseArgsOptionsConfig = {}) {
  try {
    return parseArgs({ args: [...rest], allowPositionals: true, options: { ...options, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new Error(error instanceof Error ? error.message : 'The command line cannot be read.', { cause: error });
  }
}

function usage(): string {
  const lines = Object.values(entries).map((entry) => `  till ${entry.usage}\n      ${entry.summary}`);
  return ['Usage:', ...lines, '', 'The environment is described in .env.example; a file .env in the current folder is read.'].join('\n');
}
