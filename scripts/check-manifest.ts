/** Part of `npm run verify`: fails when something that a page can use has no description. */
import { checkManifest } from './build/check-manifest.ts';

const { elements, faults } = checkManifest();
for (const fault of faults) console.error(fault);
console.log(`Manifest: ${elements} elements, ${faults.length} faults.`);
process.exitCode = elements > 0 && faults.length === 0 ? 0 : 1;
