/** `node --conditions=source scripts/unconfirmed.ts`: writes docs/unconfirmed-rules.md from the constants in the sources. */
import { writeFileSync } from 'node:fs';
import { at } from './paths.ts';
import { unconfirmedTable } from './unconfirmed/table.ts';

writeFileSync(at('docs/unconfirmed-rules.md'), unconfirmedTable());
