/** Examples for the reference: made from the schemas and by running the machine, so that they stay correct. */
import { KindGuard, type TSchema, Type } from '@sinclair/typebox';
import { addressFormat, detailText, fieldsOfBodies } from '../../../machines/session-data.ts';
import type { Workflow } from '../../../machines/workflow.ts';
import { type Session, statePath } from '../../engine/session.ts';
import { exampleStart } from '../../engine/steps/example-start.ts';
import { acceptedEvents, startSession, step } from '../../engine/steps/step.ts';
import { outcomesOf } from '../../engine/tasks/handlers.ts';
import type { AddressOf } from '../addresses.ts';
import { activeStates } from '../sessions/active-states.ts';
import { publicEventName, type Representation, referenceOf, timeOf } from '../sessions/representation.ts';

const id = '019b7a3e-5c00-7d3a-8f21-6b0c9e4d1a57';
const childId = '8c1f7a52-3b0e-8d44-9a6b-2f5e0c7d1b93';
const startedAt = Date.UTC(2026, 0, 1);

/** Sample values for the personal details that a workflow can show. */
const masked = {
  email: 'j***@example.com',
  phone: '+44*******123',
  accountId: '0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d',
  agent: 'Sam',
  reason: 'You asked us to look into missing messages',
};

/** A session just started, with its tasks done: usually the first one that a client sees. */
export function exampleSession(workflow: Workflow, addressOf: AddressOf): Representation {
  let session = startSession(
    workflow,
    { ...exampleStart(workflow), id },
    workflow.start.events.find((event) => event !== null) ?? null,
    startedAt,
  ).session;
  for (const task of session.tasks) {
    if (task.child !== undefined) continue;
    const [outcome] = outcomesOf(workflow, task);
    const end = { kind: 'task-done', generation: task.generation, output: outcome === undefined ? null : { outcome } } as const;
    session = step(workflow, session, end, startedAt).session;
  }
  const { name, version, collection } = workflow;
  const viewer = workflow.start.by === 'agent' ? 'agent' : 'holder';
  const deadlines = Object.entries(workflow.deadlines).map(([delay, deadline]) => {
    const timer = session.timers.find((candidate) => candidate.delay === delay);
    return [deadline, timer ? timeOf(timer.dueAt) : null];
  });
  return {
    id,
    workflow: name,
    version,
    revision: 2,
    status: 'active',
    state: statePath(session.value),
    ...activeStates(workflow, session),
    outcome: null,
    data: workflow.view.of({ context: session.context, masked: { ...masked, ...exampleData(workflow) }, viewer }),
    ...Object.fromEntries(deadlines),
    ...(workflow.children ? { child: exampleChild(session, addressOf) } : {}),
    events: acceptedEvents(workflow, session, [viewer]).map((type) => {
      const event = publicEventName(type);
      return { type: event, method: 'POST', href: addressOf(`/v1/${collection}/${id}/${event}`) };
    }),
    result: null,
    reference: referenceOf(id),
    createdAt: timeOf(startedAt),
    updatedAt: timeOf(startedAt),
  };
}

/** Sample values for the data of a workflow, which its own functions mask. */
function exampleData(workflow: Workflow): Readonly<Record<string, unknown>> {
  const fields = fieldsOfBodies(workflow);
  return Object.fromEntries(
    Object.entries(workflow.data ?? {}).flatMap(([name, mask]): [string, unknown][] => {
      const value = exampleOf(fields[name] ?? Type.String(), 'all');
      if (mask === 'sealed' || value === undefined) return [];
      if (mask === 'shown') return [[name, value]];
      if (typeof mask === 'function') return [[name, mask(detailText(value))]];
      const format = mask === 'masked' ? addressFormat(fields[name]) : mask;
      return [[name, format === null ? `${detailText(value).slice(0, 1)}***` : masked[format]]];
    }),
  );
}

/** Sample texts by format. The other texts are a word. */
const texts: Readonly<Record<string, string>> = {
  email: 'jane@example.com',
  phone: '+14155550132',
  uri: 'https://example.com',
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  uuid: id,
};

function exampleChild({ tasks }: Session, addressOf: AddressOf) {
  const task = tasks.find(({ child }) => child !== undefined);
  if (!task) return null;
  return { workflow: task.src, id: childId, href: addressOf(`/v1/${task.src}s/${childId}`), sessionToken: 'pQ7mZr2sT9a…' };
}

/**
 * A value that satisfies a body's schema, made of the schema's examples.
 * @param fields the required ones, or all of them
 */
export function exampleOf(schema: TSchema, fields: 'required' | 'all'): unknown {
  if (Array.isArray(schema['examples'])) return schema['examples'][0];
  if (KindGuard.IsLiteral(schema)) return schema.const;
  if (KindGuard.IsUnion(schema)) return schema.anyOf[0] && exampleOf(schema.anyOf[0], fields);
  if (KindGuard.IsBoolean(schema)) return true;
  if (KindGuard.IsInteger(schema) || KindGuard.IsNumber(schema)) return schema.minimum ?? 1;
  if (KindGuard.IsString(schema)) return schema.pattern === undefined ? (texts[schema.format ?? ''] ?? 'text') : undefined;
  if (!KindGuard.IsObject(schema)) return undefined;
  const shown = Object.entries(schema.properties).filter(([name]) => fields === 'all' || schema.required?.includes(name));
  return Object.fromEntries(shown.map(([name, property]) => [name, exampleOf(property, fields)]));
}
