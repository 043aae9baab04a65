/**
 * Plays the tasks of authors in a service under test. An attempt waits until the test ends it with one of the declared outcomes, so no
 * other machine is called. Detached tasks are done at once. The built-in tasks run as in production.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { statesOf } from '../../engine/machines/xstate-transition.ts';
import type { TaskAttempt, TaskHandler, TaskResult } from '../../engine/ports.ts';
import type { Handlers } from '../../engine/tasks/handlers.ts';
import { until } from '../drive/settled-answer.ts';
import type { PlayedEnd } from '../graph/schedule.ts';
import { controlOfSource } from '../graph/task-control.ts';

/**
 * A failed or aborted attempt begins again at once: only the test decides when a task ends. A move of the sandbox's clock waits for the
 * attempts under way, so each is short.
 */
const attempts = { timeoutMs: 4_000, retryDelaysMs: Array.from({ length: 100 }, () => 0) };

type End = (result: TaskResult) => void;

export class Stage {
  /** The ends of the waiting attempts, by session and generation. */
  readonly #waiting = new Map<string, End>();

  /** @param builtIn the names of the built-in tasks. @returns the handlers of a service under test */
  played(handlers: Handlers, workflows: readonly Workflow[], builtIn: ReadonlySet<string>): Handlers {
    const invoked = new Set(workflows.flatMap(sourcesOf));
    return Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => {
        const src = name.slice(name.indexOf('/') + 1);
        const own = name !== src;
        if (!own && builtIn.has(name)) return [name, handler];
        return [name, own || (invoked.has(src) && controlOfSource(src) === 'test') ? this.#held(handler) : done(handler)];
      }),
    );
  }

  /** Ends a task, as soon as the service has begun an attempt at it. @throws Error if the service begins none */
  async end(sessionId: string, { task, generation, well, outcome }: PlayedEnd): Promise<void> {
    const place = placeOf({ sessionId, generation });
    await until(
      () => `attempt at the task ${task}`,
      async () => this.#waiting.has(place),
    );
    const output = outcome === undefined ? {} : { output: { outcome } };
    this.#waiting.get(place)?.(well ? { outcome: 'done', ...output } : { outcome: 'failed', reason: 'the test let it fail' });
  }

  #held({ isNotice }: TaskHandler): TaskHandler {
    return {
      ...attempts,
      ...(isNotice === true ? { isNotice } : {}),
      run: (attempt, signal) =>
        new Promise((resolve) => {
          const place = placeOf(attempt);
          const end: End = (result) => {
            if (this.#waiting.get(place) === end) this.#waiting.delete(place);
            resolve(result);
          };
          this.#waiting.set(place, end);
          signal.addEventListener('abort', () => end({ outcome: 'retry', reason: 'the attempt was given up', retryAfterMs: 0 }), {
            once: true,
          });
        }),
    };
  }
}

function done({ isNotice }: TaskHandler): TaskHandler {
  return { ...(isNotice === true ? { isNotice } : {}), run: async () => ({ outcome: 'done' }) };
}

function placeOf({ sessionId, generation }: Pick<TaskAttempt, 'sessionId' | 'generation'>): string {
  return `${sessionId}/${generation}`;
}

function sourcesOf({ machine }: Workflow): string[] {
  return statesOf(machine).flatMap(({ invoke }) => invoke.map(({ src }) => String(src)));
}
