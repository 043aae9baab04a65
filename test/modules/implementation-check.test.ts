/** A resolver or task that lacks a property required by its workflow stops the start. */
import { describe, expect, test } from 'vitest';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import type { Resolver, TaskHandler } from '../../src/engine/ports.ts';
import { checkImplementations } from '../../src/modules/implementation-check.ts';
import { fieldsResolver } from '../../src/resolvers/fields.ts';
import { seed } from '../support/workflows.ts';
import { library, loan } from './library.ts';

describe('an opened module that lacks a required property is refused', () => {
  const workflows = new Workflows([loan({ eventResolver: 'loan' })], seed);
  const start = { start: () => ({ event: null, personal: {} }) };
  const both = { ...start, event: () => ({ payload: {} }) };
  const run = async () => ({ outcome: 'done' }) as const;
  const { refusals = {}, details = {} } = library;
  const names = { refusals, details };

  test.each<[string, Record<string, Resolver>, Record<string, TaskHandler>, string]>([
    ['nothing', { loan: both }, { reserve: { run, timeoutMs: 25_000, retryDelaysMs: [0, 1000] } }, ''],
    [
      'events',
      { loan: start },
      { reserve: { run } },
      "Workflow 'book-loan': the event EXTEND names the resolver 'loan', which reads only the bodies of starts",
    ],
    [
      'starts',
      { loan: { event: both.event } },
      { reserve: { run } },
      "Workflow 'book-loan': the start names the resolver 'loan', which reads only the bodies of events",
    ],
    [
      'a time-out beyond the lease',
      { loan: both },
      { reserve: { run, timeoutMs: 25_001 } },
      "The task 'reserve' has a time-out of 25001 ms; it must be above 0 and at most 25000",
    ],
    ['no time-out', { loan: both }, { reserve: { run, timeoutMs: Number.NaN } }, "The task 'reserve' has a time-out of NaN ms"],
    ['a negative pause', { loan: both }, { reserve: { run, retryDelaysMs: [1, -1] } }, "The task 'reserve' waits -1 ms between attempts"],
    [
      'a detail that no module brings',
      { loan: both, returns: fieldsResolver({ details: ['titel'] }) },
      { reserve: { run } },
      "No module brings the detail 'titel', which the resolver 'returns' reads",
    ],
    [
      'a refusal that no module brings',
      { loan: { ...both, refusals: ['lent', 'rate-limited', 'lend'] } },
      { reserve: { run } },
      "No module brings the refusal 'lend', which the resolver 'loan' lists",
    ],
  ])('%s', (_, resolvers, tasks, line) => {
    const check = () => checkImplementations(workflows, { resolvers, tasks }, names);
    if (line === '') expect(check).not.toThrow();
    else expect(check).toThrow(line);
  });
});
