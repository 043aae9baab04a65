/** A resolver or task that lacks a property required by its workflow stops the start. */
import { type TProperties, type TSchema, Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { closed } from '../../machines/workflow.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { type Resolver, serviceCaller, type TaskHandler } from '../../src/engine/ports.ts';
import { checkImplementations } from '../../src/modules/implementation-check.ts';
import { fieldsResolver } from '../../src/resolvers/fields.ts';
import { newSession } from '../support/new-session.ts';
import { seed } from '../support/workflows.ts';
import { event, library, loan } from './library.ts';

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

describe('a field that a resolver passes on as payload', () => {
  const reserve: TaskHandler = { run: async () => ({ outcome: 'done' }) };
  const { refusals = {}, details = {} } = library;

  /** The refusal of a workflow whose start and whose event EXTEND have the field `days`. */
  const refusalOf = (days: TSchema | null, payload: readonly string[]): string => {
    const fields: TProperties = days === null ? {} : { days };
    const workflow = loan(
      {},
      {
        start: { body: Type.Object({ title: Type.String() }, closed), resolver: 'loan', events: [null] },
        events: { RETURN: event, CANCEL: event, EXTEND: { ...event, body: Type.Object(fields, closed), resolver: 'days' } },
      },
    );
    const resolvers = { loan: fieldsResolver({ details: ['title'] }), days: fieldsResolver({ payload }) };
    try {
      checkImplementations(new Workflows([workflow], seed), { resolvers, tasks: { reserve } }, { refusals, details });
      return '';
    } catch (error) {
      return String(error);
    }
  };

  test.each<[string, TSchema]>([
    ['a text', Type.String({ maxLength: 5 })],
    ['an optional number', Type.Optional(Type.Integer())],
    ['a boolean', Type.Boolean()],
    ['a choice', Type.Union([Type.Literal('a'), Type.Literal(7)])],
    ['an enumeration', Type.Unsafe({ enum: ['a', 7] })],
  ])('may be %s', (_, schema) => {
    expect(refusalOf(schema, ['days'])).toBe('');
  });

  test.each<[string, TSchema]>([
    ['an object', Type.Object({ from: Type.String() })],
    ['a list', Type.Array(Type.String())],
    ['null as well', Type.Union([Type.Integer(), Type.Null()])],
    ['a date', Type.Date()],
    ['anything', Type.Unknown()],
  ])('may not be %s', (_, schema) => {
    expect(refusalOf(schema, ['days'])).toContain(
      "Workflow 'book-loan': the event EXTEND passes on its field 'days' as payload (resolver 'days'), so the field must be a text, a number or a boolean",
    );
  });

  test('must be in a body', () => {
    expect(refusalOf(null, ['days'])).toContain("No body has the field 'days', which the resolver 'days' passes on as payload");
  });

  test('is not dropped if the check was left out', () => {
    const resolver = fieldsResolver({ payload: ['days'], event: 'EXTEND' });
    expect(() => resolver.start?.({ days: [1] }, undefined, { caller: serviceCaller, attempt: 'a', session: newSession })).toThrow(
      "The field 'days' is no text, number or boolean, so it can't be payload",
    );
  });
});
