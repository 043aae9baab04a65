/**
 * Plays the tasks of authors in a service under test. An attempt only asks the test, as it would ask another machine that answers later, and
 * the test answers with one of the declared outcomes. No attempt is under way in between, so answers and moves of the sandbox's clock wait
 * for none. Detached tasks are done at once. The built-in tasks run as in production.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { statesOf } from '../../engine/machines/xstate-transition.ts';
import type { TaskHandler } from '../../engine/ports.ts';
import { taskKey } from '../../engine/task.ts';
import type { Handlers } from '../../engine/tasks/handlers.ts';
import type { Host } from '../../modules/host.ts';
import { defineModule } from '../../modules/module.ts';
import { until } from '../drive/settled-answer.ts';
import type { PlayedEnd } from '../graph/schedule.ts';
import { controlOfSource } from '../graph/task-control.ts';

/** A century is longer than the moves of the clock in a run, so a task that waits for the test never fails by itself. */
const longestWaitMs = 100 * 365 * 24 * 60 * 60 * 1000;

export class Stage {
  /** The keys of the tasks that the services have asked the test to do. */
  readonly #asked = new Set<string>();
  /** The hosts of the running services. Each takes the answer to any task, because they share a database. */
  readonly #hosts = new Set<Pick<Host, 'engine'>>();

  /** The module by which a service under test takes the ends of tasks. */
  module() {
    return defineModule({
      name: 'played-tasks',
      open: (host) => {
        this.#hosts.add(host);
        return host;
      },
      close: async (host) => void this.#hosts.delete(host),
    });
  }

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

  /** Ends a task, as soon as a service has begun an attempt at it. @throws Error if none begins one, TaskOver */
  async end(sessionId: string, { task, generation, well, outcome }: PlayedEnd): Promise<void> {
    const key = taskKey(sessionId, { generation });
    await until(
      () => `attempt at the task ${task}`,
      async () => this.#asked.has(key),
    );
    const [host] = this.#hosts;
    if (host === undefined) throw new Error('No service runs that could take the end of a task');
    const output = outcome === undefined ? {} : { output: { outcome } };
    const result = well ? ({ outcome: 'done', ...output } as const) : ({ outcome: 'failed', reason: 'the test let it fail' } as const);
    await host.engine.answer(sessionId, { generation, result }, null);
  }

  #held({ isNotice }: TaskHandler): TaskHandler {
    return {
      ...(isNotice === true ? { isNotice } : {}),
      run: async ({ key, createdAt }) => {
        this.#asked.add(key);
        return { outcome: 'deferred', until: createdAt + longestWaitMs };
      },
    };
  }
}

function done({ isNotice }: TaskHandler): TaskHandler {
  return { ...(isNotice === true ? { isNotice } : {}), run: async () => ({ outcome: 'done' }) };
}

function sourcesOf({ machine }: Workflow): string[] {
  return statesOf(machine).flatMap(({ invoke }) => invoke.map(({ src }) => String(src)));
}
