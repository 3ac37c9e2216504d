import type { Operation } from '../../scripts/contract/schema.ts';

/** Finds the operation behind a request; of several that fit, the one with the most fixed words. */
export class Routes {
  readonly #operations: readonly { readonly parts: readonly string[]; readonly operation: Operation }[];

  constructor(operations: readonly Operation[]) {
    const fixed = (path: string): number => path.split('/').filter((part) => !part.startsWith('{')).length;
    this.#operations = operations
      .toSorted((a, b) => fixed(b.path) - fixed(a.path) || b.name.length - a.name.length)
      .map((operation) => ({ parts: operation.path.split('/'), operation }));
  }

  find(method: string, path: string): Operation | null {
    const given = path.split('/');
    const known = this.#operations.find(
      ({ parts, operation }) =>
        operation.method === method &&
        parts.length === given.length &&
        parts.every((part, at) => part.startsWith('{') || part === given[at]),
    );
    return known?.operation ?? null;
  }
}
