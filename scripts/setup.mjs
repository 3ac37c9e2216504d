/**
 * Makes a fresh clone ready, before any other command: dependencies, the project's own Node, a browser for the tests.
 *
 * Promise: nothing is installed beforehand and nothing is done twice. It runs on whatever Node started npm (20 is enough),
 * imports no package, and says in one line what it does. `--browser` also looks for Chromium.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...path) => join(root, ...path);
const lock = at('package-lock.json');
const stamp = at('node_modules', '.tillkit-setup');
const packagedNode = at('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

/** The environment without this project's own programs, so that replacing node_modules does not remove the running Node. */
const outside = {
  ...process.env,
  PATH: (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes(`node_modules${sep}.bin`))
    .join(delimiter),
};

const say = (sentence) => process.stderr.write(`setup: ${sentence}\n`);

function stop(sentence) {
  say(sentence);
  process.exit(1);
}

const lockHash = () => createHash('sha256').update(readFileSync(lock)).digest('hex');

function isInstalled() {
  const installed = at('node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === lockHash();
  return statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

/** How many packages stand in node_modules by now; scopes are folders of packages. */
function countPackages() {
  const folder = at('node_modules');
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return names.reduce((sum, name) => sum + (name.startsWith('@') ? readdirSync(join(folder, name)).length : 1), 0);
}

async function install() {
  const total = Object.keys(JSON.parse(readFileSync(lock, 'utf8')).packages).filter(
    (path) => path.lastIndexOf('node_modules/') === 0,
  ).length;
  say(`installing about ${total} packages with "npm ci"; the first time this takes a minute or two`);
  const started = Date.now();
  const progress = setInterval(
    () => say(`${countPackages()} of about ${total} packages after ${Math.round((Date.now() - started) / 1000)} s`),
    10_000,
  );
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: outside,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  const code = await new Promise((resolve) => {
    npm.on('error', () => resolve(127));
    npm.on('close', resolve);
  });
  clearInterval(progress);
  if (code !== 0) stop(`"npm ci" ended with code ${code}; its messages stand above`);
  writeFileSync(stamp, lockHash());
  say(`installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Whether a program is Node at least `major.minor`; undefined when there is no such program. */
function nodeVersion(program, env) {
  const asked = spawnSync(program, ['--version'], { encoding: 'utf8', env, shell: process.platform === 'win32' });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}

function isAtLeast(version, major, minor) {
  const [is, has] = version.slice(1).split('.').map(Number);
  return is > major || (is === major && has >= minor);
}

function checkNode() {
  const packaged = existsSync(packagedNode) ? nodeVersion(packagedNode, process.env) : undefined;
  if (packaged && isAtLeast(packaged, 26, 0)) return;
  // 22.18 is the first release that runs TypeScript files without a flag, as the scripts here are.
  const system = nodeVersion('node', outside);
  if (system && isAtLeast(system, 22, 18)) {
    say(`there is no packaged Node 26 for ${process.platform}-${process.arch}; using yours, ${system}`);
    return;
  }
  stop(
    `no Node to work with: npm has no packaged Node 26 for ${process.platform}-${process.arch} (or optional packages are switched off), ` +
      `and yours is ${system ?? 'missing'}. Install Node 22.18 or newer`,
  );
}

const shells = [process.env.CHROMIUM_PATH, '/usr/bin/chromium-headless-shell'];
const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Installs a Debian package when that is possible; whether it worked. */
function installPackage(name, purpose) {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return false;
  say(`installing ${name} with apt-get, for ${purpose}`);
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', ...args], { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status;
  apt('update');
  return apt('install', '-y', '--no-install-recommends', name) === 0;
}

/** The same search as test/support/chromium.ts, which falls back to the packed browser by itself. */
function checkBrowser() {
  const isThere = (path) => path && existsSync(path);
  if (shells.some(isThere)) return;
  if (installPackage('chromium-headless-shell', 'the tests')) return;
  if (process.platform === 'linux' && process.arch === 'x64') {
    say('no headless Chromium on this machine; using the one packed in @sparticuz/chromium');
    return;
  }
  if (browsers.some(isThere)) return;
  stop('no Chromium found; install Chrome or Chromium, or name one in CHROMIUM_PATH');
}

/** The same search as test/support/postgres.ts; without it the tests on PostgreSQL say that they did not run. */
function checkPostgres() {
  const debian = '/usr/lib/postgresql';
  const folders = [
    ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  if (folders.some((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')))) return;
  if (!installPackage('postgresql', 'the tests on both databases'))
    say('POSTGRESQL IS NOT INSTALLED and cannot be installed from here: tests on it will not run. Its Debian package is "postgresql"');
}

if (!isInstalled()) await install();
checkNode();
if (process.argv.includes('--browser')) checkBrowser();
if (process.argv.includes('--postgres')) checkPostgres();
