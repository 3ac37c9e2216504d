/**
 * A sandbox that has a catalog, without applying it anew for every test.
 *
 * Promise: what is in the sandbox was made by the same code as `till catalog apply`, once for each catalog and moment; the
 * next tests begin with a snapshot of that, and make ids of their own from there.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseCatalogFile, type CatalogFile } from '@tillkit/core/catalog/catalog-file';
import { createSandbox, type Sandbox, type SandboxOptions, type Snapshot } from '@tillkit/sandbox';
import { planCatalog } from '@tillkit/server/catalog/apply-catalog';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import { observe } from '../contract/observer.ts';

interface Applied {
  readonly file: CatalogFile;
  readonly snapshot: Snapshot;
}

const applied = new Map<string, Promise<Applied>>();

/** Fills an empty sandbox, made with these options, with a catalog: the name of an example, or a file's content. */
export async function withAppliedCatalog(
  sandbox: Sandbox,
  catalog: string | object,
  options: Pick<SandboxOptions, 'now' | 'afterRetries'>,
): Promise<CatalogFile> {
  const key = JSON.stringify([catalog, options]);
  let begun = applied.get(key);
  if (!begun) {
    begun = apply(catalog, options);
    applied.set(key, begun);
  }
  const { file, snapshot } = await begun;
  sandbox.restore(withOwnIds(snapshot));
  return file;
}

async function apply(catalog: string | object, options: SandboxOptions): Promise<Applied> {
  const file = toCatalogFile(catalog);
  const sandbox = createSandbox({ ...options, observe });
  const stripe = createStripeGateway({ secretKey: 'sk_test_till' }, (input, init) => sandbox.fetch(new Request(input, init)));
  const { steps, take } = await planCatalog(stripe, file);
  for (const step of steps) await take(step);
  return { file, snapshot: await sandbox.snapshot() };
}

/** Two sandboxes of one test never give the same id to two objects. */
function withOwnIds(snapshot: Snapshot): Snapshot {
  const state = snapshot.state as Exclude<Snapshot['state'], null | boolean | number | string | readonly unknown[]>;
  return { ...snapshot, state: { ...state, ids: { seed: randomUUID(), count: 0 } } };
}

function toCatalogFile(catalog: string | object): CatalogFile {
  const value: unknown =
    typeof catalog === 'string'
      ? JSON.parse(readFileSync(new URL(`../../examples/catalogs/${catalog}.json`, import.meta.url), 'utf8'))
      : catalog;
  const result = parseCatalogFile(value);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.file;
}
