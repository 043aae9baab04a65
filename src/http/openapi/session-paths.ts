/** The paths of a workflow's sessions, and their schemas. */
import type { AnyStateMachine } from 'xstate';
import { noFields } from '../../../machines/fields.ts';
import { isInvited } from '../../../machines/parties.ts';
import { type Refusal, sendersOf, type Workflow } from '../../../machines/workflow.ts';
import { matches, statesOf } from '../../engine/machines/xstate-transition.ts';
import { exampleStarts } from '../../engine/steps/example-start.ts';
import { startSession } from '../../engine/steps/step.ts';
import { renewalName } from '../sessions/access-renewal.ts';
import { AccessAnswer } from '../sessions/answer-schemas.ts';
import { eventsOfPeople, publicEventName } from '../sessions/representation.ts';
import { capitalised, pascalCase } from './component-names.ts';
import { exampleSession } from './example.ts';
import { type DocumentContext, type JsonObject, json, operation, type PossibleProblem, problems, reference } from './operation.ts';
import { representationSchema } from './schemas.ts';
import { afterEvent, historyAnswer, schemaName, streamAnswer, withServiceTime } from './session-answers.ts';

export interface SessionPathOptions extends DocumentContext {
  /** The refusals that a resolver can throw, by the resolver's name. */
  readonly refusalsOf: (resolver: string) => readonly string[];
  /** True if only clients with a key may start sessions. */
  readonly clientKeys: boolean;
}

/** The name of the schema of a session with its token. */
function startedName(workflow: Workflow): string {
  return `Started${schemaName(workflow)}`;
}

/** True if the answer to a start has the session's token. Agents show their own keys instead. */
function hasHolder({ start }: Workflow): boolean {
  return start.by !== 'agent';
}

/** The security scheme of each role. */
const schemes: Readonly<Record<string, string>> = { holder: 'sessionToken', owner: 'accessToken', agent: 'adminKey', client: 'clientKey' };

function schemeOf(role: string, { parties = {} }: Workflow): string {
  const party = Object.hasOwn(parties, role) ? parties[role] : undefined;
  if (party === undefined) return schemes[role] ?? 'sessionToken';
  return isInvited(party) ? 'partyToken' : 'accessToken';
}

/** The security schemes of these roles. A request needs one of them. */
function oneOf(roles: readonly string[], workflow: Workflow): JsonObject[] {
  return [...new Set(roles.map((role) => schemeOf(role, workflow)))].map((scheme) => ({ [scheme]: [] }));
}

/** The roles that may read a session, in the order of the reference. */
function readersOf(workflow: Workflow): string[] {
  const senders = eventsOfPeople(workflow).flatMap(([, event]) => sendersOf(event));
  const known = new Set([...(hasHolder(workflow) ? ['holder'] : []), ...senders, ...Object.keys(workflow.parties ?? {})]);
  const usual = ['holder', 'agent', 'owner', 'client'].filter((role) => known.has(role));
  return [...usual, ...[...known].filter((role) => !usual.includes(role) && role !== 'provider')];
}

/** The name of a workflow for people: `Email verification` for `email-verification`. */
export function readable(name: string): string {
  return capitalised(name.replaceAll('-', ' '));
}

export function sessionSchemas(workflow: Workflow, { addressOf }: DocumentContext): JsonObject {
  const name = schemaName(workflow);
  const session = { ...representationSchema(workflow), examples: [exampleSession(workflow, addressOf)] };
  if (!hasHolder(workflow)) return { [name]: session };
  return { [name]: session, [startedName(workflow)]: { allOf: [reference('schemas', name), reference('schemas', 'SessionToken')] } };
}

export function sessionPaths(workflow: Workflow, options: SessionPathOptions): JsonObject {
  const paths = new SessionPaths(workflow, options);
  const session = `/v1/${workflow.collection}/{id}`;
  return {
    [`/v1/${workflow.collection}`]: { post: paths.start() },
    [session]: { get: paths.read() },
    ...Object.fromEntries(eventsOfPeople(workflow).map(([type]) => [`${session}/${publicEventName(type)}`, { post: paths.event(type) }])),
    ...(workflow.success?.login ? { [`${session}/${renewalName}`]: { post: paths.renewAccess() } } : {}),
    [`${session}/stream`]: { get: paths.stream() },
    [`${session}/history`]: { get: paths.history() },
  };
}

const usualScheme = 'sessionToken';

/** An operation of one session, with the roles that may request it: all readers of the session by default. */
type SessionOperation = Omit<Parameters<typeof operation>[0], 'tag'> & { readonly roles?: readonly string[] };

const readProblems = problems('unauthenticated', 'not-found', 'internal-error', 'unavailable');
const bodyProblems = problems(
  'invalid-request',
  'body-too-large',
  'unsupported-media-type',
  'idempotency-mismatch',
  'rate-limited',
  'internal-error',
  'unavailable',
);

class SessionPaths {
  readonly #workflow: Workflow;
  readonly #options: SessionPathOptions;
  readonly #name: string;
  readonly #prefix: string;
  readonly #tag: string;

  constructor(workflow: Workflow, options: SessionPathOptions) {
    this.#workflow = workflow;
    this.#options = options;
    this.#name = schemaName(workflow);
    this.#prefix = this.#name.charAt(0).toLowerCase() + this.#name.slice(1);
    this.#tag = readable(workflow.name);
  }

  start(): JsonObject {
    const headers = { Location: reference('headers', 'Location'), 'Preference-Applied': reference('headers', 'PreferenceApplied') };
    const success = hasHolder(this.#workflow)
      ? json(201, 'The session, and its `sessionToken` for every later call', reference('schemas', startedName(this.#workflow)), {
          headers,
        })
      : json(201, 'The session', reference('schemas', this.#name), { headers });
    return operation(
      {
        operationId: `${this.#prefix}Start`,
        tag: this.#tag,
        summary: 'Start a session',
        description: this.#workflow.description,
        parameters: [reference('parameters', 'StartIdempotencyKey'), reference('parameters', 'Prefer')],
        body: this.#workflow.start.body,
        security: this.#starters(),
        success: withServiceTime(success),
        problems: [
          ...bodyProblems,
          ...(this.#starters().length > 0 ? problems('unauthenticated') : []),
          ...differing(this.#workflow),
          ...this.#resolverProblems(this.#workflow.start.resolver ?? null),
          ...refusalsAtStart(this.#workflow),
        ],
      },
      this.#options,
    );
  }

  /** The security schemes that the start of a session needs. */
  #starters(): string[] {
    const { by } = this.#workflow.start;
    const starter = by === undefined ? [] : [schemeOf(by, this.#workflow)];
    return this.#options.clientKeys && by !== 'agent' ? ['clientKey', ...starter] : starter;
  }

  read(): JsonObject {
    return this.#ofSession({
      operationId: `${this.#prefix}Read`,
      summary: 'Read the session',
      description: 'The current session.',
      success: json(200, 'The session', reference('schemas', this.#name)),
      problems: readProblems,
    });
  }

  event(type: string): JsonObject {
    const name = publicEventName(type);
    const { description = '', body, resolver = null, sender = [], secondFactor } = this.#workflow.events[type] ?? {};
    const senders = sendersOf({ sender }).filter((role) => role !== 'provider');
    return this.#ofSession({
      operationId: this.#prefix + pascalCase(name),
      summary: readable(name),
      description,
      roles: senders,
      parameters: [reference('parameters', 'EventIdempotencyKey'), reference('parameters', 'Prefer')],
      ...(body === undefined ? {} : { body }),
      success: afterEvent(this.#workflow),
      problems: [
        ...bodyProblems,
        ...problems('unauthenticated', ...(secondFactor ? ['second-factor-required' as const] : []), 'not-found', 'event-not-accepted'),
        ...differing(this.#workflow),
        ...this.#resolverProblems(resolver),
        ...refusals(this.#workflow.machine, type),
      ],
    });
  }

  renewAccess(): JsonObject {
    return this.#ofSession({
      operationId: `${this.#prefix}RenewAccess`,
      summary: 'Renew the access token',
      description:
        'Issues another access token of a completed login while the login is valid: for a day, unless its owner logs out or another login changes the password. A renewal does not make the second factor more recent.',
      parameters: [reference('parameters', 'EventIdempotencyKey')],
      body: noFields,
      success: json(200, 'The access token', AccessAnswer),
      problems: [...bodyProblems, ...problems('unauthenticated', 'not-found', 'event-not-accepted')],
    });
  }

  stream(): JsonObject {
    const login =
      this.#workflow.start.by === 'agent'
        ? ' A stream that was opened with an access token ends when the token expires or the login ends.'
        : '';
    return this.#ofSession({
      operationId: `${this.#prefix}Stream`,
      summary: 'Watch the session',
      description: `The session now and after every change, until it is done.${login}`,
      success: streamAnswer,
      problems: [...readProblems, ...problems('rate-limited')],
    });
  }

  history(): JsonObject {
    return this.#ofSession({
      operationId: `${this.#prefix}History`,
      summary: 'Read the history',
      description: 'Every event, timer and refusal of the session, oldest first. The history contains no code and no address.',
      success: historyAnswer,
      problems: readProblems,
    });
  }

  /** The problems of a body that satisfies its schema but is refused by the resolver. */
  #resolverProblems(resolver: string | null): PossibleProblem[] {
    return resolver === null ? [] : problems(...this.#options.refusalsOf(resolver));
  }

  #ofSession({ roles = readersOf(this.#workflow), ...parts }: SessionOperation): JsonObject {
    const parameters = [reference('parameters', 'SessionId'), ...(parts.parameters ?? [])];
    const success = '$ref' in parts.success ? parts.success : withServiceTime(parts.success);
    const described = operation({ security: [usualScheme], ...parts, success, tag: this.#tag, parameters }, this.#options);
    const security = oneOf(roles, this.#workflow);
    // The document names the usual scheme once, for all operations that name none.
    return security.length === 1 && Object.hasOwn(security[0] ?? {}, usualScheme) ? described : { ...described, security };
  }
}

/** The problem of two parties that are one person. */
function differing({ differ = [] }: Workflow): PossibleProblem[] {
  return differ.length === 0 ? [] : problems('parties-must-differ');
}

/** Every refusal that a start can answer with. */
function refusalsAtStart(workflow: Workflow): PossibleProblem[] {
  const rejections = exampleStarts(workflow).flatMap((start) =>
    workflow.start.events.map((event) => startSession(workflow, start, event, 0).rejection),
  );
  return rejections.flatMap((rejection) =>
    rejection?.kind === 'refused' ? [{ code: rejection.code, retryAfter: rejection.until !== null }] : [],
  );
}

/** Every refusal of an event, in any state of the machine. */
function refusals(machine: AnyStateMachine, type: string): PossibleProblem[] {
  return statesOf(machine)
    .flatMap(({ transitions }) => [...transitions].flatMap(([descriptor, heard]) => (matches(descriptor, type) ? heard : [])))
    .flatMap(({ actions }): unknown[] => [...actions])
    .filter(isRefusal)
    .map(({ params }) => ({ code: params.code, retryAfter: params.until !== undefined }));
}

function isRefusal(action: unknown): action is { readonly type: 'refuse'; readonly params: Refusal } {
  return typeof action === 'object' && action !== null && 'type' in action && action.type === 'refuse';
}
