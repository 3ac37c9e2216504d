/** The latest API calls, for the control page and the `request_log_url` of a refusal. */
export interface LoggedRequest {
  readonly id: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  /** Unix seconds on the sandbox's clock. */
  readonly created: number;
  readonly idempotency_key: string | null;
  /** The refusal's code or type; null for a success. */
  readonly error: string | null;
}

const kept = 500;

export class RequestLog {
  readonly #requests: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > 2 * kept) this.#requests.splice(0, kept);
  }

  /** Newest first. */
  list(limit: number): readonly LoggedRequest[] {
    return this.#requests.slice(-Math.min(limit, kept)).toReversed();
  }

  clear(): void {
    this.#requests.length = 0;
  }
}
