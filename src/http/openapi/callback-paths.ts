/** The documentation of the callbacks of backends that do tasks. */
import { Type } from '@sinclair/typebox';
import { type DocumentContext, type JsonObject, operation, problems } from './operation.ts';

export const callbackTag = { name: 'Callbacks', description: 'Later answers of backends to tasks of sessions.' };

const CallbackBody = Type.Object(
  {
    key: Type.String({
      description: 'The key of the task, from the request for it. The signature covers it',
      examples: ['019b7a3e-5c00-7d3a-8f21-6b0c9e4d1a57.1'],
    }),
    outcome: Type.Optional(
      Type.String({ description: 'One of the outcomes that the request for the task listed', examples: ['reserved'] }),
    ),
    failed: Type.Optional(Type.String({ description: 'The reason of a failure for good, instead of an outcome' })),
    data: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Personal details that the session adds to its own' })),
  },
  { examples: [{ key: '019b7a3e-5c00-7d3a-8f21-6b0c9e4d1a57.1', outcome: 'reserved' }] },
);

const text = { type: 'string' };

export function taskCallbackPaths(context: DocumentContext): JsonObject {
  const inPath = (name: string, description: string, schema: JsonObject) => ({ name, in: 'path', required: true, description, schema });
  const inHeader = (name: string, description: string) => ({ name, in: 'header', required: true, description, schema: text });
  const callback = {
    operationId: 'taskCallback',
    tag: callbackTag.name,
    summary: 'Answer to a task',
    description:
      'Ends a task that a backend does. The request for the task holds this address as `callbackUrl`. The same answer may be repeated for a day: it changes nothing the second time.',
    parameters: [
      inPath('backend', 'The backend', text),
      inPath('session', 'The session', { type: 'string', format: 'uuid' }),
      inPath('task', 'The number of the task within its session', { type: 'integer', minimum: 1 }),
      inHeader('webhook-id', 'An id of the callback'),
      inHeader('webhook-timestamp', 'The time of the signature, in seconds'),
      inHeader('webhook-signature', 'The signature with the secret of the backend (Standard Webhooks 1.0)'),
    ],
    body: CallbackBody,
    security: [],
    success: { status: 204 as const, description: 'The task has ended with this answer', content: {} },
    problems: problems(
      ...['invalid-request', 'unauthenticated', 'not-found', 'body-too-large', 'task-over', 'unknown-outcome', 'internal-error'],
      'unavailable',
    ),
  };
  return { '/v1/callbacks/{backend}/{session}/{task}': { post: operation(callback, context) } };
}
