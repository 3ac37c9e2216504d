/** A mistake that somebody could make in one passage, and the tests that must see it. */
export interface Defect {
  /** What the server then does, in a few words. */
  readonly name: string;
  /** Path from the root of the repository. */
  readonly file: string;
  /** Must stand in the file exactly once. */
  readonly before: string;
  readonly after: string;
  /** Files of which at least one test must fail. */
  readonly caughtBy: readonly string[];
  /** Words of the names of the tests to run; default all of the files. */
  readonly only?: string;
}
