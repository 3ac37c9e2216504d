/*
 * Writes the JSON Schema of the owner's catalog file beside its source, for editors.
 * Run: npx node --conditions=source scripts/catalog-schema.ts
 */
import { writeFileSync } from 'node:fs';
import { CatalogFileSchema } from '@tillkit/core/catalog/catalog-file';
import { toJsonSchema } from '@valibot/to-json-schema';

export const catalogJsonSchema = (): string =>
  `${JSON.stringify({ title: 'till.catalog.json', ...toJsonSchema(CatalogFileSchema, { typeMode: 'input', errorMode: 'ignore' }) }, null, 2)}\n`;

if (import.meta.main) writeFileSync(new URL('../packages/core/src/catalog/catalog-file.schema.json', import.meta.url), catalogJsonSchema());
