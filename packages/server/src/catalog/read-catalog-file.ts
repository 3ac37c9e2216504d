import { readFile } from 'node:fs/promises';
import { parseCatalogFile, type CatalogFile } from '@tillkit/core/catalog/catalog-file';

/** The owner's catalog file, checked; throws one error whose sentences name every faulty place. */
export async function readCatalogFile(path: string): Promise<CatalogFile> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`The catalog file ${path} cannot be read: set TILL_CATALOG to its path.`);
  });
  const result = parseCatalogFile(parseJson(text, path));
  if (result.ok) return result.file;
  throw new Error(
    [`The catalog file ${path} is not right:`, ...result.problems.map(({ path: place, message }) => `  ${place}: ${message}`)].join('\n'),
  );
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The catalog file ${path} is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`, { cause: error });
  }
}
