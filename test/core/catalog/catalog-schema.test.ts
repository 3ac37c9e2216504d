import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { catalogJsonSchema } from '../../../scripts/catalog-schema.ts';

it('the published JSON Schema is the one of today’s catalog file', () => {
  expect(readFileSync(new URL('../../../packages/core/src/catalog/catalog-file.schema.json', import.meta.url), 'utf8')).toBe(
    catalogJsonSchema(),
  );
});
