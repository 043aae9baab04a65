/**
 * A cache of transitions. Machines are pure and have few states, so a transition is computed once for all sessions. The first computation
 * is repeated: a machine that answers differently is impure.
 */
import type { AnyStateMachine } from 'xstate';
import { type HeardEvent, initialState, type MachineState, type Transitioned, transitionState } from './xstate-transition.ts';

/** The most cached transitions of a machine. Contexts are small, so a workflow has far fewer. More would cost more memory than the saved time is worth. */
const mostTransitions = 10_000;

/** The first 2,000 answers of a machine are all compared; most machines have fewer. Of later ones, one in sixteen is compared. */
const comparedAtFirst = 2_000;
const comparedLater = 16;

interface Memo {
  readonly isCompared: boolean;
  worked: number;
  readonly initial: Map<string, Transitioned>;
  readonly transitions: Map<string, Transitioned>;
}

const machines = new WeakMap<AnyStateMachine, Memo>();

function memoOf(machine: AnyStateMachine): Memo {
  const known = machines.get(machine);
  if (known) return known;
  return forgetAnswers(machine);
}

/**
 * Drops the cached answers of a machine.
 * @param isCompared false if the caller compares the answers itself
 */
export function forgetAnswers(machine: AnyStateMachine, isCompared = true): Memo {
  const fresh: Memo = { isCompared, worked: 0, initial: new Map(), transitions: new Map() };
  machines.set(machine, fresh);
  return fresh;
}

/**
 * Enters the machine's initial state.
 * @param input the source of the initial context; undefined for a machine without input
 * @throws the machine's own errors
 */
export function entering(machine: AnyStateMachine, input?: unknown): Transitioned {
  const known = memoOf(machine);
  return memoised(known, known.initial, JSON.stringify(input) ?? '', () => initialState(machine, frozen(input)));
}

/**
 * Takes one event.
 * @param runningTasks the ids of the invocations under way: leaving their state stops them
 * @throws the machine's own errors, and an error for a result that no session can hold
 */
export function taking(machine: AnyStateMachine, from: MachineState, runningTasks: readonly string[], event: HeardEvent): Transitioned {
  const question = JSON.stringify([from.value, from.context, from.done, runningTasks, event, from.historyValue]);
  const known = memoOf(machine);
  return memoised(known, known.transitions, question, () => {
    // A machine that writes into its context or event would change every session that shares them.
    frozen(from.context);
    return transitionState(machine, from, runningTasks, frozen(event));
  });
}

function memoised(of: Memo, answers: Map<string, Transitioned>, question: string, work: () => Transitioned): Transitioned {
  const known = answers.get(question);
  if (known) return known;
  const answer = frozen(work());
  of.worked += 1;
  const isCompared = of.isCompared && (of.worked <= comparedAtFirst || of.worked % comparedLater === 0);
  if (isCompared && JSON.stringify(work()) !== JSON.stringify(answer))
    throw new Error('the machine is impure: asked the same twice, it answered differently');
  if (answers.size >= mostTransitions) answers.clear();
  answers.set(question, answer);
  return answer;
}

/** Sessions share the cached answers, so no session may change one. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(frozen);
  return value;
}
