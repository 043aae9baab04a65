/** Advice about a graph that is too large: the part of the machine that makes it so, and the means against it. */
import type { Workflow } from '../../../machines/workflow.ts';
import type { Session } from '../../engine/session.ts';
import { labelOf, type Move } from './move.ts';

/** A configuration of the graph, with its steps. */
interface Explored {
  readonly key: string;
  readonly session: Session;
  readonly steps: readonly { readonly move: Move; readonly to: string }[];
}

/** A member of the context with more values than that is rather a counter than a flag. */
const manyValues = 8;

/** The members of the context and the events that the advice names. */
const mostNamed = 3;

/** @param explored the configurations that were explored before the limit was reached */
export function sizeAdvice({ events, start }: Workflow, explored: readonly Explored[]): string {
  const counters = countersIn(explored).slice(0, mostNamed);
  const choices = Object.entries(events)
    .filter(([, { payloads }]) => payloads.length > manyValues)
    .sort(([, a], [, b]) => b.payloads.length - a.payloads.length)
    .slice(0, mostNamed);
  const lines = [
    ...counters.map(({ name, values, raisedBy }) => {
      const by = raisedBy === null ? '' : `, raised by ${raisedBy}`;
      return `the context's '${name}' has ${values} values so far${by}: bound it with a guard, or test with a smaller figure`;
    }),
    ...choices.map(
      ([type, { payloads }]) => `${type} has ${payloads.length} payloads: list the ends of each range that the machine treats alike`,
    ),
    ...(start.events.length > manyValues ? [`a session has ${start.events.length} possible first events: list fewer`] : []),
    ...timersIn(explored),
  ];
  return lines.length === 0 ? 'many states are active at once: split the workflow, and let one invoke the other' : lines.join('; ');
}

interface Counter {
  readonly name: string;
  readonly values: number;
  /** The move after which the member differed most often; null if no move is known. */
  readonly raisedBy: string | null;
}

/** The members with the most values first. */
function countersIn(explored: readonly Explored[]): Counter[] {
  const byKey = new Map(explored.map((each) => [each.key, each]));
  const names = new Set(explored.flatMap(({ session }) => Object.keys(session.context)));
  return [...names]
    .map((name) => {
      const values = new Set(explored.map(({ session }) => session.context[name])).size;
      const raised = new Map<string, number>();
      for (const from of explored)
        for (const { move, to } of from.steps) {
          const next = byKey.get(to);
          if (next === undefined || next.session.context[name] === from.session.context[name]) continue;
          raised.set(labelOf(move), (raised.get(labelOf(move)) ?? 0) + 1);
        }
      const [most] = [...raised].sort(([, a], [, b]) => b - a);
      return { name, values, raisedBy: most?.[0] ?? null };
    })
    .filter(({ values }) => values > manyValues)
    .sort((a, b) => b.values - a.values);
}

function timersIn(explored: readonly Explored[]): string[] {
  const most = Math.max(0, ...explored.map(({ session }) => session.timers.length));
  return most > manyValues / 2 ? [`up to ${most} timers run at once, in any order: let one timer stand for several`] : [];
}
