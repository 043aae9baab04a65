/**
 * Child sessions: how a session starts another as a task of its own, hears of its end, and cancels it when it waits no more. Each
 * hand-over is a task that is retried until it is done. Doing it twice is doing it once: the child's id follows from its task, and a
 * parent hears one end of each task. No statement touches two sessions.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { ChannelUnavailable, InvalidBody, SessionNotFound, SessionStranded } from '../errors.ts';
import type { Workflows } from '../machines/workflows.ts';
import { type Identities, type Origin, ownOrigin, type Personal, type TaskAttempt, type TaskHandler, type TaskResult } from '../ports.ts';
import type { Session } from '../session.ts';
import { cancelledSessionStep, type NewSessionDeps, newSessionStep } from '../sessions/new-session.ts';
import type { EventRequest, Reply, Request } from '../sessions/turn.ts';
import type { Step } from '../steps/step.ts';
import { taskKey } from '../tasks/task-attempt.ts';
import { type CancelledChild, type ChildEnd, cancelChild, notifyParent } from './child-tasks.ts';

export interface ChildSessionDeps {
  readonly workflows: Workflows;
  readonly identities: Identities;
  readonly blank: () => NewSessionDeps;
  /** Writes a new session and begins its tasks. @returns null when its id is taken */
  readonly enter: (workflow: Workflow, step: Step) => Promise<Reply | null>;
  /** @throws SessionNotFound, SessionStranded */
  readonly read: (id: string) => Promise<Pick<Reply, 'workflow' | 'session'>>;
  readonly send: (id: string, event: EventRequest) => Promise<Reply>;
  /** Gives the end of a task to its session. */
  readonly report: (id: string, end: Request) => Promise<unknown>;
}

type Body = Workflow['start']['body'];

/** A session whose machine is not registered waits for a deployment, which takes minutes at least. */
const strandedAgainMs = 10 * 60 * 1000;

/** @returns the handlers of the tasks between parents and children, by the name of the task */
export function childSessionHandlers(parts: ChildSessionDeps): Record<string, TaskHandler> {
  const starting = parts.workflows.latest().map((workflow): [string, TaskHandler] => [workflow.name, startChild(workflow, parts)]);
  return {
    ...Object.fromEntries(starting),
    [notifyParent]: { run: (attempt) => unlessStranded(() => tell(attempt, parts)) },
    [cancelChild]: { run: (attempt) => unlessStranded(() => cancel(attempt, parts)) },
  };
}

function startChild(workflow: Workflow, parts: ChildSessionDeps): TaskHandler {
  const step = ({ sessionId, workflow: parentWorkflow, keyId, key, generation, personal, input }: TaskAttempt, by: Origin) => {
    const { children } = parts.workflows.latest().find(({ name }) => name === parentWorkflow) ?? {};
    const { shares = {}, withholds } = children?.[workflow.name] ?? {};
    const request = {
      id: parts.identities.child(keyId, key),
      keyId,
      parent: { workflow: parentWorkflow, id: sessionId, generation, ...(withholds === undefined ? {} : { withholds }) },
      idempotency: null,
      origin: by,
      attempt: key,
      input,
    };
    const told = toldTo(shares, personal, input);
    return newSessionStep(workflow, bodyOf(workflow.start.body, told), request, parts.blank());
  };
  return {
    // The request that leads to the child is refused where the child would be; what it draws on is drawn on once.
    admit: async (attempt, by) => {
      await step(attempt, by);
    },
    async run(attempt) {
      const child = parts.identities.child(attempt.keyId, attempt.key);
      try {
        if (!(await exists(child, parts))) await parts.enter(workflow, await step(attempt, ownOrigin));
      } catch (error) {
        if (error instanceof InvalidBody || error instanceof ChannelUnavailable) return { outcome: 'failed', reason: error.name };
        throw error;
      }
      return { outcome: 'awaits', child };
    },
  };
}

type Told = Readonly<Record<string, unknown>>;

/** What a child may know of the person, by its own names. */
function toldTo(shares: Readonly<Record<string, string>>, personal: Personal, input: unknown): Told {
  const shared = Object.fromEntries(Object.entries(shares).map(([own, name]) => [own, personal[name]]));
  return { ...personal, ...shared, ...(input as Told | null) };
}

/** @returns what the start of a session says that is told all it has room for; the detail `deviceType` fills `device.type` */
function bodyOf(schema: Body, told: Told): Record<string, unknown> {
  return membersOf(schema, (name) => name, told);
}

function membersOf({ properties }: Body, detailName: (name: string) => string, told: Told): Record<string, unknown> {
  const members = Object.entries(properties).map(([name, schema]): [string, unknown] => {
    const own = told[detailName(name)];
    if (own !== undefined || !isObject(schema)) return [name, own];
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

/** An end that the parent does not wait for any more changes nothing there. */
async function tell({ parent, personal, input, workflow }: TaskAttempt, { workflows, report }: ChildSessionDeps): Promise<TaskResult> {
  if (parent === null) throw new Error('There is nobody to tell');
  const output = input as ChildEnd;
  const { outcome } = output;
  const succeeded = workflows.latest().some(({ name, success }) => name === workflow && success?.outcome === outcome);
  const end: Request = {
    kind: 'task-done',
    generation: parent.generation,
    output,
    personal: succeeded ? personal : {},
  };
  await report(parent.id, end).catch((error: unknown) => {
    // It ended, and was forgotten.
    if (!(error instanceof SessionNotFound)) throw error;
  });
  return { outcome: 'done' };
}

async function cancel({ sessionId, keyId, input }: TaskAttempt, parts: ChildSessionDeps): Promise<TaskResult> {
  const { workflow: name, generation } = input as CancelledChild;
  const id = parts.identities.child(keyId, taskKey(sessionId, { generation }));
  const latest = parts.workflows.latest().find((candidate) => candidate.name === name);
  if (!latest) throw new SessionStranded(`${name} is not registered`);
  if (!(await exists(id, parts))) {
    const at = parts.blank().clock.now();
    if (await parts.enter(latest, cancelledSessionStep(latest, { id, keyId }, at))) return { outcome: 'done' };
  }
  // One that is over already takes no such event, which is just as well.
  const { workflow } = await parts.read(id);
  await parts.send(id, { workflow, caller: { as: 'service' }, type: 'CANCEL', body: {}, idempotency: null, origin: ownOrigin });
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

/** The session that the machine waits for now; null where it waits for none. */
export function childOf({ tasks }: Pick<Session, 'tasks'>): { readonly workflow: string; readonly id: string } | null {
  for (const { src, child } of tasks) if (typeof child === 'string') return { workflow: src, id: child };
  return null;
}

/**
 * The sessions whose tasks an answer about one of them waits for: its own, those of the child that it waits for, and, once it is
 * over, those of the session that waited for it. Whoever asks next, asks for these.
 * @param known the session as this process knows it
 */
export function relatedSessions(id: string, known: (id: string) => Session | null): ReadonlySet<string> {
  const related = new Set([id]);
  // What is added while it is gone through is gone through too.
  for (const each of related) {
    const session = known(each);
    const child = session && childOf(session);
    if (child) related.add(child.id);
    if (session?.parent && session.status === 'done') related.add(session.parent.id);
  }
  return related;
}
