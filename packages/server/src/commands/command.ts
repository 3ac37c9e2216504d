/** What a command of the `till` program is given, and how its words are found. */
import type { Environment } from '../config.ts';

export interface CliSurroundings {
  readonly environment: Environment;
  readonly write: (line: string) => void;
  /** Replaces the network to Stripe. */
  readonly stripeFetch?: typeof globalThis.fetch;
  /** Unix seconds; default: the system clock. */
  readonly now?: () => number;
}

/** What stood behind the command's name. */
export interface CommandLine {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** Does the command's work; throws an error whose message is for the person at the keyboard. */
export type Command = (line: CommandLine, surroundings: CliSurroundings) => Promise<void>;

/** The one word that a command needs; throws a sentence when it is missing or not alone. */
export function onlyWord({ words }: CommandLine, what: string): string {
  const [word, ...more] = words;
  if (word === undefined || more.length > 0) throw new Error(`Name one ${what}.`);
  return word;
}

/** For commands that take no words. */
export function noWords({ words }: CommandLine): void {
  if (words.length > 0) throw new Error(`"${words.join(' ')}" is not understood here.`);
}

/** The text behind `--name`, if it was given. */
export function textOption({ options }: CommandLine, name: string): string | undefined {
  const given = options[name];
  return typeof given === 'string' ? given : undefined;
}

export const systemClock = (): number => Math.floor(Date.now() / 1000);

/** Rows under one another, each column as wide as its longest word. */
export function toTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((word, column) => word.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
