import type { Stage } from './walk/section.ts';

/** A question with the experiment that answers it in one line. */
export interface Probe {
  readonly question: string;
  readonly ask: (stage: Stage) => Promise<string>;
}

/** What a refused call was told, or how a taken one ended. */
export async function outcome(call: Promise<unknown>, taken = 'taken'): Promise<string> {
  try {
    await call;
    return taken;
  } catch (error) {
    const { statusCode, code, param } = error as { statusCode?: number; code?: string; param?: string };
    return [statusCode, code, param].filter((part) => part !== undefined).join(' ');
  }
}
