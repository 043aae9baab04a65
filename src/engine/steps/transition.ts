/** The session after a transition of its machine: its state, and the timers and tasks that the machine requested. */
import type { Workflow } from '../../../machines/workflow.ts';
import { invokedWorkflow, withCancelledChildren, withParentNotice } from '../children/child-tasks.ts';
import { MachineFault } from '../errors.ts';
import { taking } from '../machines/transitions.ts';
import { type Effect, type HeardEvent, hearsFailure, type Transitioned } from '../machines/xstate-transition.ts';
import { awaitedTasks, type Session, type StateValue, statePath, type Task, type Timer } from '../session.ts';
import { hasPendingDetached } from '../task.ts';

type StartedTask = Extract<Effect, { type: 'start-task' }>;

/** @throws MachineFault */
export function transition(workflow: Workflow, session: Session, event: HeardEvent): Transitioned {
  const running = awaitedTasks(session).map((task) => task.id);
  const { value, historyValue, context, status } = session;
  return withPlace(workflow, statePath(value), () =>
    taking(workflow.machine, { value, historyValue, context, done: status === 'done' }, running, event),
  );
}

/** Runs code of the machine or its author that may fail. @throws MachineFault, with the place */
export function withPlace<T>({ name }: Pick<Workflow, 'name'>, state: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new MachineFault({ workflow: name, state, fault: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/** The session after a transition; the same object if the transition changed nothing. */
export function applyTransition(workflow: Workflow, session: Session, { state, effects }: Transitioned, at: number): Session {
  let timers = session.timers;
  let tasks = session.tasks;
  let generations = session.generations;
  for (const effect of effects) {
    switch (effect.type) {
      case 'set-timer': {
        const { event, delay, payload } = effect;
        const id = effect.id ?? freeTimerId(timers, event);
        const timer: Timer = { id, event, delay, dueAt: at + effect.delayMs };
        timers = [...timers.filter((other) => other.id !== id), payload === null ? timer : { ...timer, payload }];
        break;
      }
      case 'cancel-timer':
        timers = timers.filter((timer) => timer.id !== effect.id);
        break;
      case 'start-task': {
        if (effect.detached && hasPendingDetached({ tasks }, effect)) break;
        generations += 1;
        tasks = [...tasks, taskOf(workflow, effect, generations, at)];
        break;
      }
      case 'stop-task': {
        const { id } = effect;
        const stopped = tasks.filter((task) => task.id === id && !task.detached);
        ({ tasks, generations } = withCancelledChildren(
          { tasks: tasks.filter((task) => !stopped.includes(task)), generations },
          stopped,
          at,
        ));
        break;
      }
      case 'refuse':
        break;
      default:
        effect satisfies never;
    }
  }
  const unchanged =
    sameValue(state.value, session.value) &&
    sameHistory(state.historyValue, session.historyValue) &&
    sameContext(state.context, session.context) &&
    timers === session.timers &&
    tasks === session.tasks;
  if (unchanged) return session;
  if (state.done && session.status !== 'done' && session.parent !== null)
    ({ tasks, generations } = withParentNotice({ tasks, generations }, { outcome: statePath(state.value), output: state.output }, at));
  return {
    ...session,
    value: state.value,
    historyValue: state.historyValue,
    context: state.context,
    status: state.done ? 'done' : session.status,
    endedAt: state.done ? at : session.endedAt,
    timers,
    tasks,
    generations,
    updatedAt: at,
  };
}

function taskOf(workflow: Workflow, { id, src, input, detached }: StartedTask, generation: number, at: number): Task {
  const child = invokedWorkflow(workflow, src, input);
  const task: Task = { id, detached, src: child ?? src, input, createdAt: at, generation, attempts: 0, retryAt: at };
  const lasting = detached || hearsFailure(workflow.machine, id) ? task : { ...task, lasting: true as const };
  return child === null ? lasting : { ...lasting, child: null };
}

function sameValue(a: StateValue, b: StateValue): boolean {
  return a === b || statePath(a) === statePath(b);
}

function sameHistory(a: Session['historyValue'], b: Session['historyValue']): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Also compares the number of members: a machine can remove a member by setting it to undefined. */
function sameContext(next: Session['context'], before: Session['context']): boolean {
  const keys = Object.keys(next);
  return keys.every((key) => next[key] === before[key]) && keys.length === Object.keys(before).length;
}

/** An unused timer id, for a raise without an id. No `cancel` can name it, and several may be pending. */
function freeTimerId(timers: readonly Timer[], event: string): string {
  const taken = new Set(timers.map(({ id }) => id));
  let number = 0;
  while (taken.has(`raise.${event}.${number}`)) number += 1;
  return `raise.${event}.${number}`;
}
