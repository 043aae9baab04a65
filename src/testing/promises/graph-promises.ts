/** The promises that hold in every configuration of a workflow: guarded entries, deadlines, counts, ends of tasks. */
import type { Condition, DeadlinePromise } from '../../../machines/promises.ts';
import { awaitedTasks } from '../../engine/session.ts';
import { step } from '../../engine/steps/step.ts';
import { firstTimer, labelOf, type Move } from '../graph/move.ts';
import type { Configuration, StepGraph } from '../graph/step-graph.ts';
import { type Explored, isCause, isIn, knows, lookupIn } from './causes.ts';
import { wrongLimits } from './limit-promises.ts';
import { wrongMessages } from './message-promises.ts';
import { initialContext } from './start-context.ts';
import { amountOf, holdsIn } from './values.ts';

export interface GraphPromise {
  readonly name: string;
  /** @returns the violations: the step and the key of its configuration */
  readonly broken: (explored: Explored) => string[];
}

/** A step of the graph. */
interface StepMade {
  readonly from: Configuration;
  readonly move: Move;
  readonly to: Configuration;
}

export const graphPromises: readonly GraphPromise[] = [
  { name: 'a guarded state is entered by nothing but its proof', broken: forbiddenEntries },
  { name: 'every session ends by itself', broken: endlessWaits },
  { name: 'only its own end ends the wait for an uninterrupted task', broken: interruptedTasks },
  { name: 'no deadline is farther away than its figure', broken: distantDeadlines },
  { name: 'a deadline that an event begins anew is counted from that event', broken: wrongRenewals },
  { name: 'a passed deadline leads to its states', broken: wrongTimeouts },
  { name: 'no limit is ever passed, and a session keeps the promised counts', broken: passedLimits },
  { name: 'an event is accepted until its limit, and refused from then on', broken: wrongLimits },
  { name: 'each promised event is counted once, and forgotten elsewhere', broken: wrongCounts },
  { name: 'the end of a task leads to the promised state', broken: wrongTaskEnds },
  { name: 'each message is sent on its steps, and on no other', broken: wrongMessages },
];

/** @returns the steps that enter guarded states without permission, and the starts in such states */
export function forbiddenEntries({ graph, workflow, promises: { entries = [] }, figures }: Explored): string[] {
  return entries.flatMap(({ states, tasks, by }) => {
    const isInside = ({ session }: Configuration) => isIn(session, states, tasks);
    const isPermitted = (move: Move, before: Parameters<typeof isCause>[2]) =>
      by.some((cause) => isCause(cause, move, before, workflow, figures));
    const starts = graph.starts.filter(({ opening, key }) => {
      const start = graph.configurations.get(key);
      const { type, ...payload } = opening ?? { type: 'start' };
      return (
        start !== undefined &&
        isInside(start) &&
        !isPermitted({ kind: 'event', type, payload }, { context: initialContext(workflow), timers: [] })
      );
    });
    const entered = stepsOf(graph).filter(({ from, move, to }) => !isInside(from) && isInside(to) && !isPermitted(move, from.session));
    return [...starts.map(({ key }) => `start: ${key}`), ...entered.map(describe)];
  });
}

/** A failure that the machine does not handle is retried, so the wait for such a task has an end. */
function endlessWaits({ graph, promises: { endsByItself } }: Explored): string[] {
  if (endsByItself !== true) return [];
  return [...graph.configurations.values()]
    .filter(
      ({ session }) => session.status === 'active' && session.timers.length === 0 && !awaitedTasks(session).some(({ lasting }) => lasting),
    )
    .map(({ key }) => key);
}

function interruptedTasks({ graph, promises: { uninterrupted = [] } }: Explored): string[] {
  const awaits = ({ session }: Configuration) => awaitedTasks(session).some(({ id }) => uninterrupted.includes(id));
  return stepsOf(graph)
    .filter(({ from, move, to }) => awaits(from) && move.kind !== 'task-end' && !awaits(to))
    .map(describe);
}

function distantDeadlines({ graph, promises: { deadlines = [] }, figures }: Explored): string[] {
  const longest = new Map(deadlines.map(({ delay, lasts }) => [delay, amountOf(lasts, lookupIn(figures)) ?? 0]));
  return [...graph.configurations.values()]
    .filter(({ session, now }) => session.timers.some(({ delay, dueAt }) => dueAt - now > (longest.get(delay) ?? Number.POSITIVE_INFINITY)))
    .map(({ key }) => key);
}

function wrongRenewals({ graph, workflow, promises: { deadlines = [] }, figures }: Explored): string[] {
  const begun = deadlines.flatMap(({ delay, lasts, begunBy = [] }) => begunBy.map((by) => ({ delay, lasts, ...by })));
  const accepted = new Set<(typeof begun)[number]>();
  const wrong = stepsOf(graph).filter(({ from, move }) => {
    if (move.kind !== 'event') return false;
    const renewed = begun.filter((by) => by.event === move.type && holdsIn(by.with, move.payload, lookupIn(figures)));
    if (renewed.length === 0) return false;
    const at = from.now + 1;
    const after = step(workflow, from.session, { kind: 'event', event: { ...move.payload, type: move.type } }, at);
    if (after.rejection !== null || after.session.status !== 'active') return false;
    return renewed.some((each) => {
      accepted.add(each);
      const timer = after.session.timers.find(({ delay }) => delay === each.delay);
      return timer?.dueAt !== at + (amountOf(each.lasts, lookupIn(figures)) ?? 0);
    });
  });
  return [...begun.filter((by) => !accepted.has(by)).map(({ event }) => `no session accepts ${event}`), ...wrong.map(describe)];
}

function wrongTimeouts({ graph, promises: { deadlines = [] } }: Explored): string[] {
  const leading = new Map(deadlines.map((deadline) => [deadline.delay, statesAfter(deadline)]));
  return stepsOf(graph)
    .filter(({ from: { session }, move, to }) => {
      const due = firstTimer(session)?.dueAt;
      const [first, ...others] = session.timers.filter(({ dueAt }) => dueAt === due);
      const states = first === undefined ? undefined : leading.get(first.delay);
      // Of several timers at one moment, a later one can lead further.
      return move.kind === 'time' && others.length === 0 && states !== undefined && !isIn(to.session, states);
    })
    .map(describe);
}

function statesAfter({ leadsTo }: DeadlinePromise): readonly string[] | undefined {
  return typeof leadsTo === 'string' ? [leadsTo] : leadsTo;
}

function passedLimits({ graph, promises: { counts = {} }, figures }: Explored): string[] {
  return [...graph.configurations.values()]
    .filter(({ session: { context } }) =>
      Object.entries(counts).some(([name, { most }]) => {
        const count = context[name];
        return !(typeof count === 'number' && count >= 0 && count <= (amountOf(most, lookupIn(figures)) ?? 0));
      }),
    )
    .map(({ key }) => key);
}

function wrongCounts({ graph, promises: { counts = {} }, figures }: Explored): string[] {
  return Object.entries(counts).flatMap(([name, { of }]) => {
    if (of === undefined) return [];
    return stepsOf(graph)
      .filter(({ from, move, to }) => {
        const [before, after] = [from, to].map(({ session: { context } }) => Number(context[name] ?? 0)) as [number, number];
        const isOne = move.kind === 'event' && move.type === of.event && holdsIn(of.with, move.payload, lookupIn(figures));
        return after !== (isIn(to.session, [of.in]) ? before + (isOne ? 1 : 0) : 0);
      })
      .map(describe);
  });
}

function wrongTaskEnds({ graph, promises: { taskEnds = [] }, figures }: Explored): string[] {
  const made = stepsOf(graph);
  return taskEnds.flatMap(({ task, outcome, when, leadsTo, knows: left }) => {
    const known = (configuration: Configuration, condition: Condition | undefined) =>
      knows(configuration.session.context, condition, figures);
    const ends = made.filter(
      ({ from, move }) =>
        move.kind === 'task-end' &&
        move.task === task &&
        (outcome === undefined ? !move.well : move.well && move.outcome === outcome) &&
        known(from, when),
    );
    const wrong = ends.filter(({ to }) => !(isIn(to.session, [leadsTo]) && known(to, left)));
    return ends.length === 0
      ? [`no session sees ${task} end${outcome === undefined ? ' in failure' : ` as ${outcome}`}`]
      : wrong.map(describe);
  });
}

function stepsOf({ configurations }: StepGraph): StepMade[] {
  return [...configurations.values()].flatMap((from) =>
    from.steps.map(({ move, to }) => ({ from, move, to: configurations.get(to) ?? from })),
  );
}

function describe({ from, move }: StepMade): string {
  return `${labelOf(move)}: ${from.key}`;
}
