import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputFile } from '../../scripts/build/link-chunks.ts';
import { bundleChunks, bundleScriptTag, catalogPlace, scriptTagEntry } from '../../scripts/build/script-tag.ts';
import { at } from '../../scripts/paths.ts';

const source = {
  'till.ts': `
    import { Shared, shout } from './shared.ts';
    export interface Inlined { readonly version: string }
    const inlined = /*till:catalog*/ null as Inlined | null;
    Object.assign(globalThis, { fixture: { version: inlined?.version ?? 'none', Shared, loud: shout('a'), lazy: () => import('./lazy.ts') } });`,
  'shared.ts': `export class Shared { mark = 1 }\nexport const shout = (text: string): string => text.toUpperCase() + '!';`,
  'lazy.ts': `import { Shared, shout } from './shared.ts';\nexport { Shared };\nexport const word = shout('lazy');`,
};

let folder: string;
let files: OutputFile[];
const entry = (): string => files.find(({ name }) => name === 'till.js')?.code ?? '';

function write(name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tillkit-'));
  for (const [name, text] of Object.entries(source)) write(name, text);
  files = await bundleScriptTag(join(folder, 'till.ts'));
  write('package.json', '{ "type": "module" }');
  for (const { name, code } of files) write(name, code);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the script tag', () => {
  it('keeps the place of the catalog exactly once', () => {
    expect(entry().split(catalogPlace)).toHaveLength(2);
  });

  it('is valid with a catalog in its place', async () => {
    write('filled.js', entry().replace(catalogPlace, '{"version":"7"}'));
    await import(pathToFileURL(join(folder, 'filled.js')).href);
    expect(globalThis).toHaveProperty('fixture.version', '7');
  });

  it('imports nothing statically, and its chunks do not import it', () => {
    expect(entry()).not.toMatch(/\bimport\s*[{"'*]/u);
    const chunks = files.filter(({ name }) => name !== 'till.js');
    expect(chunks).toHaveLength(1);
    for (const { code } of chunks) expect(code).not.toContain('till.js');
  });

  it('shares its modules with a chunk also when its own address has a query', async () => {
    await import(`${pathToFileURL(join(folder, 'till.js')).href}?locale=he`);
    const { fixture } = globalThis as unknown as { fixture: { Shared: unknown; lazy: () => Promise<{ Shared: unknown; word: string }> } };
    const lazy = await fixture.lazy();
    expect(lazy.word).toBe('LAZY!');
    expect(lazy.Shared).toBe(fixture.Shared);
  });

  it('names its chunks anew when only the entry has changed', async () => {
    write('till.ts', `${source['till.ts']}\nconsole.info('another release');`);
    const chunkName = (all: readonly OutputFile[]): string | undefined => all.find(({ name }) => name !== 'till.js')?.name;
    expect(chunkName(await bundleScriptTag(join(folder, 'till.ts')))).not.toBe(chunkName(files));
  });
  it('needs one request as it is served, with everything that its chunks share with it', async () => {
    const served = (await bundleChunks(at(scriptTagEntry))).find(({ isEntry }) => isEntry);
    expect(served?.imports).toEqual([]);
  });
});
