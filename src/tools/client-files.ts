/** Generates the client's types and routes of the workflows, from the schemas with which the service validates requests. */
import { type TSchema, Type } from '@sinclair/typebox';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { type AnyPublicEvent, closed, sendersOf, type Workflow } from '../../machines/workflow.ts';
import { clientRoutes } from '../http/openapi/client-routes.ts';
import { problemSchema, representationSchema } from '../http/openapi/schemas.ts';
import { schemaName } from '../http/openapi/session-answers.ts';
import type { Problems } from '../http/problems/problem.ts';
import { HistoryAnswer } from '../http/sessions/answer-schemas.ts';
import { eventsOfPeople, publicEventName } from '../http/sessions/representation.ts';

/** The contract between a client and a service. */
export interface ClientContract {
  readonly workflows: readonly Workflow[];
  readonly problems: Problems;
  readonly channels: readonly string[];
}

const banner = '// Generated from the workflows by `npm run client`. Do not edit.';

/** @returns texts by file name */
export async function clientFiles({ workflows, ...contract }: ClientContract): Promise<Map<string, string>> {
  return new Map([
    ['workflow-types.d.ts', `${banner}\n\n${await types(workflows, contract)}`],
    ['workflow-routes.js', `${banner}\n\n${clientRoutes(workflows)}`],
  ]);
}

function types(workflows: readonly Workflow[], contract: Omit<ClientContract, 'workflows'>): Promise<string> {
  const root = object(
    {
      workflows: object(Object.fromEntries(workflows.map((workflow) => [workflow.name, workflowSchema(workflow)])), {
        title: 'Workflows',
        description: 'Every workflow by name: its start, its representation, its events with their senders, and its deadlines',
      }),
      problem: {
        ...plain(
          problemSchema(contract, {
            ...Type.Unsafe({ anyOf: workflows.map(reference) }),
            description: 'The session, if the caller may read it',
          }),
        ),
        title: 'ProblemDocument',
      },
      history: { ...plain(HistoryAnswer.properties.history.items), title: 'HistoryEntry', description: 'An entry of the history' },
    },
    { definitions: Object.fromEntries(workflows.map((workflow) => [schemaName(workflow), sessionSchema(workflow)])) },
  );
  return compile(root, 'Contract', {
    additionalProperties: false,
    bannerComment: '',
    style: { singleQuote: true, printWidth: 140 },
  });
}

function workflowSchema(workflow: Workflow): JSONSchema {
  const { description, start, deadlines } = workflow;
  const events = eventsOfPeople(workflow).map(([type, event]) => [
    publicEventName(type),
    { ...plain(event.body), description: `${event.description} Sent by the ${peopleIn(event).join(' or the ')}.` },
  ]);
  const senders = eventsOfPeople(workflow).map(([type, event]): [string, JSONSchema] => [publicEventName(type), { enum: peopleIn(event) }]);
  const moments = Object.entries(deadlines).map(([delay, name]): [string, JSONSchema] => [
    name,
    { type: 'string', description: `The end of \`${delay}\`` },
  ]);
  return object(
    {
      start: { ...plain(start.body), description: 'The body that starts a session' },
      startedBy: { const: start.by ?? 'anybody', description: 'The party that may start a session' },
      session: reference(workflow),
      events: object(Object.fromEntries(events), { description: 'The events, each with its body' }),
      senders: object(Object.fromEntries(senders), { description: 'The roles that send each event' }),
      deadlines: object(Object.fromEntries(moments), { description: 'The deadlines that can be pending' }),
    },
    { description },
  );
}

/** The roles of people and clients that send an event. */
function peopleIn(event: AnyPublicEvent): string[] {
  return sendersOf(event).filter((sender) => sender !== 'provider');
}

function sessionSchema(workflow: Workflow): JSONSchema {
  return { ...plain(representationSchema(workflow)), title: schemaName(workflow) };
}

function reference(workflow: Workflow): JSONSchema {
  return { $ref: `#/definitions/${schemaName(workflow)}` };
}

function object(properties: Record<string, JSONSchema>, more: JSONSchema): JSONSchema {
  return { type: 'object', properties, required: Object.keys(properties), ...closed, ...more };
}

/** A schema without TypeBox's markers and without nested titles, each of which would generate a type of its own. */
function plain(schema: TSchema): JSONSchema {
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === 'title' && typeof value === 'string' ? undefined : value)));
}
