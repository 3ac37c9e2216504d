/** `npm run new widget NAME`: writes the four files of a new widget, and says where it has to be named. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { widgetFiles } from './new/widget.ts';
import { at } from './paths.ts';

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

const [kind, given = ''] = process.argv.slice(2);
const name = given.replace(/^till-/u, '');
if (kind !== 'widget' || !/^[a-z][a-z\d]*(?:-[a-z\d]+)*$/u.test(name))
  stop('Usage: npm run new widget NAME, where NAME is like gift-card.');
const files = widgetFiles(name);
const taken = files.find(({ path }) => existsSync(at(path)));
if (taken) stop(`${taken.path} is there already.`);
for (const { path, text } of files) {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
  console.log(path);
}
console.log(`Name it in packages/widgets/src/index.ts, and in till.ts: at once, or in "lazy" when few pages have a <till-${name}>.`);
