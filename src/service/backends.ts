/** The backends that do tasks of the service's workflows: the handlers that ask them, and the check of their callbacks. */
import { type AnswerFault, answerIn, type BackendAnswer } from '../backends/backend-answer.ts';
import { BackendClient, type BackendTaskDeps } from '../backends/backend-task.ts';
import { callbackIn, isSigned } from '../backends/callback.ts';
import { type BackendSettings, backendName } from '../config/backends.ts';
import type { Clock } from '../engine/clock.ts';
import type { TaskHandler } from '../engine/ports.ts';
import { type Handlers, limitsOf, ownTaskName, ownTasksOf, type PlacedTask } from '../engine/tasks/handlers.ts';
import { failedByInput } from '../engine/tasks/task-input.ts';
import type { TaskAnswers } from '../http/sessions/task-callbacks.ts';
import type { ServiceContext } from './service-context.ts';

type BackendsContext = Pick<ServiceContext, 'backends' | 'workflows' | 'publicUrl' | 'now'> & {
  readonly databaseClock: Pick<Clock, 'now'>;
};

export class Backends implements TaskAnswers {
  readonly handlers: Handlers;
  /** By the name of the backend in addresses. */
  readonly #settings: ReadonlyMap<string, BackendSettings>;
  readonly #clients = new Map<string, BackendClient>();

  constructor({ backends, workflows, publicUrl, now, databaseClock }: BackendsContext) {
    const configured = Object.values(backends).flatMap((settings) => (settings === null ? [] : [settings]));
    this.#settings = new Map(configured.map((settings) => [backendName(settings.setting), settings]));
    for (const settings of configured) this.#clients.set(settings.setting, new BackendClient(settings));
    const deps = (name: string): BackendTaskDeps => ({
      callbackUrl: ({ sessionId, generation }) => `${publicUrl}/v1/callbacks/${name}/${sessionId}/${generation}`,
      now,
      worldTime: () => databaseClock.now(),
    });
    this.handlers = Object.fromEntries(
      ownTasksOf(workflows.all()).flatMap((placed) => {
        const handler = this.#handlerOf(placed, deps);
        return handler === null ? [] : [[ownTaskName(placed.workflow.name, placed.workflow.version, placed.src), handler]];
      }),
    );
  }

  isSigned(backend: string, headers: Headers, body: string): boolean | null {
    const settings = this.#settings.get(backend);
    return settings === undefined ? null : isSigned(settings.secret, headers, body);
  }

  callback(body: string, key: string, outcomes: readonly string[]): BackendAnswer | { readonly fault: AnswerFault } {
    return callbackIn(body, key, { outcomes });
  }

  answer(value: unknown, outcomes: readonly string[]): BackendAnswer | { readonly fault: AnswerFault } {
    return answerIn(value, outcomes);
  }

  nameOf(setting: string): string {
    return backendName(setting);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  /** A backend without an address is not asked: the task waits until a person answers in the sandbox. */
  #handlerOf({ src, own }: PlacedTask, deps: (name: string) => BackendTaskDeps): TaskHandler | null {
    if (own.kind !== 'backend') return null;
    const used = deps(backendName(own.url));
    const client = this.#clients.get(own.url);
    const asking = client?.handler({ src, own }, used) ?? {
      ...limitsOf(own),
      run: async () => ({ outcome: 'deferred', until: used.now() + own.answerWithin }) as const,
    };
    return { ...asking, run: async (attempt, signal) => failedByInput(own, attempt.input) ?? asking.run(attempt, signal) };
  }
}
