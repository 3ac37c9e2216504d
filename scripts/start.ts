/**
 * `npm start`: the demo; `npm start -- redis-hosting` with another of examples/catalogs. Ctrl-C ends all of it.
 * `--once` asks every address for an answer and ends, for tests and figures.
 */
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { at } from './paths.ts';
import { startDemo, type Demo } from './start/demo.ts';

const once = process.argv.includes('--once');
const [catalog = 'team-suite'] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const catalogs = globSync('examples/catalogs/*.json', { cwd: at('') }).map((path) => basename(path, '.json'));

function introduce({ urls }: Demo): void {
  const rows = [
    ['Prices', urls.pricing],
    ['Your account', urls.manage],
    ['Pay on the page', urls.card],
    ['Turn the clock', urls.clock],
    ['Read the mails', urls.mails],
    ['Script tag', urls.till],
  ];
  console.log(`\n${rows.map(([name = '', url = '']) => `  ${name.padEnd(16)} ${url}`).join('\n')}\n`);
  console.log('  Test cards: 4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined, 4000 0000 0000 3220 asks for 3D Secure.');
  console.log(`  Catalogs: ${catalogs.join(', ')} (npm start -- NAME). Ctrl-C ends the demo.\n`);
}

/** Every address must answer 200. */
async function checkAnswers({ urls }: Demo): Promise<void> {
  for (const url of Object.values(urls)) {
    const { status } = await fetch(url);
    if (status !== 200) throw new Error(`${url} answered ${status}`);
    if (url === urls.pricing) console.log(`First page after ${(performance.now() / 1000).toFixed(1)} s.`);
  }
  console.log(`${Object.keys(urls).length} addresses answered 200.`);
}

if (!catalogs.includes(catalog)) {
  console.error(`There is no catalog "${catalog}"; there are ${catalogs.join(', ')}.`);
  process.exit(1);
}
const demo = await startDemo(catalog);
introduce(demo);
if (once) {
  await checkAnswers(demo).finally(() => demo.close());
} else {
  const stop = (): void => {
    process.exitCode = 0;
    void demo.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
