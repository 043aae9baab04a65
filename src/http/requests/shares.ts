/** How many units of a resource each holder has at the moment. A holder without any takes no memory. */
export class Shares {
  readonly #held = new Map<string, number>();

  of(holder: string): number {
    return this.#held.get(holder) ?? 0;
  }

  /** @returns the function that gives the unit back; call it once */
  enter(holder: string): () => void {
    this.#held.set(holder, this.of(holder) + 1);
    return () => {
      const left = this.of(holder) - 1;
      if (left > 0) this.#held.set(holder, left);
      else this.#held.delete(holder);
    };
  }
}
