/** The registry of the factors that accounts can have. */
import type { Factor, PresentFactor } from '../common/factor.ts';
import type { AccountStore } from './account.ts';

export class Factors {
  readonly #store: Pick<AccountStore, 'preferredFactor' | 'preferFactor'>;
  readonly #all = new Map<string, Factor>();

  constructor(store: Pick<AccountStore, 'preferredFactor' | 'preferFactor'>) {
    this.#store = store;
  }

  /** @throws Error if a factor of this name exists */
  add(factor: Factor): void {
    if (this.#all.has(factor.name) || factor.name === 'code') throw new Error(`The factor '${factor.name}' is brought twice`);
    this.#all.set(factor.name, factor);
  }

  /** Undefined for an unknown name. */
  named(name: string): Factor | undefined {
    return this.#all.get(name);
  }

  /** The factors that an account has: those that no imitated page can use first. */
  async of(accountId: string): Promise<PresentFactor[]> {
    const found = await Promise.all(
      [...this.#all.values()].map(async (factor) => {
        const version = await factor.version(accountId);
        return version === null ? [] : [{ factor, version }];
      }),
    );
    return found.flat().sort((a, b) => Number(b.factor.isPhishingResistant) - Number(a.factor.isPhishingResistant));
  }

  /** The factor that the owner prefers, or `code`; null without a preference. */
  preferred(accountId: string): Promise<string | null> {
    return this.#store.preferredFactor(accountId);
  }

  prefer(accountId: string, name: string | null): Promise<void> {
    return this.#store.preferFactor(accountId, name);
  }

  /** The name of the factor added last that no imitated page can use; null without one. */
  get resistant(): string | null {
    return [...this.#all.values()].findLast(({ isPhishingResistant }) => isPhishingResistant)?.name ?? null;
  }
}
