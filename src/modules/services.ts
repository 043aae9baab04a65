/** The services that modules offer to each other. */
import type { ServiceKey } from './host.ts';

export class Services {
  readonly #offered = new Map<object, unknown>();

  offer<Offered>(key: ServiceKey<Offered>, services: Offered): void {
    this.#offered.set(key, services);
  }

  /** @throws Error if the module is not open */
  use<Offered>(key: ServiceKey<Offered>): Offered {
    if (!this.#offered.has(key)) throw new Error(`The module '${key.module}' is not open: name it in 'needs'`);
    return this.#offered.get(key) as Offered;
  }
}
