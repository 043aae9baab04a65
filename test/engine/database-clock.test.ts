/** A process's estimate of the database's clock. The test sets how long each answer takes. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DatabaseClock, largestErrorMs, smallErrorMs } from '../../src/engine/database-clock.ts';

const epoch = Date.UTC(2026, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The time that a question travels, and that its answer travels. */
interface Journey {
  readonly there: number;
  readonly back: number;
}
const quick: Journey = { there: 1, back: 1 };
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A database whose clock is ahead of this machine's by an offset. */
function database(journeys: (Journey | Error)[] = []) {
  const state = { ahead: epoch, drift: 0, asked: 0, usual: quick as Journey | Error };
  const time = () => performance.now() * (1 + state.drift) + state.ahead;
  const clock = new DatabaseClock(async () => {
    state.asked += 1;
    const journey = journeys.shift() ?? state.usual;
    if (journey instanceof Error) throw journey;
    await wait(journey.there);
    const told = Math.floor(time());
    await wait(journey.back);
    return told;
  });
  const wrongBy = () => Math.abs(clock.now() - time());
  /** Lets time pass, and checks that the clock stays within its stated error. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      await vi.advanceTimersByTimeAsync(100);
      expect(wrongBy()).toBeLessThanOrEqual(clock.errorMs() + 1);
    }
  };
  const start = async () => {
    const started = clock.start();
    await vi.advanceTimersByTimeAsync(20_000);
    await started;
  };
  return { state, clock, wrongBy, pass, start, journeys };
}

test.each([
  ['there', { there: 3_900, back: 100 }],
  ['back', { there: 100, back: 3_900 }],
])('a first answer that was slow on its way %s is not used', async (_, slow) => {
  const { clock, wrongBy, start } = database([slow]);
  await start();
  expect(wrongBy()).toBeLessThanOrEqual(smallErrorMs);
  expect(clock.errorMs()).toBeLessThanOrEqual(smallErrorMs);
});

test('a later slow answer changes nothing', async () => {
  const { state, wrongBy, pass, start } = database();
  await start();
  for (const usual of [
    { there: 0, back: 4_000 },
    { there: 4_000, back: 0 },
    { there: 0, back: 1_500 },
  ]) {
    state.usual = usual;
    await pass(30_000);
    expect(wrongBy()).toBeLessThanOrEqual(200);
  }
});

test('the best of several answers counts, and the process asks until one is good', async () => {
  const { state, clock, wrongBy, start } = database([
    { there: 900, back: 0 },
    { there: 0, back: 600 },
    { there: 30, back: 10 },
  ]);
  await start();
  expect(state.asked).toBeGreaterThanOrEqual(3);
  expect(wrongBy()).toBeLessThanOrEqual(20);
  expect(clock.errorMs()).toBeLessThanOrEqual(40);
});

test('the process asks often while its error is large, and seldom while it is small', async () => {
  const { state, pass, start } = database();
  state.usual = { there: 300, back: 300 };
  await start();
  state.asked = 0;
  await pass(10_000);
  expect(state.asked).toBeGreaterThan(8);
  state.usual = quick;
  await pass(10_000);
  state.asked = 0;
  await pass(60_000);
  expect(state.asked).toBeGreaterThanOrEqual(3);
  expect(state.asked).toBeLessThanOrEqual(6);
});

test('the start waits until the time is known', async () => {
  const { state, clock } = database();
  state.usual = { there: 4_000, back: 0 };
  let isStarted = false;
  const started = clock.start().then(() => {
    isStarted = true;
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect([isStarted, clock.isKnown()]).toEqual([false, false]);
  state.usual = quick;
  await vi.advanceTimersByTimeAsync(10_000);
  await started;
  expect(clock.isKnown()).toBe(true);
});

test('the start fails if the database does not answer', async () => {
  await expect(database([new Error('away')]).clock.start()).rejects.toThrow('away');
});

test('the error grows without good answers, the process reports it in the end, and recovers by itself', async () => {
  const { state, clock, pass, start } = database();
  state.drift = 0.000_9;
  await start();
  const before = clock.errorMs();
  state.usual = new Error('away');
  await pass(100_000);
  expect(clock.errorMs()).toBeGreaterThan(before + 90);
  expect(clock.isKnown()).toBe(true);
  await vi.advanceTimersByTimeAsync(largestErrorMs * 1_000);
  expect(clock.isKnown()).toBe(false);
  state.usual = quick;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(clock.errorMs()).toBeLessThanOrEqual(smallErrorMs);
});

test('drift is followed, even if half of the answers are slow', async () => {
  const { state, journeys, pass, start } = database();
  state.drift = -0.000_9;
  await start();
  for (let minute = 0; minute < 10; minute += 1) {
    journeys.push({ there: 1_000, back: 10 });
    await pass(60_000);
  }
});

test('the time of another database counts at once, and time never goes back', async () => {
  const { state, clock, wrongBy, start } = database();
  await start();
  state.ahead += 5_000;
  await vi.advanceTimersByTimeAsync(16_000);
  expect(wrongBy()).toBeLessThanOrEqual(smallErrorMs);
  state.ahead -= 5_000;
  let last = clock.now();
  for (let passed = 0; passed < 30_000; passed += 100) {
    await vi.advanceTimersByTimeAsync(100);
    expect(clock.now()).toBeGreaterThanOrEqual(last);
    last = clock.now();
  }
  expect(wrongBy()).toBeLessThanOrEqual(smallErrorMs);
});
