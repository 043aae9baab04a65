/**
 * Limits the sessions that one client and one network start, over all workflows. Every start leaves a row, even if it sends no message and
 * draws on no other limit. Each process counts in its memory, so that a start costs no further statement. A service of several processes
 * therefore allows a multiple of the limits.
 */
import { RateLimited } from '../../engine/errors.ts';
import type { Caller } from '../../engine/ports.ts';

export interface StartLimits {
  readonly startsPerClient: number;
  readonly startsPerNetwork: number;
  readonly startsWindowMs: number;
}

/** Clients and networks counted at once, some 20 MB. When full, the oldest windows are dropped, and their clients get new ones. */
const mostCounted = 100_000;

interface Count {
  readonly began: number;
  starts: number;
}

export class StartCounts {
  readonly #limits: StartLimits;
  readonly #most: number;
  /** By client or network, in the order in which their windows began. */
  readonly #counts = new Map<string, Count>();

  constructor(limits: StartLimits, most = mostCounted) {
    this.#limits = limits;
    this.#most = most;
  }

  /**
   * Counts a start. Servers with a client key, agents, and this machine in the sandbox have no client and no limit.
   * @throws RateLimited if the client or its network has started too many sessions
   */
  count({ client, network }: Pick<Caller, 'client' | 'network'>, at: number): void {
    if (client === null) return;
    const { startsPerClient, startsPerNetwork } = this.#limits;
    const own = this.#countOf(`client ${client}`, at);
    const shared = this.#countOf(`network ${network ?? client}`, at);
    if (own.starts >= startsPerClient) throw this.#refusal(own, 'client');
    if (shared.starts >= startsPerNetwork) throw this.#refusal(shared, 'network');
    own.starts += 1;
    shared.starts += 1;
  }

  #countOf(key: string, at: number): Count {
    const counted = this.#counts.get(key);
    if (counted !== undefined && at < counted.began + this.#limits.startsWindowMs) return counted;
    const count = { began: at, starts: 0 };
    // Deleting and setting the key moves it to the end of the order.
    this.#counts.delete(key);
    this.#counts.set(key, count);
    for (const [oldest, { began }] of this.#counts) {
      if (this.#counts.size <= this.#most && at < began + this.#limits.startsWindowMs) break;
      this.#counts.delete(oldest);
    }
    return count;
  }

  #refusal({ began }: Count, limit: 'client' | 'network'): RateLimited {
    return new RateLimited(began + this.#limits.startsWindowMs, limit);
  }
}
