/**
 * The tasks between sessions: a session starts another one, hears of its end, and cancels it when it stops waiting. Each message between the
 * two sessions is a task that is retried until it is done. Repeating one has no further effect: the child's id follows from its task, and a
 * parent takes one end of each task. No statement writes two sessions.
 */
import { type ChildWorkflow, detailValue, type Workflow } from '../../../machines/workflow.ts';
import { ChannelUnavailable, InvalidBody, SessionNotFound, SessionStranded } from '../errors.ts';
import type { Workflows } from '../machines/workflows.ts';
import {
  type Caller,
  type Personal,
  type SessionIds,
  serviceCaller,
  type TaskAttempt,
  type TaskHandler,
  type TaskResult,
} from '../ports.ts';
import type { Parent } from '../session.ts';
import { taskKey } from '../task.ts';
import { type CancelledChild, type ChildEnd, type ChildEnded, cancelChild, notifyParent } from './child-tasks.ts';

/** The start of a child by the task of its parent. */
export interface ChildStart {
  readonly id: string;
  readonly keyId: string;
  readonly parent: Parent;
  readonly caller: Caller;
  /** Identifies the start; its repetitions have the same value. */
  readonly attempt: string;
  /** The input with which the parent's machine invokes the child. */
  readonly input: unknown;
}

export interface ChildSessionDeps {
  readonly workflows: Workflows;
  readonly sessionIds: SessionIds;
  /** Tries a start and writes nothing. @throws the error that refuses the start */
  readonly tryStart: (workflow: Workflow, body: Readonly<Record<string, unknown>>, start: ChildStart) => Promise<unknown>;
  /** Starts a session. If the id is taken, nothing happens. @throws the error that refuses the start */
  readonly start: (workflow: Workflow, body: Readonly<Record<string, unknown>>, start: ChildStart) => Promise<unknown>;
  /** Stores an already cancelled session under an id, so that no start can take it. @returns false if the id is taken */
  readonly startCancelled: (workflow: Workflow, start: Pick<ChildStart, 'id' | 'keyId'>) => Promise<boolean>;
  /** @throws SessionNotFound, SessionStranded */
  readonly read: (id: string) => Promise<unknown>;
  /** Cancels a session; an ended one stays unchanged. @throws SessionNotFound, SessionStranded */
  readonly cancel: (id: string) => Promise<unknown>;
  /** Reports the end of a child to its parent. */
  readonly report: (id: string, end: ChildEnded) => Promise<unknown>;
}

type Body = Workflow['start']['body'];

/** A session with an unregistered machine waits for a deployment, which takes minutes at least. */
const strandedAgainMs = 10 * 60 * 1000;

/** @returns the handlers of the tasks between parents and children, by task name */
export function childSessionHandlers(deps: ChildSessionDeps): Record<string, TaskHandler> {
  const starting = deps.workflows.latest().map((workflow): [string, TaskHandler] => [workflow.name, startChild(workflow, deps)]);
  return {
    ...Object.fromEntries(starting),
    [notifyParent]: { run: (attempt) => unlessStranded(() => notify(attempt, deps)) },
    [cancelChild]: { run: (attempt) => unlessStranded(() => cancel(attempt, deps)) },
  };
}

function startChild(workflow: Workflow, deps: ChildSessionDeps): TaskHandler {
  const startOf = (attempt: TaskAttempt, caller: Caller) => {
    const { sessionId, workflow: parentWorkflow, keyId, key, generation, personal, input } = attempt;
    const { shares, withholds } = declarationOf(workflow, versionOf(attempt, deps));
    const start: ChildStart = {
      id: deps.sessionIds.child(keyId, key),
      keyId,
      parent: { workflow: parentWorkflow, id: sessionId, generation, ...(withholds === undefined ? {} : { withholds }) },
      caller,
      attempt: key,
      input,
    };
    return [workflow, bodyOf(workflow.start.body, toldTo(shares, personal, input)), start] as const;
  };
  return {
    // A request that would start a child is refused for the same reasons as the start itself. Both have the same attempt key, so each limit
    // is drawn on only once.
    admit: async (attempt, caller) => {
      await deps.tryStart(...startOf(attempt, caller));
    },
    async run(attempt) {
      const child = deps.sessionIds.child(attempt.keyId, attempt.key);
      try {
        if (!(await exists(child, deps))) await deps.start(...startOf(attempt, serviceCaller));
      } catch (error) {
        if (error instanceof InvalidBody || error instanceof ChannelUnavailable) return { outcome: 'failed', reason: error.name };
        throw error;
      }
      return { outcome: 'awaits', child };
    },
  };
}

/** The version that the session of the attempt runs: another version may exchange other details. @throws Error */
function versionOf({ workflow, version }: TaskAttempt, { workflows }: ChildSessionDeps): Workflow {
  const running = workflows.of(workflow, version);
  if (running === undefined) throw new Error(`${workflow} version ${version} is not registered`);
  return running;
}

/** @throws Error if the parent declares no such child */
function declarationOf(child: Workflow, { name, version, children }: Workflow): ChildWorkflow {
  const declaration = children?.[child.name];
  if (declaration === undefined) throw new Error(`${name} version ${version} declares no child '${child.name}'`);
  return declaration;
}

type Told = Readonly<Record<string, unknown>>;

/** The personal details that a child gets, by the names in the child's workflow. */
function toldTo(shares: Readonly<Record<string, string>>, personal: Personal, input: unknown): Told {
  const shared = Object.fromEntries(Object.entries(shares).map(([own, name]) => [own, personal[name]]));
  return { ...personal, ...shared, ...(input as Told | null) };
}

/** @returns the start body, with a value for each field that has a detail of its name. The detail `deviceType` fills `device.type` */
function bodyOf(schema: Body, told: Told): Record<string, unknown> {
  return membersOf(schema, (name) => name, told);
}

function membersOf({ properties }: Body, detailName: (name: string) => string, told: Told): Record<string, unknown> {
  const members = Object.entries(properties).map(([name, schema]): [string, unknown] => {
    const own = told[detailName(name)];
    // A personal detail is a text, and the input of an invocation has its values.
    if (own !== undefined || !isObject(schema)) return [name, typeof own === 'string' ? detailValue(schema, own) : own];
    const inner = membersOf(schema, (member) => `${name}${member.charAt(0).toUpperCase()}${member.slice(1)}`, told);
    return [name, Object.keys(inner).length > 0 ? inner : undefined];
  });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function isObject(schema: Body['properties'][string]): schema is Body {
  return schema['type'] === 'object';
}

async function exists(id: string, { read }: ChildSessionDeps): Promise<boolean> {
  try {
    await read(id);
    return true;
  } catch (error) {
    if (error instanceof SessionNotFound) return false;
    if (error instanceof SessionStranded) return true;
    throw error;
  }
}

/** The end changes nothing in a parent that no longer waits for it. */
async function notify(attempt: TaskAttempt, deps: ChildSessionDeps): Promise<TaskResult> {
  const { parent, personal, input } = attempt;
  if (parent === null) throw new Error('The session has no parent');
  const end = input as ChildEnd;
  const succeeded = versionOf(attempt, deps).success?.outcome === end.outcome;
  const ended: ChildEnded = { kind: 'child-ended', generation: parent.generation, end, personal: succeeded ? personal : {} };
  await deps.report(parent.id, ended).catch((error: unknown) => {
    // The parent ended and was purged.
    if (!(error instanceof SessionNotFound)) throw error;
  });
  return { outcome: 'done' };
}

async function cancel({ sessionId, keyId, input }: TaskAttempt, deps: ChildSessionDeps): Promise<TaskResult> {
  const { workflow: name, generation } = input as CancelledChild;
  const id = deps.sessionIds.child(keyId, taskKey(sessionId, { generation }));
  const latest = deps.workflows.latest().find((candidate) => candidate.name === name);
  if (!latest) throw new SessionStranded(`${name} is not registered`);
  if (!(await exists(id, deps)) && (await deps.startCancelled(latest, { id, keyId }))) return { outcome: 'done' };
  await deps.cancel(id);
  return { outcome: 'done' };
}

async function unlessStranded(run: () => Promise<TaskResult>): Promise<TaskResult> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof SessionStranded)) throw error;
    return { outcome: 'retry', reason: error.name, retryAfterMs: strandedAgainMs };
  }
}
