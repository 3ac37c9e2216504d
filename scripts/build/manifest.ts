import { mustRun } from '../run.ts';

/** Writes packages/widgets/dist/custom-elements.json, the description of every element for editors and Storybook. */
export const buildManifest = (): Promise<void> => mustRun('cem', ['analyze', '--config', 'custom-elements-manifest.config.mjs', '--quiet']);
