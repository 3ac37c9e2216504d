import { noWords, type Command } from './command.ts';

/** till serve */
export const run: Command = async (line, { environment }) => {
  noWords(line);
  const { runServer } = await import('../main.ts');
  await runServer(environment);
};
