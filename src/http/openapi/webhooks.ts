/** The documentation of the requests that the service sends: messages to the webhook of a deployment, and tasks to backends. */
import { type TObject, Type } from '@sinclair/typebox';
import { callbackTag } from './callback-paths.ts';
import { type DocumentContext, type JsonObject, operation } from './operation.ts';

/** The tag of the messages. */
export const messageTag = { name: 'Webhooks', description: 'Messages that the service sends to the webhook of the deployment.' };

/** An expression of OpenAPI: the address in the body of the request. */
const reportAddress = '{$request.body#/data/reportTo}';

const Moment = (description: string) => Type.String({ format: 'date-time', description, examples: ['2026-01-01T12:00:00.000Z'] });
const NullableText = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

const sent = {
  channel: Type.String({ description: 'The channel', examples: ['sms'] }),
  to: Type.String({ description: 'The address or number', examples: ['+33612345678'] }),
  subject: NullableText('The subject; null except in emails'),
  text: Type.String({ description: 'The text', examples: ['042917 is your code.'] }),
  html: NullableText('The same text in HTML; null except in emails'),
  language: Type.String({ description: 'The language of the text', examples: ['en'] }),
  locale: NullableText('The language of the person, which may have no template; null if unknown'),
  workflow: Type.String({ description: 'The workflow', examples: ['seat-reservation'] }),
  sessionId: Type.String({ format: 'uuid', description: 'The session' }),
  reportTo: NullableText('The address for a report; null if no report is wanted'),
};

const CodeMessage = event('code.send', {
  ...sent,
  code: Type.String({ description: 'The code', examples: ['042917'] }),
  expiresAt: Moment('The end of the code'),
});

const NoticeMessage = event('notice.send', {
  ...sent,
  notice: Type.String({ description: 'The name of the notice', examples: ['password-changed'] }),
  happenedAt: Moment('The time of the event'),
});

const Report = Type.Object({
  type: Type.Literal('code.report'),
  data: Type.Object({
    status: Type.String({ description: 'The end of the delivery', examples: ['undelivered'] }),
    reportTo: Type.Optional(Type.String({ description: 'The address of the report, so that the signature covers it' })),
  }),
});

const TaskRequest = event('task.requested', {
  key: Type.String({ description: 'Identifies the task: the same in every attempt', examples: ['019b7a3e-5c00-7d3a-8f21-6b0c9e4d1a57.1'] }),
  sessionId: Type.String({ format: 'uuid', description: 'The session' }),
  workflow: Type.String({ description: 'The workflow', examples: ['seat-reservation'] }),
  task: Type.String({ description: 'The name of the task', examples: ['reserve'] }),
  attempt: Type.Integer({ minimum: 1, description: 'The number of the attempt' }),
  input: Type.Unknown({ description: 'The input of the task; null without one' }),
  data: Type.Record(Type.String(), Type.String(), { description: 'The personal details that the task names' }),
  outcomes: Type.Array(Type.String(), { description: 'The outcomes with which the task can end', examples: [['reserved', 'full']] }),
  callbackUrl: Type.String({ format: 'uri', description: 'The address for a later answer' }),
  answerBy: Moment('The end of the wait for a later answer'),
});

const TaskAnswer = Type.Object({
  outcome: Type.Optional(Type.String({ description: 'One of the outcomes', examples: ['reserved'] })),
  failed: Type.Optional(Type.String({ description: 'The reason of a failure for good, instead of an outcome' })),
  data: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Personal details that the session adds to its own' })),
});

/** The messages of a service with a webhook. */
export function messageWebhooks(context: DocumentContext): JsonObject {
  const tag = messageTag.name;
  const message = (name: string, summary: string, body: TObject) => ({
    post: {
      ...request(context, {
        operationId: name,
        tag,
        summary,
        body,
        description:
          'A 2xx says that the message is on its way, a 400 or 422 that this recipient can not be reached. After any other answer the message is tried again.',
        success: 'The message is on its way',
      }),
      callbacks: {
        report: {
          [reportAddress]: {
            post: request(context, {
              operationId: `${name}Report`,
              tag,
              summary: 'Report a message that did not arrive',
              body: Report,
              description: 'Signed as the message is, with a `webhook-id` of its own.',
              success: 'The report was read',
            }),
          },
        },
      },
    },
  });
  return {
    'code.send': message('sendCode', 'Send a code', CodeMessage),
    'notice.send': message('sendNotice', 'Send a notice', NoticeMessage),
  };
}

/** The tasks of a service whose workflows ask backends. */
export function taskWebhooks(context: DocumentContext): JsonObject {
  const description =
    'A 200 answers the task at once, a 202 promises a later answer to `callbackUrl`, and a 400, 409 or 422 refuses the task for good. After any other answer the request is repeated.';
  const asked = request(context, {
    operationId: 'requestTask',
    tag: callbackTag.name,
    summary: 'Do a task',
    body: TaskRequest,
    description,
    success: 'The answer',
  });
  const answer = { description: 'The answer', content: { 'application/json': { schema: TaskAnswer, example: { outcome: 'reserved' } } } };
  return { 'task.requested': { post: { ...asked, responses: { 200: answer, 202: { description: 'The answer comes later' } } } } };
}

function event(type: string, data: TObject['properties']): TObject {
  return Type.Object({ type: Type.Literal(type), timestamp: Moment('The time of the signature'), data: Type.Object(data) });
}

const signed = [
  ['webhook-id', 'The same in every attempt: drop repetitions'],
  ['webhook-timestamp', 'The time of the signature, in seconds'],
  ['webhook-signature', 'The signature (Standard Webhooks 1.0)'],
].map(([name, description]) => ({ name, in: 'header', required: true, description, schema: { type: 'string' } }));

interface Sent {
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly body: TObject;
  readonly success: string;
}

function request(context: DocumentContext, { success, ...parts }: Sent): JsonObject {
  const answer = { status: 204 as const, description: success, content: {} };
  return operation({ ...parts, parameters: signed, security: [], success: answer }, context);
}
