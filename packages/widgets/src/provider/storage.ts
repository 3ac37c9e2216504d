/**
 * What a page keeps in its browser: the only module that touches `sessionStorage` and `localStorage`.
 *
 * Promise: it never throws. Where the browser forbids storage (a sandboxed frame, blocked third-party data) or has no room,
 * values stay in this page's memory and end with it.
 */
export interface Kept {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  remove(name: string): void;
  /** Names of everything that is kept here, also by others. */
  names(): string[];
}

/** What is kept for this tab, through reloads. */
export const keptForTab = (): Kept => keptIn(() => sessionStorage);

/** What is kept for every tab of this site. */
export const keptForBrowser = (): Kept => keptIn(() => localStorage);

/** `open` answers the browser's storage; reading it may already throw. */
export function keptIn(open: () => Storage): Kept {
  const memory = new Map<string, string>();
  const attempt = <Result>(work: (storage: Storage) => Result): Result | undefined => {
    try {
      return work(open());
    } catch {
      return undefined;
    }
  };
  return {
    get: (name) => memory.get(name) ?? attempt((storage) => storage.getItem(name)) ?? undefined,
    set(name, value) {
      memory.delete(name);
      if (attempt((storage) => (storage.setItem(name, value), true))) return;
      attempt((storage) => storage.removeItem(name)); // the value before must not come back
      memory.set(name, value);
    },
    remove(name) {
      memory.delete(name);
      attempt((storage) => storage.removeItem(name));
    },
    names: () => [...memory.keys(), ...(attempt((storage) => Object.keys(storage)) ?? [])],
  };
}
