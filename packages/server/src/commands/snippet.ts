import { readCatalogFile } from '../catalog/read-catalog-file.ts';
import { readCatalogPath } from '../config.ts';
import { snippet } from '../ops/snippet.ts';
import { noWords, textOption, type Command } from './command.ts';

/** till snippet: the HTML to paste into a page. */
export const run: Command = async (line, { environment, write }) => {
  noWords(line);
  const file = await readCatalogFile(textOption(line, 'file') ?? readCatalogPath(environment));
  write(snippet(file, toServer(textOption(line, 'server'))));
};

function toServer(given = 'http://localhost:8787'): string {
  const url = URL.parse(given);
  if (!url || !/^https?:$/u.test(url.protocol))
    throw new Error(`--server must be an address such as https://billing.example, not "${given}".`);
  return url.origin;
}
