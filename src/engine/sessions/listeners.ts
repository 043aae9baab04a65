/** The listeners for the commits of sessions. */
export class Listeners {
  readonly #listeners = new Map<string, Set<() => void>>();

  /** @returns the function that removes the listener */
  add(id: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(id);
    };
  }

  call(id: string): void {
    for (const listener of this.#listeners.get(id) ?? []) listener();
  }
}
