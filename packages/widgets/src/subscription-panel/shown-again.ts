/**
 * Step 7, panel: somebody comes back to the page, perhaps from their bank or from an invoice's page in another tab.
 *
 * Promise: nobody comes back unnoticed. What is on its way at that moment may have been answered before they paid, so that
 * whoever comes back meanwhile is seen once it is done.
 */
export class ShownAgain {
  readonly #isBusy: () => boolean;
  readonly #seen: () => void;
  #cameMeanwhile = false;

  constructor(isBusy: () => boolean, seen: () => void) {
    this.#isBusy = isBusy;
    this.#seen = seen;
  }

  connect(): void {
    document.addEventListener('visibilitychange', this.#visible);
    addEventListener('pageshow', this.#fromCache);
  }

  disconnect(): void {
    document.removeEventListener('visibilitychange', this.#visible);
    removeEventListener('pageshow', this.#fromCache);
  }

  /** What was on its way may be done. */
  drawn(): void {
    if (this.#cameMeanwhile) this.#come();
  }

  #come(): void {
    this.#cameMeanwhile = this.#isBusy();
    if (!this.#cameMeanwhile) this.#seen();
  }

  readonly #visible = (): void => {
    if (document.visibilityState === 'visible') this.#come();
  };

  readonly #fromCache = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#come();
  };
}
