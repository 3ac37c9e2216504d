/**
 * What Stripe answered once (`npm run test:live`) is what the sandbox answers.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { play } from '../live/play.ts';
import { differences, type Recording, record, toLine } from '../live/recording.ts';
import { recordingName, runLive } from '../live/run.ts';
import { sandboxStage } from '../live/stages.ts';
import { sections } from '../live/walk/sections.ts';
import { start } from './stand.ts';

const folder = fileURLToPath(new URL('../live/recordings', import.meta.url));
const stage = () => sandboxStage('REPLAY1', start);

async function replay(recorded: Recording): Promise<string[]> {
  const section = sections.find(({ name }) => name === recorded.section);
  if (!section) throw new Error(`No section is called ${recorded.section}.`);
  return differences(recorded, (await play(section, stage())).recording).map(toLine);
}

const read = (file: string): Recording => JSON.parse(readFileSync(file, 'utf8')) as Recording;

describe('a recording', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'tillkit-recordings-'));
  afterAll(() => rmSync(temporary, { recursive: true }));

  it('is rehearsed against the sandbox, replayed without a difference, and tells a changed amount', async () => {
    const said: string[] = [];
    const only = 'invoice previews';
    const differing = await runLive({ theirs: stage, ours: stage, folder: temporary, only, say: (line) => said.push(line) });
    expect(differing).toBe(0);
    expect(said).toContain('same  invoice previews (8 calls)');

    const recorded = read(join(temporary, recordingName(only)));
    expect(await replay(recorded)).toEqual([]);
    const changed = JSON.parse(JSON.stringify(recorded).replace('"total":8700', '"total":8701')) as Recording;
    expect(await replay(changed)).toEqual(['POST /v1/invoices/create_preview total: Stripe 8701, sandbox 8700']);
  });

  it('keeps neither ids nor secrets nor moments', () => {
    const body = {
      id: 'pi_1AbCdEfGh2',
      client_secret: 'pi_1AbCdEfGh2_secret_xYz',
      created: 1_809_172_800,
      amount: 2900,
      url: 'https://x.y/z',
    };
    const { calls } = record('one', [{ method: 'GET', path: '/v1/payment_intents/pi_1AbCdEfGh2', params: {}, status: 200, body }], 'WORD1');
    expect(calls).toEqual([
      {
        call: 'GET /v1/payment_intents/pi_…',
        status: 200,
        body: { id: 'pi_…', client_secret: 'pi_…', created: '<moment>', amount: 2900, url: '<url>' },
      },
    ]);
  });

  it('that has other calls differs in them', () => {
    const call = { call: 'GET /v1/prices', status: 200, body: {} };
    const [more, less] = [
      { section: 'one', calls: [call, { ...call, status: 404 }] },
      { section: 'one', calls: [call, call] },
    ];
    expect(differences(more, less).map(toLine)).toEqual(['GET /v1/prices (status): Stripe 404, sandbox 200']);
    expect(differences(more, { section: 'one', calls: [call] })).toHaveLength(1);
  });
});

const recordings = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

describe.runIf(recordings.length > 0)('what Stripe answered', () => {
  it.each(recordings)('is what the sandbox answers: %s', async (name) => {
    expect(await replay(read(join(folder, name)))).toEqual([]);
  });
});
