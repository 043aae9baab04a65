/** The sandbox's clock, shared by processes whose own clocks and reads differ. */
import { expect, test } from 'vitest';
import type { Clock } from '../../src/engine/clock.ts';
import { type ClockRecords, type ClockSetting, SandboxClock } from '../../src/sandbox/sandbox-clock.ts';

/** The clock of a process, which the test moves. */
class OwnClock implements Clock {
  time: number;

  constructor(time: number) {
    this.time = time;
  }

  now(): number {
    return this.time;
  }

  async refresh(): Promise<void> {}

  running(): boolean {
    return true;
  }
}

/** The records that the processes share. The test decides what happens during a read or a write. */
class SharedRecords implements ClockRecords {
  #setting: ClockSetting = { offsetMs: 0, frozenAt: null };
  whileWriting: () => void = () => {};
  whileReading: () => Promise<void> = async () => {};

  async clock(): Promise<ClockSetting> {
    const setting = this.#setting;
    await this.whileReading();
    return setting;
  }

  async updateClock(change: (setting: ClockSetting) => ClockSetting): Promise<ClockSetting> {
    this.#setting = change(this.#setting);
    this.whileWriting();
    return this.#setting;
  }
}

test('a clock frozen in one process stands at the same millisecond in all', async () => {
  const records = new SharedRecords();
  const [ownA, ownB] = [new OwnClock(1_000), new OwnClock(1_003)];
  const [a, b] = [new SandboxClock(ownA, records, true), new SandboxClock(ownB, records, true)];
  expect(b.now()).toBe(1_003);
  records.whileWriting = () => {
    ownA.time += 1;
    a.now();
  };
  await a.freeze(true);
  await b.refresh();
  expect([a.now(), b.now()]).toEqual([1_000, 1_000]);
  records.whileWriting = () => {};
  await b.moveTo(b.now() + 90_000);
  await a.refresh();
  expect([a.now(), b.now()]).toEqual([91_000, 91_000]);
});

test('a running clock never goes back, even if it continues from a frozen time', async () => {
  const own = new OwnClock(1_000);
  const clock = new SandboxClock(own, new SharedRecords(), true);
  expect(clock.now()).toBe(1_000);
  own.time = 990;
  expect(clock.now()).toBe(1_000);
  await clock.freeze(true);
  own.time = 5_000;
  await clock.freeze(false);
  expect(clock.now()).toBe(1_000);
  own.time = 5_007;
  expect(clock.now()).toBe(1_007);
});

test('a read that began before a change does not undo the change', async () => {
  const records = new SharedRecords();
  const clock = new SandboxClock(new OwnClock(1_000), records, true);
  let finishReading = () => {};
  records.whileReading = () =>
    new Promise((resolve) => {
      finishReading = resolve;
    });
  const looked = clock.refresh();
  await Promise.resolve();
  await Promise.resolve();
  await clock.moveTo(61_000);
  finishReading();
  await looked;
  expect(clock.now()).toBe(61_000);
});

test('simultaneous reads are shared, and each begins after its request', async () => {
  const records = new SharedRecords();
  let reads = 0;
  records.whileReading = async () => {
    reads += 1;
  };
  const clock = new SandboxClock(new OwnClock(1_000), records, true);
  await Promise.all(Array.from({ length: 20 }, () => clock.refresh()));
  expect(reads).toBe(1);
  await clock.refresh();
  expect(reads).toBe(2);
});

test('a failed read fails the callers that waited for it, not the next one', async () => {
  const records = new SharedRecords();
  const clock = new SandboxClock(new OwnClock(1_000), records, true);
  records.whileReading = () => Promise.reject(new Error('away'));
  await expect(clock.refresh()).rejects.toThrow('away');
  records.whileReading = async () => {};
  await expect(clock.refresh()).resolves.toBeUndefined();
});
