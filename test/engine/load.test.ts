/** More work than there is room for: sessions that would be new are turned away first. */
import { describe, expect, test } from 'vitest';
import { Overloaded } from '../../src/engine/errors.ts';
import { Load } from '../../src/engine/load.ts';

const room = 2000;
const nothing = { waiting: 0 };
const roomForTasks = { room: 1 };

/** Starts that go on until they are let go. */
function held(load: Load, count: number) {
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const all = Promise.all(Array.from({ length: count }, () => load.starting(() => gate)));
  return { release, all };
}

describe('a process', () => {
  test('turns new sessions away when it has its hands full, and takes them again when it has not', async () => {
    const load = new Load(nothing, roomForTasks);
    const { release, all } = held(load, room);
    expect([load.isFull, load.count]).toEqual([true, room]);
    await expect(load.starting(async () => 'late')).rejects.toBeInstanceOf(Overloaded);
    release();
    await all;
    expect([load.isFull, load.count]).toEqual([false, 0]);
    expect(await load.starting(async () => 'in time')).toBe('in time');
  });

  test('counts the events of running sessions before new ones', async () => {
    const events = { waiting: room };
    const load = new Load(events, roomForTasks);
    await expect(load.starting(async () => 'new')).rejects.toBeInstanceOf(Overloaded);
    events.waiting = room - 1;
    expect(await load.starting(async () => 'new')).toBe('new');
  });

  test('turns new sessions away while it can send no messages for them', async () => {
    const tasks = { room: 0 };
    const load = new Load(nothing, tasks);
    await expect(load.starting(async () => 'new')).rejects.toBeInstanceOf(Overloaded);
    expect(load.isFull).toBe(true);
    tasks.room = 1;
    expect(await load.starting(async () => 'new')).toBe('new');
  });

  test('has room again after a start that failed', async () => {
    const load = new Load(nothing, roomForTasks);
    await expect(load.starting(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(load.count).toBe(0);
  });
});
