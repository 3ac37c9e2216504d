/** The `till` program in the process of a test, with what it wrote. */
import { runCli, type CliSurroundings } from '@tillkit/server/command-line';

export interface RanCommand {
  readonly lines: readonly string[];
  /** The sentence with which it failed; undefined when it did not. */
  readonly fault: string | undefined;
}

/** Runs `till COMMAND`; a fault is told, not thrown. */
export async function runTill(command: string, surroundings: Omit<CliSurroundings, 'write'>): Promise<RanCommand> {
  const lines: string[] = [];
  const fault = await runCli(command.split(' '), { ...surroundings, write: (line) => lines.push(...line.split('\n')) }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return { lines, fault };
}
