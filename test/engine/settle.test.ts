/** An answer that waits for the tasks of its session, over a database in memory that two processes share. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { ManualClock, TestProcess, testDefinitions } from '../support/test-process.ts';
import { seed } from '../support/workflows.ts';

test('an answer whose wait times out shows the result that another process stored meanwhile', async () => {
  const [database, clock, workflows] = [new MemoryDatabase(), new ManualClock(), new Workflows(testDefinitions, seed)];
  const deliver = { run: () => new Promise<never>(() => {}) };
  const start = () => ({ event: null, personal: {} });
  const [a, b] = [0, 1].map(
    () => new TestProcess(database.process(), clock, { workflows, handlers: { deliver }, resolvers: { errand: { start } } }),
  );
  const errand = workflows.latest().find(({ name }) => name === 'errand');
  if (!a || !b || !errand) throw new Error('No process or no errand');
  const started = await a.engine.start(errand, { word: 'bread' }, null, serviceCaller);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const settling = a.engine.settle(started, 10_000);
  await b.send('errand', started.session.id, 'CANCEL');
  vi.advanceTimersByTime(10_000);
  expect((await settling).session.status).toBe('done');
});
