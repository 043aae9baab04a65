/** The input of every part of the benchmark: how long and how often to measure, the database, and the process that makes the load. */
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Database } from './database.ts';
import type { Figure } from './figure.ts';
import type { Measured } from './load/closed-loop.ts';
import type { LoadCommands } from './load/load-process.ts';
import { OtherWork } from './other-work.ts';
import { processes } from './processes.ts';
import { processorSeconds, processTreeSeconds } from './processor-time.ts';
import { Remote } from './remote.ts';
import type { Server } from './server.ts';

/** The extent of the measurements. */
export interface Extent {
  readonly rounds: number;
  /** The duration of each measurement. */
  readonly seconds: number;
  /** The warm-up before each measurement, which is not counted: the database's cache and the load have to find their pace. */
  readonly warmUpSeconds: number;
  /** The warm-up of each service before its first measurement: Node compiles code that runs often. */
  readonly firstWarmUpSeconds: number;
  readonly timers: number;
  /** Stored sessions: few, and many. */
  readonly storedSessions: readonly [number, number];
  /** The longest wait, over the whole run, for other work on the machine to end. */
  readonly quietWaitSeconds: number;
}

export const fullExtent: Extent = {
  rounds: 5,
  seconds: 5,
  warmUpSeconds: 1,
  firstWarmUpSeconds: 4,
  timers: 100_000,
  storedSessions: [10_000, 1_000_000],
  quietWaitSeconds: 600,
};

export const quickExtent: Extent = {
  rounds: 2,
  seconds: 2,
  warmUpSeconds: 0.5,
  firstWarmUpSeconds: 1.5,
  timers: 10_000,
  storedSessions: [10_000, 100_000],
  quietWaitSeconds: 0,
};

/** A part of the benchmark. @returns its figures */
export interface Part {
  readonly name: string;
  readonly measure: (bench: Bench) => Promise<Figure[]>;
}

export interface Measurement extends Measured {
  /** Processor time of the service and the database together, in seconds. */
  readonly servingSeconds: number;
  readonly serviceSeconds: number;
  readonly databaseSeconds: number;
  /** Transactions that the database committed. Its processes report them within a second. */
  readonly transactions: number;
  /** Processors that other work on the machine kept busy during the measurement. */
  readonly otherWork: number;
}

export interface BenchOptions {
  readonly extent: Extent;
  readonly database: Database;
  /** The folder for profiles of our service; null for none. */
  readonly profiles: string | null;
  readonly say: (line: string) => void;
}

export class Bench {
  readonly extent: Extent;
  readonly database: Database;
  readonly profiles: string | null;
  readonly say: (line: string) => void;
  readonly otherWork: OtherWork;
  readonly load = new Remote<LoadCommands>(fileURLToPath(new URL('load/load-process.ts', import.meta.url)));

  constructor({ extent, database, profiles, say }: BenchOptions) {
    this.extent = extent;
    this.database = database;
    this.profiles = profiles;
    this.say = say;
    const own = () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6 + processes.ids().reduce((sum, pid) => sum + processorSeconds(pid), this.#databaseSeconds());
    };
    this.otherWork = new OtherWork(own, extent.quietWaitSeconds * 1000);
  }

  /** Warms up each service. */
  async warmUp(servers: readonly Server[]): Promise<void> {
    for (const { url } of servers) {
      await this.load.call('flows', { url, clients: 32 });
      await delay(this.extent.firstWarmUpSeconds * 1000);
      await this.load.call('stop');
    }
  }

  /** Measures whole flows at a service. @throws Error if an answer was wrong */
  flows(server: Server, clients: number): Promise<Measurement> {
    return this.measure(server, () => this.load.call('flows', { url: server.url, clients }));
  }

  /** Measures while the machine does as little else as possible. @throws Error if an answer was wrong */
  async measure(server: Server, begin: () => Promise<void>): Promise<Measurement> {
    for (;;) {
      await this.otherWork.quiet();
      const measurement = await this.#measureOnce(server, begin);
      if (!this.otherWork.isNoticed(measurement.otherWork)) return measurement;
      const again = this.otherWork.mayWait;
      this.say(`  other work kept ${measurement.otherWork.toFixed(2)} processors busy: ${again ? 'measuring again' : 'kept as it is'}`);
      if (!again) return measurement;
    }
  }

  async #measureOnce(server: Server, begin: () => Promise<void>): Promise<Measurement> {
    await this.database.settle();
    await begin();
    await delay(this.extent.warmUpSeconds * 1000);
    const used = () => ({ service: processorSeconds(server.pid), database: this.#databaseSeconds() });
    const transactionsBefore = await this.database.transactions();
    const before = used();
    const watched = this.otherWork.watch();
    await this.load.call('measure');
    await delay(this.extent.seconds * 1000);
    const after = used();
    const otherWork = watched();
    const transactions = (await this.database.transactions()) - transactionsBefore;
    const measured = await this.load.call('stop');
    if (measured.failures > 0) throw new Error(`${measured.failures} rounds went wrong, the first with: ${measured.firstFailure}`);
    const serviceSeconds = after.service - before.service;
    const databaseSeconds = after.database - before.database;
    return { ...measured, serviceSeconds, databaseSeconds, servingSeconds: serviceSeconds + databaseSeconds, transactions, otherWork };
  }

  #databaseSeconds(): number {
    return processTreeSeconds(this.database.processId);
  }

  async end(): Promise<void> {
    await this.load.end();
  }
}
