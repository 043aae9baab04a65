/**
 * The JSON schemas that are the same for all workflows, and those derived from one workflow. The routes validate bodies with them. Only the
 * schemas of answers and ids use `format`: no request is validated by it.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import type { Workflow } from '../../../machines/workflow.ts';
import { limitNames } from '../../engine/errors.ts';
import type { Problems } from '../problems/problem.ts';
import { Id, Nullable, OneOf, Time } from '../requests/schema-members.ts';
import { loginTokens } from '../sessions/answer-schemas.ts';
import { publicEventName } from '../sessions/representation.ts';
import { Reference, SessionStatus } from './session-fields.ts';
import { stateSchemas } from './state-schemas.ts';

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
          title: Nullable(Type.Record(Type.String(), Type.String(), { description: 'The heading of the screen, by language' })),
          help: Nullable(Type.Record(Type.String(), Type.String(), { description: 'A sentence for people on the screen, by language' })),
          final: Type.Boolean(),
        }),
      ),
      events: Type.Array(
        Type.Object({
          type: Type.String(),
          description: Type.String(),
          sender: Type.String({ description: 'The first role that may send the event', examples: ['holder'] }),
          senders: Type.Array(Type.String(), { description: 'All roles that may send the event' }),
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

export const StatusAnswer = <Text extends string>(status: Text) => Type.Object({ status: Type.Literal(status) });

export type Status<Text extends string> = Static<ReturnType<typeof StatusAnswer<Text>>>;

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
      sessionToken: Type.Optional(Type.String({ description: 'With the refusal of a start: the bearer token of `session`' })),
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
