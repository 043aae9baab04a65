/** The number of units of a resource that each holder has. A holder without units takes no memory. */
export class Shares {
  readonly #held = new Map<string, number>();

  of(holder: string): number {
    return this.#held.get(holder) ?? 0;
  }

  /** @returns the function that returns the unit; call it once */
  enter(holder: string): () => void {
    this.#held.set(holder, this.of(holder) + 1);
    return () => {
      const left = this.of(holder) - 1;
      if (left > 0) this.#held.set(holder, left);
      else this.#held.delete(holder);
    };
  }
}
