/**
 * The JSON schemas that are the same for all workflows, and those derived from one workflow. The routes validate bodies with them. Only the
 * schemas of answers and ids use `format`: no request is validated by it.
 */
import { type TSchema, Type } from '@sinclair/typebox';
import { closed, type Workflow } from '../../../machines/workflow.ts';
import { limitNames } from '../../engine/errors.ts';
import type { Problems } from '../problems/problem.ts';
import { publicEventName } from '../sessions/representation.ts';
import { loginTokens } from './login-schemas.ts';
import { Reference, SessionStatus } from './session-fields.ts';
import { stateSchemas } from './state-schemas.ts';

const Time = (description: string) => Type.String({ format: 'date-time', description });
const Id = (description: string) => Type.String({ format: 'uuid', description });
const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const OneOf = (values: readonly string[], description: string) => Type.String({ enum: values, description });

/** ISO 8601 with a zone, to the second or finer. Without a zone, a time would depend on the machine that reads it. */
const timeWithZone = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$';

export const ClockBody = Type.Union(
  [
    Type.Object(
      {
        advance: Type.String({
          maxLength: 60,
          description: 'The distance, as an ISO 8601 duration of days, hours, minutes and seconds',
          examples: ['PT90S'],
        }),
      },
      { ...closed, title: 'Advance the clock' },
    ),
    Type.Object(
      {
        set: Type.String({
          pattern: timeWithZone,
          description: 'The new time, ISO 8601; not in the past',
          examples: ['2026-01-01T00:40:00Z'],
        }),
      },
      { ...closed, title: 'Set the clock' },
    ),
    Type.Object(
      { freeze: Type.Boolean({ description: 'True stops the clock, false lets it run', examples: [true] }) },
      { ...closed, title: 'Freeze the clock' },
    ),
    Type.Object(
      { reset: Type.Literal(true, { description: 'Returns the clock to the real time' }) },
      { ...closed, title: 'Reset the clock' },
    ),
  ],
  { description: 'The change of the clock: exactly one of these', examples: [{ advance: 'PT90S' }] },
);

/** The most deliveries that one request arranges: more than any test sends. */
const mostDeliveries = 1000;

export const DeliveryBody = Type.Object(
  {
    channel: Type.String({ minLength: 1, maxLength: 30, description: 'The channel of the deliveries', examples: ['email'] }),
    outcome: Type.Union([Type.Literal('succeed'), Type.Literal('fail'), Type.Literal('delay')], {
      description: 'The outcome: the messages arrive, fail for good, or take longer than a caller waits',
      examples: ['fail'],
    }),
    times: Type.Optional(
      Type.Integer({ minimum: 1, maximum: mostDeliveries, default: 1, description: 'The number of deliveries', examples: [1] }),
    ),
    to: Type.Optional(
      Type.String({ minLength: 1, maxLength: 320, description: 'Only deliveries to this address', examples: ['jane@example.com'] }),
    ),
    delay: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'With `delay`: the time until the confirmation, as an ISO 8601 duration',
        examples: ['PT10S'],
      }),
    ),
  },
  closed,
);

export const ReportBody = Type.Object(
  {
    sessionId: Type.String({
      pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
      description: 'The session that sent the message',
      examples: ['019b7a3e-5c00-7d3a-8f21-6b0c9e4d1a57'],
    }),
    failure: Type.Union([Type.Literal('undelivered'), Type.Literal('busy'), Type.Literal('no-answer')], {
      description: 'The provider’s report: the message did not arrive, or the recipient could not be reached',
      examples: ['undelivered'],
    }),
    codeNumber: Type.Optional(
      Type.Integer({ minimum: 1, description: 'The number of the code within the session; the current code by default' }),
    ),
    sendNumber: Type.Optional(Type.Integer({ minimum: 1, description: 'The number of the send of that code; the latest send by default' })),
  },
  closed,
);

export const DeliveryAnswer = Type.Object({ channel: Type.String(), outcome: Type.String(), times: Type.Integer() });

export const ClockAnswer = Type.Object({
  now: Time('The time of the clock'),
  frozen: Type.Boolean({ description: 'True if the clock is stopped' }),
});

export const MessagesAnswer = Type.Object({
  messages: Type.Array(
    Type.Object({
      id: Id('The message'),
      sessionId: Id('The session that sent the message'),
      channel: Type.String({ examples: ['email'] }),
      to: Type.String({ description: 'The address as it was given', examples: ['jane@example.com'] }),
      subject: Nullable(Type.String({ examples: ['Your code is 042137'] })),
      text: Type.String({ description: 'The message in plain text' }),
      html: Nullable(Type.String({ description: 'The message in HTML' })),
      code: Type.String({ description: 'The code in the message', examples: ['042137'] }),
      sentAt: Time('The time of the send, on the sandbox’s clock'),
    }),
    { description: 'The messages, newest first' },
  ),
});

export const HistoryAnswer = Type.Object({
  history: Type.Array(
    Type.Object({
      at: Time('The time of the entry'),
      event: Type.String({
        description: 'The event, or the timer or end of a task; `start` for the first entry',
        examples: ['submit-code'],
      }),
      from: Nullable(Type.String({ description: 'The state before', examples: ['codeActive.cooldown'] })),
      to: Type.String({ description: 'The state after', examples: ['codeActive.cooldown'] }),
      refusal: Nullable(Type.String({ description: 'The code of the refusal; null without one', examples: ['wrong-code'] })),
    }),
    { description: 'The entries, oldest first' },
  ),
});

export const WorkflowsAnswer = Type.Object({
  workflows: Type.Array(
    Type.Object({
      name: Type.String(),
      version: Type.Integer(),
      description: Type.String(),
      href: Type.String({ description: 'The address that starts sessions' }),
      states: Type.Array(
        Type.Object({
          state: Type.String(),
          description: Nullable(Type.String()),
          screen: Nullable(Type.String({ description: 'The screen of the state' })),
          final: Type.Boolean(),
        }),
      ),
      events: Type.Array(
        Type.Object({
          type: Type.String(),
          description: Type.String(),
          sender: Type.String({ description: 'The role that may send the event', examples: ['holder'] }),
        }),
      ),
      children: Type.Array(Type.String(), { description: 'The workflows of its child sessions' }),
      diagrams: Type.Object(
        {
          page: Type.String({ description: 'The page that shows the picture' }),
          svg: Nullable(Type.String({ description: 'The whole picture' })),
          overview: Nullable(Type.String({ description: 'The picture with the code entry folded' })),
          mermaid: Nullable(Type.String()),
          json: Nullable(Type.String({ description: 'States and transitions as plain data' })),
        },
        { description: 'The files of the diagrams; null for a file that does not exist' },
      ),
    }),
  ),
});

const Covered = Type.Object({
  paths: Type.Integer({ description: 'The number of test paths through it' }),
  examples: Type.Array(Type.Integer(), { description: 'Some of these paths, as positions in `sentences`' }),
});

export const CoverageAnswer = Type.Object({
  version: Type.Integer(),
  states: Type.Record(Type.String(), Covered),
  transitions: Type.Record(Type.String(), Covered),
  sentences: Type.Array(Type.String(), { description: 'Paths of the tests, in words' }),
});

export const SessionCountsAnswer = Type.Object({
  counts: Type.Array(Type.Object({ version: Type.Integer(), status: Type.String(), state: Type.String(), sessions: Type.Integer() })),
});

export const KeysAnswer = Type.Object({
  keys: Type.Array(Type.Object({}, { additionalProperties: true }), {
    description: 'Public keys (RFC 7517), each with `kid`, `alg` (`EdDSA` or `ES256`) and `use`',
  }),
});

export const StatusAnswer = (status: string) => Type.Object({ status: Type.Literal(status) });

/** A problem document (RFC 9457). Some members appear with certain codes only. */
export function problemSchema({ problems, channels }: { problems: Problems; channels: readonly string[] }, session: TSchema) {
  return Type.Object(
    {
      type: Type.String({ format: 'uri', description: 'The page that explains the code' }),
      title: Type.String({ description: 'The meaning of the code, in a few words' }),
      status: Type.Integer({ description: 'The status of the answer' }),
      detail: Type.String({ description: 'The cause in this case' }),
      code: OneOf(problems.codes, 'The kind of problem. It is stable: decide by it, not by the texts'),
      errors: Type.Optional(
        Type.Array(Type.Object({ path: Type.String({ description: 'JSON pointer, or the name of a header' }), message: Type.String() }), {
          description: 'With `invalid-request`: each error with its place',
        }),
      ),
      state: Type.Optional(Type.String({ description: 'With `event-not-accepted`: the state of the session' })),
      accepted: Type.Optional(
        Type.Array(Type.String(), { description: 'With `event-not-accepted`: the events that the session accepts now' }),
      ),
      limit: Type.Optional(
        OneOf(
          limitNames,
          'With `rate-limited` and `too-many-attempts`: what is counted together; absent where the limit is one of the session alone',
        ),
      ),
      channels: Type.Optional(
        Type.Array(OneOf(channels, 'How a code reaches a person'), {
          description: 'With `rate-limited`: other channels that can carry the same message now',
        }),
      ),
      attemptsLeft: Type.Optional(Type.Integer({ description: 'With `wrong-code`: further guesses of this code' })),
      maxAge: Type.Optional(
        Type.Integer({ description: 'With `second-factor-required`: the greatest age of the login’s code, in seconds' }),
      ),
      session: Type.Optional(session),
    },
    { description: 'The reason why a request failed (RFC 9457)' },
  );
}

function resultSchema({ success }: Workflow) {
  if (!success) return Type.Null({ description: 'Null: this workflow has no result' });
  return Nullable(
    Type.Object(
      { token: Type.String({ description: 'A signed JWT, to be verified with `/.well-known/jwks.json`' }) },
      { description: `The proof of success: present in the state \`${success.outcome}\`, until the proof expires` },
    ),
  );
}

function childSchema(workflows: readonly string[]) {
  return Nullable(
    Type.Object(
      {
        workflow: OneOf(workflows, 'The workflow of the child session'),
        id: Id('The session'),
        href: Type.String({ format: 'uri-reference', description: 'The path of the child session' }),
        sessionToken: Type.String({ description: 'The bearer token of the child session' }),
      },
      { description: 'The child session that this one waits for; null without one, and for a moment while the next one starts' },
    ),
  );
}

/** A session of the workflow as clients see it. */
export function representationSchema(workflow: Workflow) {
  const names = Object.keys(workflow.events).map(publicEventName);
  return Type.Object(
    {
      id: Id('The session'),
      workflow: Type.Literal(workflow.name),
      version: Type.Integer({ minimum: 1, description: 'The version of the workflow that the session runs' }),
      revision: Type.Integer({ minimum: 1, description: 'Grows by one with every change' }),
      status: SessionStatus,
      ...stateSchemas(workflow.machine),
      data: workflow.view.schema,
      ...Object.fromEntries(
        Object.entries(workflow.deadlines).map(([delay, name]) => [
          name,
          Nullable(Time(`When \`${delay}\` is over; null while it does not run`)),
        ]),
      ),
      ...(workflow.children ? { child: childSchema(Object.keys(workflow.children)) } : {}),
      events: Type.Array(
        Type.Object({ type: OneOf(names, 'The event'), method: Type.Literal('POST'), href: Type.String({ format: 'uri-reference' }) }),
        {
          description: 'The events that the session accepts now',
        },
      ),
      result: resultSchema(workflow),
      ...(workflow.success?.login ? loginTokens : {}),
      reference: Reference,
      createdAt: Time('The time of the start'),
      updatedAt: Time('The time of the last change'),
    },
    { description: workflow.description },
  );
}
