/** More work than there is room for: new sessions are refused first. */
import { describe, expect, test } from 'vitest';
import { Overloaded } from '../../src/engine/errors.ts';
import { Load } from '../../src/engine/load.ts';

const room = 2000;
const nothing = { waiting: 0 };
const roomForTasks = { room: 1 };

/** Starts that wait until the test releases them. */
function held(load: Load, count: number) {
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const all = Promise.all(Array.from({ length: count }, () => load.starting(() => gate)));
  return { release, all };
}

describe('a process', () => {
  test('refuses new sessions when it is full, and accepts them again afterwards', async () => {
    const load = new Load(nothing, roomForTasks);
    const { release, all } = held(load, room);
    expect([load.isFull, load.count]).toEqual([true, room]);
    await expect(load.starting(async () => 'late')).rejects.toBeInstanceOf(Overloaded);
    release();
    await all;
    expect([load.isFull, load.count]).toEqual([false, 0]);
    expect(await load.starting(async () => 'in time')).toBe('in time');
  });

  test('prefers the events of running sessions to new sessions', async () => {
    const events = { waiting: room };
    const load = new Load(events, roomForTasks);
    await expect(load.starting(async () => 'new')).rejects.toBeInstanceOf(Overloaded);
    events.waiting = room - 1;
    expect(await load.starting(async () => 'new')).toBe('new');
  });

  test('refuses new sessions while it can send no messages for them', async () => {
    const tasks = { room: 0 };
    const load = new Load(nothing, tasks);
    await expect(load.starting(async () => 'new')).rejects.toBeInstanceOf(Overloaded);
    expect(load.isFull).toBe(true);
    tasks.room = 1;
    expect(await load.starting(async () => 'new')).toBe('new');
  });

  test('has room again after a failed start', async () => {
    const load = new Load(nothing, roomForTasks);
    await expect(load.starting(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(load.count).toBe(0);
  });
});
