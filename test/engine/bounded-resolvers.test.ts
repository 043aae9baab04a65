/** A resolver of a module that never answers: its request ends, and the session takes the next one. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineDeps } from '../../src/engine/engine.ts';
import { RateLimited } from '../../src/engine/errors.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { type Resolver, serviceCaller } from '../../src/engine/ports.ts';
import { boundedResolvers } from '../../src/engine/sessions/bounded-resolvers.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { newSession } from '../support/new-session.ts';
import { ManualClock, TestProcess, testDefinitions } from '../support/test-process.ts';
import { seed } from '../support/workflows.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new Promise<never>(() => {});
const requestContext = { caller: { client: null, address: null, network: null, clientKey: null }, attempt: 'a', session: newSession };
const tooLate = "The resolver 'slow' did not answer within 30 seconds";

/** The single resolver, with its limit. */
function bounded(resolver: Resolver): Resolver {
  return boundedResolvers({ slow: resolver })['slow'] ?? expect.fail('No resolver');
}

test.each<[string, (resolver: Resolver) => unknown]>([
  ['prepares', ({ prepare }) => prepare?.({}, requestContext)],
  ['reads a start', ({ start }) => start?.({}, undefined, requestContext)],
  ['reads an event', ({ event }) => event?.({}, {} as never, { ...requestContext, prepared: undefined })],
])('a resolver that %s for ever fails its request after 30 seconds', async (_, call) => {
  let error: unknown = null;
  const called = Promise.resolve(call(bounded({ prepare: () => never, start: () => never, event: () => never }))).catch(
    (thrown: unknown) => {
      error = thrown;
    },
  );
  await vi.advanceTimersByTimeAsync(29_999);
  expect(error).toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  await called;
  expect(String(error)).toContain(tooLate);
});

test('a resolver that answers in time keeps its answers, its errors and its lists, and leaves no timer', async () => {
  const resolution = { event: null, personal: {} };
  const limited = new RateLimited(null);
  const resolver = bounded({ details: ['email'], refusals: ['lent'], start: () => resolution, event: () => Promise.reject(limited) });
  expect(resolver).toEqual({ details: ['email'], refusals: ['lent'], start: expect.any(Function), event: expect.any(Function) });
  expect(resolver.start?.({}, undefined, requestContext)).toBe(resolution);
  await expect(resolver.event?.({}, {} as never, { ...requestContext, prepared: undefined })).rejects.toBe(limited);
  expect(vi.getTimerCount()).toBe(0);
});

test.each<[string, Partial<EngineDeps>, string]>([
  ['resolver', { resolvers: { household: { start: () => never } } }, "The resolver 'household'"],
  ['task', { handlers: { deliver: { admit: () => never, run: () => never } } }, "The task 'deliver'"],
])('a start whose %s never answers ends, and takes no place in the process', async (_, deps, subject) => {
  const { engine } = new TestProcess(new MemoryDatabase().process(), new ManualClock(), deps);
  const [errand, household] = new Workflows(testDefinitions, seed).latest();
  const workflow = (subject.includes('household') ? household : errand) ?? expect.fail('No workflow');
  const started = expect(engine.start(workflow, { word: 'bread' }, null, serviceCaller)).rejects.toThrow(`${subject} did not answer`);
  await vi.advanceTimersByTimeAsync(30_000);
  await started;
  expect(engine.load.count).toBe(0);
});
