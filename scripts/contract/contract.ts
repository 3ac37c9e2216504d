/**
 * Stripe's contract as the pinned `stripe` package publishes it, read once per version and kept under `node_modules/.cache`.
 *
 * Promise: the same package gives the same contract, and a fresh clone needs nothing but `npm ci`.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { at } from '../paths.ts';
import type { Contract, Schema } from './schema.ts';

function version(): string {
  const { version: installed } = JSON.parse(readFileSync(at('node_modules/stripe/package.json'), 'utf8')) as { version: string };
  return installed;
}

/** Changes with every file that takes part in reading the contract. */
function readerHash(): string {
  const folder = at('scripts/contract');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).toSorted()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}

function eventNames(schemas: Readonly<Record<string, Schema>>): Record<string, string> {
  return Object.fromEntries(
    (schemas.Event?.anyOf ?? []).flatMap(({ $ref = '' }) => {
      const type = schemas[$ref]?.properties?.type?.enum?.[0];
      return typeof type === 'string' ? [[type, $ref]] : [];
    }),
  );
}

/** Reads the contract from the installed package. */
async function readContract(): Promise<Contract> {
  const [{ readOperations }, { Schemas }] = await Promise.all([import('./operations.ts'), import('./to-schema.ts')]);
  const schemas = new Schemas();
  const operations = readOperations(schemas);
  schemas.settle();
  return { sdk: version(), operations, schemas: schemas.byName, events: eventNames(schemas.byName) };
}

/** The contract, from the cache or read anew in a second or two. */
export async function loadContract(): Promise<Contract> {
  const file = at(`node_modules/.cache/tillkit/contract-${version()}-${readerHash()}.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Contract;
  } catch {
    const contract = await readContract();
    mkdirSync(dirname(file), { recursive: true });
    const own = `${file}.${process.pid}`;
    writeFileSync(own, JSON.stringify(contract));
    renameSync(own, file); // several test processes may read it at once
    return contract;
  }
}
