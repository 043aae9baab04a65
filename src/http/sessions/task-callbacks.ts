/** Receives the later answers of backends to tasks. The address names the session and the task, and the signature covers the body. */
import { type Context, Hono } from 'hono';
import { type BackendTask, ownTaskOf } from '../../../machines/workflow.ts';
import { isId } from '../../common/ids.ts';
import type { Engine } from '../../engine/engine.ts';
import { SessionNotFound } from '../../engine/errors.ts';
import type { TaskResult } from '../../engine/ports.ts';
import type { Idempotency } from '../../engine/sessions/idempotency.ts';
import type { Reply } from '../../engine/sessions/turn.ts';
import { type Task, taskKey } from '../../engine/task.ts';
import { Problem } from '../problems/problem.ts';

/** An answer as read, or the place where it is wrong. */
type Read =
  | Extract<TaskResult, { readonly outcome: 'done' | 'failed' }>
  | { readonly fault: { readonly kind: 'unknown-outcome' | 'invalid'; readonly path: string; readonly message: string } };

/** Reads the answers of backends. */
export interface TaskAnswers {
  /** @returns null if no such backend is configured */
  isSigned(backend: string, headers: Headers, body: string): boolean | null;
  /** Reads a callback, which names its task by the key. */
  callback(body: string, key: string, outcomes: readonly string[]): Read;
  /** Reads an answer that names no task. */
  answer(value: unknown, outcomes: readonly string[]): Read;
  /** The name of a backend in addresses, by its setting. */
  nameOf(setting: string): string;
}

export interface TaskCallbackDeps {
  readonly engine: Pick<Engine, 'read' | 'answer'>;
  readonly answers: TaskAnswers;
  readonly idempotency: (scope: string, key: string, body: unknown) => Idempotency;
}

/** A task in an address. */
interface Addressed {
  readonly sessionId: string;
  readonly generation: number;
}

export function taskCallbackRoutes(deps: TaskCallbackDeps): Hono {
  const app = new Hono();
  app.post('/v1/callbacks/:backend/:session/:task{[0-9]{1,6}}', async (c) => {
    const backend = c.req.param('backend');
    const body = await c.req.text();
    const isSigned = deps.answers.isSigned(backend, c.req.raw.headers, body);
    if (isSigned === null) throw new Problem('not-found', 'No such backend does tasks of this service');
    if (!isSigned)
      throw new Problem('unauthenticated', 'The signature of the callback is wrong, or older than five minutes', {
        challenge: 'Signature',
      });
    const task = addressedIn(c);
    const { sessionId, generation } = task;
    const key = taskKey(sessionId, { generation });
    const found = await addressedTask(task, deps);
    if (found !== null && deps.answers.nameOf(found.own.url) !== backend) throw noSuchTask();
    const read = deps.answers.callback(body, key, found?.own.outcomes ?? []);
    // The outcomes of a task that is over are unknown. Only a repetition of its answer is taken.
    const isOver = found === null && 'fault' in read && read.fault.kind === 'unknown-outcome';
    await giveAnswer(task, isOver ? lateAnswer : read, deps.idempotency(`callback ${key}`, key, contentOf(body)), deps);
    return c.body(null, 204);
  });
  return app;
}

/** @throws Problem for an address that can name no task */
export function addressedIn(c: Context): Addressed {
  const sessionId = (c.req.param('session') ?? '').toLowerCase();
  if (!isId(sessionId)) throw noSuchTask();
  return { sessionId, generation: Number(c.req.param('task')) };
}

function noSuchTask(): Problem {
  return new Problem('not-found', 'The session has no such task of this backend');
}

/** A task of a session that a backend does. */
export interface WaitingTask extends Task {
  readonly own: BackendTask;
}

/** @returns the pending tasks of a session that backends do. @throws Problem if there is no such session */
export async function waitingTasks(sessionId: string, deps: Pick<TaskCallbackDeps, 'engine'>): Promise<WaitingTask[]> {
  return tasksOf(await readSession(sessionId, deps));
}

/** @returns the task; null if it is over. @throws Problem if the session has never had such a task */
export async function addressedTask(
  { sessionId, generation }: Addressed,
  deps: Pick<TaskCallbackDeps, 'engine'>,
): Promise<WaitingTask | null> {
  const reply = await readSession(sessionId, deps);
  if (generation < 1 || generation > reply.session.generations) throw noSuchTask();
  return tasksOf(reply).find((task) => task.generation === generation) ?? null;
}

async function readSession(sessionId: string, { engine }: Pick<TaskCallbackDeps, 'engine'>): Promise<Reply> {
  return engine.read(sessionId).catch((error: unknown) => {
    throw error instanceof SessionNotFound ? noSuchTask() : error;
  });
}

function tasksOf({ session, workflow }: Reply): WaitingTask[] {
  return session.tasks.flatMap((task) => {
    const own = task.detached ? null : ownTaskOf(workflow.machine.implementations.actors[task.src]);
    return own?.kind === 'backend' ? [{ ...task, own }] : [];
  });
}

/** The answer to a task that is over: the engine compares only its idempotency. */
const lateAnswer: Read = { outcome: 'failed', reason: 'late' };

/** The part of a callback that ends the task. A backend may repeat it in another JSON. */
function contentOf(body: string): unknown {
  try {
    const { outcome, failed, data } = JSON.parse(body) as Readonly<Record<string, unknown>>;
    return { outcome, failed, data };
  } catch {
    return body;
  }
}

/** @throws Problem for an answer that the task can't take, TaskOver */
export async function giveAnswer(
  { sessionId, generation }: Addressed,
  read: Read,
  idempotency: Idempotency | null,
  { engine }: Pick<TaskCallbackDeps, 'engine'>,
): Promise<void> {
  if ('fault' in read) throw faultProblem(read.fault);
  await engine.answer(sessionId, { generation, result: read }, idempotency);
}

function faultProblem({ kind, path, message }: Extract<Read, { fault: unknown }>['fault']): Problem {
  return new Problem(kind === 'unknown-outcome' ? 'unknown-outcome' : 'invalid-request', `Expected at '${path}': ${message}`, {
    members: { errors: [{ path, message }] },
  });
}
