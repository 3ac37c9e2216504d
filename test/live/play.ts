import type { Exchange } from '@tillkit/sandbox';
import { type Recording, record } from './recording.ts';
import type { TappedStage } from './stage.ts';
import type { Section } from './walk/section.ts';

export interface Played {
  readonly recording: Recording;
  readonly exchanges: readonly Exchange[];
  /** Why the section ended early, or null. */
  readonly stopped: string | null;
}

/** Plays one section to its end, or to the first call that is refused. */
export async function play({ name, run }: Section, stage: TappedStage): Promise<Played> {
  let stopped: string | null = null;
  try {
    await run(stage);
  } catch (error) {
    stopped = (error as Error).message;
  }
  return { recording: record(name, stage.exchanges, stage.unique), exchanges: stage.exchanges, stopped };
}
