/** Threat table, rows 4 and 7: what was acknowledged survives the death of the server at any moment, and happens once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasPostgres, newPostgresDatabase } from '../support/databases.ts';
import { runWithCrashes } from './crash-run.ts';

/** On each database; 10,000 and 50 kills in `npm run soak`. */
const events = 500;
const kills = 6;

describe('servers that are killed while events come', () => {
  it('lose no acknowledged event and apply none twice, on SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tillkit-crashes-'));
    const run = await runWithCrashes({ database: join(folder, 'till.sqlite'), processes: 1, events, kills });
    rmSync(folder, { recursive: true });
    expect(run).toMatchObject({ acknowledged: events, kills, lost: 0, twice: 0, unheard: 0, sound: true });
  });

  it.runIf(hasPostgres)('lose no acknowledged event and apply none twice, four of them on PostgreSQL', async () => {
    const run = await runWithCrashes({ database: await newPostgresDatabase(), processes: 4, events, kills });
    expect(run).toMatchObject({ acknowledged: events, kills, lost: 0, twice: 0, unheard: 0, sound: true });
  });
});
