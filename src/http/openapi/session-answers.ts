/** The answers that several operations of sessions share: each is a component of the document. */
import type { Workflow } from '../../../machines/workflow.ts';
import type { AddressOf } from '../addresses.ts';
import { pascalCase } from './component-names.ts';
import { exampleSession } from './example.ts';
import { type JsonObject, json, reference, type SharedSuccess, type Success } from './operation.ts';

/** The name of a workflow in schemas: `EmailVerification` for `email-verification`. */
export function schemaName({ name }: Workflow): string {
  return pascalCase(name);
}

/** The session after an event. */
export function afterEvent(workflow: Workflow): SharedSuccess {
  return shared(schemaName(workflow));
}

export const historyAnswer = shared('History');
export const streamAnswer = shared('Stream');

function shared(name: string): SharedSuccess {
  return { status: 200, ...reference('responses', name) };
}

/** @returns the answers by name */
export function sessionAnswers(workflows: readonly Workflow[], addressOf: AddressOf): JsonObject {
  const [first] = workflows;
  if (first === undefined) return {};
  return {
    ...Object.fromEntries(workflows.map((workflow) => [schemaName(workflow), component(eventAnswer(workflow))])),
    History: component(json(200, 'The history', reference('schemas', 'History'))),
    Stream: component(stream(first, addressOf)),
  };
}

function eventAnswer(workflow: Workflow): Success {
  return json(200, 'The session after the event', reference('schemas', schemaName(workflow)), {
    headers: { 'Preference-Applied': reference('headers', 'PreferenceApplied') },
  });
}

function stream(workflow: Workflow, addressOf: AddressOf): Success {
  const { id, workflow: name, version, revision, status, state } = exampleSession(workflow, addressOf);
  // The schema has the whole session.
  const data = `${JSON.stringify({ id, workflow: name, version, revision, status, state }).slice(0, -1)}, …}`;
  return {
    status: 200,
    description:
      'Server-Sent Events named `session`: the id is the revision, the data the session as JSON. Read the stream with `fetch`, so that the token stays in the header. ' +
      'A comment before each event, and every 15 seconds, contains the service’s time (`: now 2026-01-01T00:00:00.000Z`) and keeps the connection open. At most 5 streams may be open for a session.',
    content: { 'text/event-stream': { schema: { type: 'string' }, example: `event: session\ndata: ${data}\nid: 2\n\n` } },
  };
}

function component(success: Success): JsonObject {
  const { status: _, ...answer } = withServiceTime(success);
  return answer;
}

/** A client that counts down to a deadline needs the service's time. */
export function withServiceTime(success: Success): Success {
  return { ...success, headers: { ...success.headers, 'Service-Time': reference('headers', 'ServiceTime') } };
}
