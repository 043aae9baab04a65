/**
 * Runs expensive work in small amounts. Networks take turns, and within a network its clients do. A piece of work waits for the earlier
 * work of the same client, and for one piece of every other client.
 */
import { Overloaded } from './errors.ts';
import type { Caller } from './ports.ts';

export interface FairQueueOptions {
  /** Pieces of work that run at the same time. */
  readonly concurrency: number;
  /** Pieces of work that may wait. Each takes a few kilobytes. */
  readonly places: number;
  readonly placesPerNetwork: number;
  readonly placesPerClient: number;
  /** How long a piece of work may wait. */
  readonly longestWaitMs: number;
  /** The pause after a piece of a client's work, for each piece that waits behind it. */
  readonly pauseMsPerPiece: number;
  readonly longestPauseMs: number;
  /** The pieces of one client that run within a second without a pause. Each further piece brings a pause, even if no other piece waits. */
  readonly burst: number;
}

const usual: Omit<FairQueueOptions, 'concurrency'> = {
  // Argon2 takes 8 ms a password: all places are three seconds of work on one processor. It takes two networks to fill them.
  places: 400,
  placesPerNetwork: 200,
  // More people than log in from an office at the same moment. With the pauses, the last of a client's pieces waits ten seconds for the
  // client's other pieces.
  placesPerClient: 100,
  // A client that fills all its places waits less than this, even if password checks are slow. Proxies also give up by then.
  longestWaitMs: 60_000,
  // A client with many waiting pieces uses a tenth of one processor, so that others are answered in between. A client with few hardly
  // waits.
  pauseMsPerPiece: 5,
  longestPauseMs: 100,
  burst: Number.POSITIVE_INFINITY,
};

/** How long a piece counts in the burst of its client. */
const burstMs = 1_000;

/** The client that the work belongs to. */
export type QueuedCaller = Pick<Caller, 'address' | 'network' | 'clientKey'>;

interface Waiting {
  readonly begin: () => void;
}

/** The work of one client. */
class Lane {
  readonly network: string;
  readonly client: string;
  /** The work of a server that calls for many people without naming them. This lane has no pauses. */
  readonly isShared: boolean;
  readonly waiting: Waiting[] = [];
  running = 0;
  /** Pieces that were done within the last second. */
  recent = 0;
  isPausing = false;

  /** All requests from this machine share one lane as well. */
  constructor({ address, network, clientKey }: QueuedCaller) {
    const unnamed = clientKey === null ? 'this machine' : `key ${clientKey}`;
    this.network = network ?? unnamed;
    this.client = address ?? unnamed;
    this.isShared = address === null && clientKey !== null;
  }

  get isReady(): boolean {
    return this.waiting.length > 0 && (this.isShared || (this.running === 0 && !this.isPausing));
  }

  get isOver(): boolean {
    return this.waiting.length === 0 && this.running === 0 && this.recent === 0;
  }
}

export class FairQueue {
  readonly #limits: FairQueueOptions;
  /** The lanes by network and client. Both maps are in the order of turns. */
  readonly #networks = new Map<string, Map<string, Lane>>();
  #running = 0;
  #waiting = 0;

  constructor(options: Pick<FairQueueOptions, 'concurrency'> & Partial<FairQueueOptions>) {
    this.#limits = { ...usual, ...options };
  }

  /** @throws Overloaded if too much work of this caller or in total is waiting, or after too long a wait */
  async run<T>(caller: QueuedCaller, work: () => Promise<T>): Promise<T> {
    const lane = this.#laneOf(caller);
    await this.#turn(lane);
    try {
      return await work();
    } finally {
      this.#running -= 1;
      lane.running -= 1;
      this.#remember(lane);
      this.#pause(lane);
      this.#forget(lane);
      this.#begin();
    }
  }

  #laneOf(caller: QueuedCaller): Lane {
    const lane = new Lane(caller);
    return this.#networks.get(lane.network)?.get(lane.client) ?? lane;
  }

  #turn(lane: Lane): Promise<void> {
    const { places, placesPerNetwork, placesPerClient, longestWaitMs } = this.#limits;
    const lanes = this.#networks.get(lane.network) ?? new Map<string, Lane>();
    const ofNetwork = [...lanes.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
    if (this.#waiting >= places || ofNetwork >= placesPerNetwork || lane.waiting.length >= placesPerClient)
      return Promise.reject(new Overloaded('Too much expensive work is waiting'));
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        begin: () => {
          clearTimeout(tooLong);
          resolve();
        },
      };
      const tooLong = setTimeout(() => {
        lane.waiting.splice(lane.waiting.indexOf(waiting), 1);
        this.#waiting -= 1;
        this.#forget(lane);
        reject(new Overloaded('Expensive work has waited too long'));
      }, longestWaitMs);
      this.#networks.set(lane.network, lanes.set(lane.client, lane));
      lane.waiting.push(waiting);
      this.#waiting += 1;
      this.#begin();
    });
  }

  /** Begins as much work as may run, each time from the lane that has waited longest. */
  #begin(): void {
    while (this.#running < this.#limits.concurrency) {
      const lane = this.#next();
      const work = lane?.waiting.shift();
      if (lane === null || work === undefined) return;
      this.#waiting -= 1;
      this.#running += 1;
      lane.running += 1;
      work.begin();
    }
  }

  /** @returns the lane whose turn it is. The lane moves to the end of its network, and the network to the end of all */
  #next(): Lane | null {
    for (const [network, lanes] of this.#networks) {
      for (const [client, lane] of lanes) {
        if (!lane.isReady) continue;
        moveToEnd(lanes, client);
        moveToEnd(this.#networks, network);
        return lane;
      }
    }
    return null;
  }

  #remember(lane: Lane): void {
    if (this.#limits.burst === Number.POSITIVE_INFINITY) return;
    lane.recent += 1;
    setTimeout(() => {
      lane.recent -= 1;
      this.#forget(lane);
    }, burstMs).unref();
  }

  #pause(lane: Lane): void {
    const { pauseMsPerPiece, longestPauseMs, burst } = this.#limits;
    const isBurst = lane.recent >= burst;
    // A waiting piece may be the next step of the same person: a password is judged, then hashed.
    if (lane.isShared || (!isBurst && lane.waiting.length < 2)) return;
    lane.isPausing = true;
    const pauseMs = isBurst ? longestPauseMs : Math.min(longestPauseMs, pauseMsPerPiece * lane.waiting.length);
    setTimeout(() => {
      lane.isPausing = false;
      this.#begin();
    }, pauseMs);
  }

  #forget({ isOver, network, client }: Lane): void {
    const lanes = this.#networks.get(network);
    if (!isOver || lanes === undefined) return;
    lanes.delete(client);
    if (lanes.size === 0) this.#networks.delete(network);
  }
}

function moveToEnd<Value>(map: Map<string, Value>, key: string): void {
  const value = map.get(key);
  if (value === undefined) return;
  map.delete(key);
  map.set(key, value);
}
