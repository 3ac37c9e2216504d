import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

/** Absolute path of a file or folder named from the repository's root. */
export const at = (path: string): string => fileURLToPath(new URL(path, root));
