/** Step 7, panel: somebody comes back to the page, perhaps from their bank or from an invoice's page in another tab. */
export class ShownAgain {
  readonly #seen: () => void;

  constructor(seen: () => void) {
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

  readonly #visible = (): void => {
    if (document.visibilityState === 'visible') this.#seen();
  };

  readonly #fromCache = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#seen();
  };
}
