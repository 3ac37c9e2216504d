/** Work that goes on beside the requests: it is woken when there may be something to do, and ends with the process. */
export interface BackgroundWork {
  /** Returns at once. */
  wake(): void;
  /** Resolves when everything due is done or put off. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}
