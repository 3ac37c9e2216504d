import type { Json } from '../frame-channel.ts';

export type Listener = (event: Json) => unknown;

/** Who wants to hear of what, by the name of the event. */
export class Listeners {
  readonly #byName = new Map<string, Map<Listener, boolean>>();

  add(name: string, listener: Listener, once = false): void {
    const listeners = this.#byName.get(name) ?? new Map<Listener, boolean>();
    this.#byName.set(name, listeners.set(listener, once));
  }

  /** Without a listener: all of that name. */
  remove(name: string, listener?: Listener): void {
    if (listener) this.#byName.get(name)?.delete(listener);
    else this.#byName.delete(name);
  }

  has(name: string): boolean {
    return (this.#byName.get(name)?.size ?? 0) > 0;
  }

  tell(name: string, event: Json): void {
    for (const [listener, once] of this.#byName.get(name) ?? []) {
      if (once) this.remove(name, listener);
      listener(event);
    }
  }

  clear(): void {
    this.#byName.clear();
  }
}
