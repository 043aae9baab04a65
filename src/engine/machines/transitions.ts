/**
 * A memo of transitions: machines are pure and have few states, so that a transition is computed once and not once per session.
 * The first computation is repeated, and a machine that answers differently is impure.
 */
import type { AnyStateMachine } from 'xstate';
import { type HeardEvent, initialState, type MachineState, type Transitioned, transitionState } from './xstate-transition.ts';

/** Contexts are small and bounded, so that a workflow stays far below; if one did not, memory would matter more than time. */
const mostTransitions = 10_000;

/** So many of a machine's answers are compared, more than most machines have; then one in so many. */
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
 * Forgets the answers of a machine, so that it has to work them out again.
 * @param isCompared false where the caller itself compares the answers with those of a second time
 */
export function forgetAnswers(machine: AnyStateMachine, isCompared = true): Memo {
  const fresh: Memo = { isCompared, worked: 0, initial: new Map(), transitions: new Map() };
  machines.set(machine, fresh);
  return fresh;
}

/**
 * Enters the machine's initial state.
 * @param input what its context is made of; undefined for a machine that takes none
 * @throws whatever the machine throws
 */
export function entering(machine: AnyStateMachine, input?: unknown): Transitioned {
  const known = memoOf(machine);
  return memoised(known, known.initial, JSON.stringify(input) ?? '', () => initialState(machine, frozen(input)));
}

/**
 * Takes one event.
 * @param runningTasks ids of the invocations under way: leaving their state stops them
 * @throws whatever the machine throws, and an error for what it wants and no session can hold
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

/** Many sessions share an answer: none may change it for the others. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(frozen);
  return value;
}
