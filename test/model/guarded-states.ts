/** The guarded states of a workflow: which steps may enter them, and after which proof. */
import type { Sender, Workflow } from '../../machines/workflow.ts';
import { awaitedTasks, type Session, statePath } from '../../src/engine/session.ts';
import { labelOf, type Move } from '../../src/testing/graph/move.ts';
import type { Configuration, StepGraph } from '../../src/testing/graph/step-graph.ts';

export type Permission =
  /** The current code, entered while it is valid and not locked, for an unchanged account. */
  | { readonly by: 'correct code'; readonly when?: Readonly<Record<string, unknown>> }
  /** The correct credentials on a trusted device, before any code was sent. */
  | { readonly by: 'trusted device' }
  | { readonly by: 'move'; readonly label: string }
  /** Any payload of an event that only this sender may send, with a recent second factor or without. */
  | { readonly by: 'event'; readonly type: string; readonly sender: Sender; readonly secondFactor: boolean };

/** A set of states and awaited tasks. The steps inside the set are free. */
export interface GuardedStates {
  readonly states: readonly string[];
  readonly enteredBy: readonly Permission[];
}

interface Guards {
  readonly guarded: readonly GuardedStates[];
  readonly guessesPerCode: number;
}

type Before = Pick<Session, 'context' | 'timers'>;

/** The session before its first event: no code was sent yet. */
const newSession: Before = { context: { codesIssued: 0 }, timers: [] };

/** @returns the steps that enter guarded states without permission, and the starts in such states */
export function forbiddenEntries(graph: StepGraph, workflow: Workflow, facts: Guards): string[] {
  const configurations = [...graph.configurations.values()];
  return facts.guarded.flatMap(({ states, enteredBy }) => {
    const isInside = ({ session }: Pick<Configuration, 'session'>) =>
      states.includes(statePath(session.value)) || awaitedTasks(session).some(({ id }) => states.includes(id));
    const isPermitted = (move: Move, before: Before) => enteredBy.some((permission) => permits(permission, move, before, workflow, facts));
    const starts = graph.starts.filter(({ opening, key }) => {
      const start = graph.configurations.get(key);
      if (start === undefined || !isInside(start)) return false;
      const { type, ...payload } = opening ?? { type: 'no event' };
      return !isPermitted({ kind: 'event', type, payload }, newSession);
    });
    const entries = configurations
      .filter((from) => !isInside(from))
      .flatMap((from) =>
        from.steps
          .filter(({ to }) => isInside(graph.configurations.get(to) ?? from))
          .filter(({ move }) => !isPermitted(move, from.session))
          .map(({ move }) => `${labelOf(move)}: ${from.key}`),
      );
    return [...starts.map(({ key }) => `start: ${key}`), ...entries];
  });
}

function permits(permission: Permission, move: Move, { context, timers }: Before, { events }: Workflow, facts: Guards): boolean {
  if (permission.by === 'move') return labelOf(move) === permission.label;
  if (move.kind !== 'event') return false;
  const { correct, blocked, outdated, trusted } = move.payload;
  switch (permission.by) {
    case 'correct code': {
      const isOpen = timers.some(({ delay }) => delay === 'codeLifetime') && Number(context['wrongGuesses']) < facts.guessesPerCode;
      const isKnown = Object.entries(permission.when ?? {}).every(([name, value]) => context[name] === value);
      return isOpen && isKnown && correct === true && blocked !== true && outdated !== true;
    }
    case 'trusted device':
      return context['codesIssued'] === 0 && correct === true && trusted === true;
    case 'event': {
      const { sender, secondFactor = false } = events[move.type] ?? {};
      return move.type === permission.type && sender === permission.sender && secondFactor === permission.secondFactor;
    }
    default:
      return permission satisfies never;
  }
}
