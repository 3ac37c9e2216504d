/**
 * Plays every section and asks every question on two stages and tells where they differ.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exchangeFaults } from '../contract/observer.ts';
import { play } from './play.ts';
import { probes } from './probes.ts';
import type { Probe } from './probe.ts';
import { differences, toLine } from './recording.ts';
import type { TappedStage } from './stage.ts';
import type { Section } from './walk/section.ts';
import { sections } from './walk/sections.ts';

export interface LiveOptions {
  /** A fresh stage of the side that is right: Stripe. */
  readonly theirs: () => TappedStage;
  /** A fresh stage of the side that is judged: the sandbox. */
  readonly ours: () => TappedStage;
  /** Where recordings of `theirs` are written, or null. */
  readonly folder: string | null;
  /** Sections and questions with this text; empty for all. */
  readonly only: string;
  readonly say: (line: string) => void;
}

/** The file that a section is recorded in. */
export const recordingName = (section: string): string => `${section.replaceAll(/\W+/gu, '-')}.json`;

async function compareSection(section: Section, { theirs, ours, folder, say }: LiveOptions): Promise<number> {
  const right = await play(section, theirs());
  const judged = await play(section, ours());
  if (folder !== null) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, recordingName(section.name)), `${JSON.stringify(right.recording, null, 1)}\n`);
  }
  const found = [
    ...(right.stopped === null ? [] : [`Stripe stopped it: ${right.stopped}`]),
    ...right.exchanges.flatMap(exchangeFaults).map((fault) => `not in Stripe's published types: ${fault}`),
    ...differences(right.recording, judged.recording).map(toLine),
  ];
  say(`${found.length === 0 ? 'same' : 'DIFFERENT'}  ${section.name} (${right.exchanges.length} calls)`);
  for (const line of found) say(`    ${line}`);
  return found.length;
}

async function answerOf({ ask }: Probe, stage: TappedStage): Promise<string> {
  try {
    return await ask(stage);
  } catch (error) {
    return `could not be asked: ${(error as Error).message}`;
  }
}

async function compareProbe(probe: Probe, { theirs, ours, say }: LiveOptions): Promise<number> {
  const [right, judged] = [await answerOf(probe, theirs()), await answerOf(probe, ours())];
  say(`${right === judged ? 'same' : 'DIFFERENT'}  ${probe.question}`);
  say(right === judged ? `    ${right}` : `    Stripe:  ${right}\n    sandbox: ${judged}`);
  return right === judged ? 0 : 1;
}

/** Runs all of it; answers how many differences there were. */
export async function runLive(options: LiveOptions): Promise<number> {
  let differing = 0;
  options.say('Open questions (docs/contract.md)');
  for (const probe of probes) if (probe.question.includes(options.only)) differing += await compareProbe(probe, options);
  options.say('\nThe walk through the API');
  for (const section of sections) if (section.name.includes(options.only)) differing += await compareSection(section, options);
  options.say(`\n${differing} ${differing === 1 ? 'difference' : 'differences'}.`);
  return differing;
}
