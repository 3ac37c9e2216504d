import type { Operation } from '../../scripts/contract/schema.ts';

interface Known {
  readonly parts: readonly string[];
  readonly operation: Operation;
}

/** What stands fixed in every path of Stripe's: the version and the resource. */
const beginningOf = (method: string, parts: readonly string[]): string => `${method} ${parts.length} ${parts[1]} ${parts[2]}`;

/** Finds the operation behind a request; of several that fit, the one with the most fixed words. */
export class Routes {
  readonly #operations = new Map<string, Known[]>();

  constructor(operations: readonly Operation[]) {
    const fixed = (path: string): number => path.split('/').filter((part) => !part.startsWith('{')).length;
    for (const operation of operations.toSorted((a, b) => fixed(b.path) - fixed(a.path) || b.name.length - a.name.length)) {
      const parts = operation.path.split('/');
      const beginning = beginningOf(operation.method, parts);
      this.#operations.set(beginning, [...(this.#operations.get(beginning) ?? []), { parts, operation }]);
    }
  }

  find(method: string, path: string): Operation | null {
    const given = path.split('/');
    const known = this.#operations
      .get(beginningOf(method, given))
      ?.find(({ parts }) => parts.every((part, at) => part.startsWith('{') || part === given[at]));
    return known?.operation ?? null;
  }
}
