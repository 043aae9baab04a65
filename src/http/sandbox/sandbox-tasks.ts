/** Answers for backends, by hand: the tasks of a session that wait for a backend, and their ends. Mounted in the sandbox alone. */
import { type Static, Type } from '@sinclair/typebox';
import { Hono } from 'hono';
import { closed } from '../../../machines/workflow.ts';
import { TaskOver } from '../../engine/errors.ts';
import { taskKey } from '../../engine/task.ts';
import { type DocumentContext, type JsonObject, json, operation, problems } from '../openapi/operation.ts';
import { bodyReader } from '../requests/request-body.ts';
import { Nullable, Time } from '../requests/schema-members.ts';
import { timeOf } from '../sessions/representation.ts';
import { addressedIn, addressedTask, giveAnswer, type TaskCallbackDeps, waitingTasks } from '../sessions/task-callbacks.ts';

const TasksAnswer = Type.Object({
  tasks: Type.Array(
    Type.Object({
      key: Type.String({ description: 'The key of the task, as the backend gets it' }),
      number: Type.Integer({ description: 'The number of the task within its session' }),
      task: Type.String({ description: 'The name of the task', examples: ['reserve'] }),
      setting: Type.String({ description: 'The setting with the address of its backend', examples: ['RESERVATIONS_URL'] }),
      input: Type.Unknown({ description: 'The input of the task' }),
      outcomes: Type.Array(Type.String(), { description: 'The outcomes with which the task can end', examples: [['reserved', 'full']] }),
      answerBy: Nullable(Time('The end of the wait for an answer; null while the backend is being asked')),
    }),
    { description: 'The tasks of the session that backends do' },
  ),
});

const TaskEndBody = Type.Object(
  {
    outcome: Type.Optional(Type.String({ minLength: 1, maxLength: 40, description: 'The outcome of the task', examples: ['reserved'] })),
    failed: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'The reason of a failure for good, instead of an outcome' }),
    ),
    data: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Personal details that the session adds to its own' })),
  },
  { ...closed, examples: [{ outcome: 'reserved' }] },
);

export function sandboxTaskRoutes(deps: TaskCallbackDeps): Hono {
  const app = new Hono();
  app.get('/sandbox/tasks/:session', async (c) => {
    const { sessionId } = addressedIn(c);
    const tasks = await waitingTasks(sessionId, deps);
    return c.json<Static<typeof TasksAnswer>>({
      tasks: tasks.map(({ generation, src, own, input, answerBy }) => ({
        key: taskKey(sessionId, { generation }),
        number: generation,
        task: src,
        setting: own.url,
        input: input ?? null,
        outcomes: [...own.outcomes],
        answerBy: answerBy === undefined ? null : timeOf(answerBy),
      })),
    });
  });
  const readEnd = bodyReader(TaskEndBody);
  app.post('/sandbox/tasks/:session/:task{[0-9]{1,6}}', async (c) => {
    const task = addressedIn(c);
    const body = await readEnd(c);
    const found = await addressedTask(task, deps);
    if (found === null) throw new TaskOver(`The task ${task.generation} is over`);
    await giveAnswer(task, deps.answers.answer(body, found.own.outcomes), null, deps);
    return c.body(null, 204);
  });
  return app;
}

export function sandboxTaskPaths(context: DocumentContext): JsonObject {
  const tag = 'Sandbox';
  const parameter = (name: string, description: string, schema: JsonObject) => ({ name, in: 'path', required: true, description, schema });
  const ofSession = parameter('session', 'The session', { type: 'string', format: 'uuid' });
  const list = {
    operationId: 'sandboxTasks',
    tag,
    summary: 'List the tasks that backends do',
    description: 'The tasks that the session waits for. A backend without an address is not asked: answer for it.',
    parameters: [ofSession],
    security: [],
    success: json(200, 'The tasks', TasksAnswer),
    problems: problems('not-found', 'internal-error', 'unavailable'),
  };
  const end = {
    operationId: 'sandboxEndTask',
    tag,
    summary: 'Answer for a backend',
    description: 'Ends a task with one of its outcomes, or as failed for good.',
    parameters: [ofSession, parameter('number', 'The number of the task', { type: 'integer', minimum: 1 })],
    body: TaskEndBody,
    security: [],
    success: { status: 204 as const, description: 'The task has ended', content: {} },
    problems: problems(
      ...['invalid-request', 'body-too-large', 'unsupported-media-type', 'not-found', 'task-over', 'unknown-outcome', 'internal-error'],
      'unavailable',
    ),
  };
  return {
    '/sandbox/tasks/{session}': { get: operation(list, context) },
    '/sandbox/tasks/{session}/{number}': { post: operation(end, context) },
  };
}
