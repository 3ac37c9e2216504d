import { minifySync } from 'vite';
import { bundleChunks, scriptTagEntry } from '../build/script-tag.ts';
import { at } from '../paths.ts';
import { brotliSize } from './brotli-size.ts';

/** What one source file costs a page. */
export interface ModuleCost {
  readonly chunk: string;
  readonly path: string;
  /** Bytes of brotli that the chunk would lose without it. What it shares with others is counted nowhere, so the sum is below the whole. */
  readonly bytes: number;
}

/** A foreign package counts as one. */
const nameOf = (id: string): string => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(id)?.[1] ?? id.replace(/^.*\/packages\//u, '');

const compressedSize = (codes: readonly string[]): number =>
  brotliSize(
    minifySync('chunk.js', codes.join('\n'), { module: true, compress: false, mangle: true, codegen: { removeWhitespace: true } }).code,
  );

/** The cost of every module of the script tag, dearest first: where to look when a size gate fails. */
export async function measureModules(): Promise<ModuleCost[]> {
  const chunks = await bundleChunks(at(scriptTagEntry), { minified: false });
  return chunks.flatMap(({ fileName, modules }) => {
    const codes = Object.entries(modules).flatMap(([id, { code }]) => (code ? [{ path: nameOf(id), code }] : []));
    const whole = compressedSize(codes.map(({ code }) => code));
    return [...new Set(codes.map(({ path }) => path))]
      .map((path) => ({
        chunk: fileName,
        path,
        bytes: whole - compressedSize(codes.filter((one) => one.path !== path).map(({ code }) => code)),
      }))
      .toSorted((a, b) => b.bytes - a.bytes);
  });
}
