/** The names that promises use, with the part that uses each. */
import type { Amount, Cause, Condition, DecisionTable, Effect, Promises, Test, Value } from '../../machines/promises.ts';

export type PromiseNameSort =
  | 'event'
  | 'state'
  | 'task'
  | 'delay'
  | 'figure'
  | 'refusal'
  | 'notice'
  | 'party'
  | 'member of the context'
  | 'fact'
  | 'step of the table'
  | 'name of the table';

export interface PromiseName {
  readonly sort: PromiseNameSort;
  readonly name: string;
  /** The member of the promises, such as `limits`. */
  readonly part: string;
}

/** The name of a payload’s field, and its event. */
export interface PayloadName {
  readonly event: string;
  readonly field: string;
  readonly part: string;
}

export function namesInPromises(promises: Promises): PromiseName[] {
  const {
    entries = [],
    limits = [],
    cooldowns = [],
    deadlines = [],
    messages = [],
    taskEnds = [],
    counts = {},
    success,
    table,
    uninterrupted = [],
  } = promises;
  return [
    ...named('task', uninterrupted, 'uninterrupted'),
    ...entries.flatMap(({ states, tasks = [], by }) => [
      ...named('state', states, 'entries'),
      ...named('task', tasks, 'entries'),
      ...by.flatMap((cause) => inCause(cause, 'entries')),
    ]),
    ...limits.flatMap(({ event, since = event, most, refusal }) => [
      ...named('event', [event, since], 'limits'),
      ...inAmount(most, 'limits'),
      ...named('refusal', [refusal], 'limits'),
    ]),
    ...cooldowns.flatMap(({ event, since = event, lasts, refusal }) => [
      ...named('event', [event, since], 'cooldowns'),
      ...inAmount(lasts, 'cooldowns'),
      ...named('refusal', [refusal], 'cooldowns'),
    ]),
    ...deadlines.flatMap(({ delay, lasts, begunBy = [], leadsTo = [] }) => [
      ...named('delay', [delay], 'deadlines'),
      ...inAmount(lasts, 'deadlines'),
      ...begunBy.flatMap((by) => [...named('event', [by.event], 'deadlines'), ...inAmount(by.lasts ?? 0, 'deadlines')]),
      ...named('state', [leadsTo].flat(), 'deadlines'),
    ]),
    ...messages.flatMap(({ notice, on = [], refusing = [], entering = [] }) => [
      ...named('notice', [notice], 'messages'),
      ...[...on, ...refusing].flatMap((cause) => inCause(cause, 'messages')),
      ...named('state', entering, 'messages'),
    ]),
    ...taskEnds.flatMap(({ task, when, leadsTo, knows }) => [
      ...named('task', [task], 'taskEnds'),
      ...named('state', [leadsTo], 'taskEnds'),
      ...named('member of the context', [...Object.keys(when ?? {}), ...Object.keys(knows ?? {})], 'taskEnds'),
    ]),
    ...Object.entries(counts).flatMap(([name, { most, of }]) => [
      ...named('member of the context', [name], 'counts'),
      ...inAmount(most, 'counts'),
      ...(of === undefined ? [] : [...named('event', [of.event], 'counts'), ...named('state', [of.in], 'counts')]),
    ]),
    ...(success === undefined ? [] : [...named('state', [success.outcome], 'success'), ...inAmount(success.lasts ?? 0, 'success')]),
    ...(table === undefined ? [] : inTable(table)),
  ];
}

/** The fields of payloads that tests name. */
export function payloadNamesInPromises(promises: Promises): PayloadName[] {
  const { entries = [], limits = [], cooldowns = [], deadlines = [], messages = [], counts = {} } = promises;
  const causes = [
    ...entries.flatMap(({ by }) => by.map((cause) => ({ part: 'entries', cause }))),
    ...messages.flatMap(({ on = [] }) => on.map((cause) => ({ part: 'messages', cause }))),
  ];
  const tests: { readonly part: string; readonly event: string; readonly with?: Condition }[] = [
    ...causes.flatMap(({ part, cause }) => ('event' in cause ? [{ part, ...cause }] : [])),
    ...limits.map((limit) => ({ part: 'limits', ...limit })),
    ...cooldowns.map((cooldown) => ({ part: 'cooldowns', ...cooldown })),
    ...deadlines.flatMap(({ begunBy = [] }) => begunBy.map((by) => ({ part: 'deadlines', ...by }))),
    ...Object.values(counts).flatMap(({ of }) => (of === undefined ? [] : [{ part: 'counts', ...of }])),
  ];
  return tests.flatMap(({ part, event, with: test = {} }) => Object.keys(test).map((field) => ({ part, event, field })));
}

function named(sort: PromiseNameSort, names: readonly string[], part: string): PromiseName[] {
  return names.map((name) => ({ sort, name, part }));
}

function inAmount(amount: Amount, part: string, sort: PromiseNameSort = 'figure'): PromiseName[] {
  return typeof amount === 'string' ? named(sort, [amount], part) : [];
}

function inTest(test: Test, part: string, sort: PromiseNameSort): PromiseName[] {
  if (test === null || typeof test !== 'object' || 'not' in test) return [];
  return inAmount('atLeast' in test ? test.atLeast : test.below, part, sort);
}

function inCause(cause: Cause, part: string): PromiseName[] {
  if ('task' in cause) return named('task', [cause.task], part);
  const { event, with: fields = {}, when = {}, before, sender } = cause;
  return [
    ...named('event', [event], part),
    ...named('member of the context', Object.keys(when), part),
    ...[...Object.values(when), ...Object.values(fields)].flatMap((test) => inTest(test, part, 'figure')),
    ...named('delay', before === undefined ? [] : [before], part),
    ...named('party', sender === undefined ? [] : [sender], part),
  ];
}

const inTheTable = 'table';
const tableName: PromiseNameSort = 'name of the table';

function inTable(table: DecisionTable): PromiseName[] {
  const { moments = {}, flags = {}, steps = {}, passing = [], rules, unanswered = [], shows, accepts, atMostEvery = {} } = table;
  return [
    ...Object.values(moments).flatMap(({ after, lasts }) => [
      ...named(tableName, [after], inTheTable),
      ...inAmount(lasts, inTheTable, tableName),
    ]),
    ...Object.values(flags)
      .flat()
      .flatMap((condition) => inCondition(condition)),
    ...[...Object.values(steps).flat(), ...passing.flatMap(({ effects }) => effects)].flatMap(inEffect),
    ...passing.flatMap(({ at, when }) => [...named(tableName, [at], inTheTable), ...inCondition(when)]),
    ...rules.flatMap(({ on, with: fields = {}, when, refusal, until, atLeast = 0, effects = [] }) => [
      ...named('event', [on].flat(), inTheTable),
      ...Object.values(fields).flatMap((test) => inTest(test, inTheTable, tableName)),
      ...inCondition(when),
      ...named('refusal', refusal === undefined ? [] : [refusal], inTheTable),
      ...named(tableName, until === undefined ? [] : [until], inTheTable),
      ...inAmount(atLeast, inTheTable, tableName),
      ...effects.flatMap(inEffect),
    ]),
    ...named('event', [...unanswered, ...accepts.map(({ event }) => event)], inTheTable),
    ...Object.values(shows)
      .flat()
      .flatMap(({ when, is }) => [...inCondition(when), ...inValue(is)]),
    ...accepts.flatMap(({ when }) => inCondition(when)),
    ...named('notice', Object.keys(atMostEvery), inTheTable),
    ...Object.values(atMostEvery).flatMap((amount) => inAmount(amount, inTheTable)),
  ];
}

function inCondition(condition: Condition = {}): PromiseName[] {
  return [
    ...named(tableName, Object.keys(condition), inTheTable),
    ...Object.values(condition).flatMap((test) => inTest(test, inTheTable, tableName)),
  ];
}

function inValue(value: Value): PromiseName[] {
  if (value === null || typeof value !== 'object') return [];
  const { plus = 0, minus = 0 } = value;
  return [
    ...('of' in value ? named(tableName, [value.of], inTheTable) : []),
    ...inAmount(plus, inTheTable, tableName),
    ...inAmount(minus, inTheTable, tableName),
  ];
}

function inEffect({ with: fields = {}, when, set = {}, add = {}, do: step, sendsCode, tells = [] }: Effect): PromiseName[] {
  return [
    ...Object.values(fields).flatMap((test) => inTest(test, inTheTable, tableName)),
    ...inCondition(when),
    ...named('fact', [...Object.keys(set), ...Object.keys(add)], inTheTable),
    ...Object.values(set).flatMap(inValue),
    ...named('step of the table', step === undefined ? [] : [step], inTheTable),
    ...named(tableName, sendsCode === undefined ? [] : [sendsCode], inTheTable),
    ...named('notice', tells, inTheTable),
  ];
}
