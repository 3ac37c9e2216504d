/**
 * `npm run build`: everything that is published; a part as argument builds only that (`script`, `manifest`, `core`, `modules`, `server`; the last two need core's types).
 *
 * Promise: what is in the packages' dist folders afterwards was made from these sources, nothing is left from before.
 */
import { buildManifest } from './build/manifest.ts';
import { buildCore, buildModules } from './build/modules.ts';
import { buildScriptTag } from './build/script-tag.ts';
import { buildServer } from './build/server.ts';

const parts: Readonly<Record<string, () => Promise<void>>> = {
  script: buildScriptTag,
  manifest: buildManifest,
  core: buildCore,
  modules: buildModules,
  server: buildServer,
};

const [wanted] = process.argv.slice(2);
if (wanted !== undefined && !(wanted in parts)) {
  console.error(`There is no part "${wanted}"; the parts are ${Object.keys(parts).join(', ')}.`);
  process.exit(1);
}
try {
  for (const [name, make] of Object.entries(parts)) {
    if (wanted !== undefined && name !== wanted) continue;
    const started = performance.now();
    await make();
    console.log(`Built ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
