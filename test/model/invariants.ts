/** Rules for every configuration of a workflow, whatever its machine is. */

import type { AnyStateMachine } from 'xstate';
import type { Workflow } from '../../machines/workflow.ts';
import { awaitedTasks, type Session, statePath } from '../../src/engine/session.ts';
import { step } from '../../src/engine/steps/step.ts';
import { isPassing } from '../../src/testing/graph/endings.ts';
import { labelOf } from '../../src/testing/graph/move.ts';
import { withAncestors } from '../../src/testing/graph/pairs.ts';
import type { Configuration, StepGraph } from '../../src/testing/graph/step-graph.ts';
import { forbiddenEntries } from './guarded-states.ts';
import type { Count, End, Facts } from './observation.ts';

type StateNode = AnyStateMachine['root'];

export interface Invariant {
  readonly name: string;
  /** @returns the violations: keys of configurations, or states */
  readonly broken: (graph: StepGraph, workflow: Workflow, facts: Facts) => string[];
}

export const invariants: readonly Invariant[] = [
  {
    name: 'every state can be reached',
    broken: ({ configurations }, workflow) => {
      const reached = new Set([...configurations.values()].map(stateOf));
      return leaves(workflow.machine.root).filter((path) => !reached.has(path) && !isPassing(workflow, path));
    },
  },
  {
    name: 'an active session waits for a timer or a lasting task, an ended session for nothing',
    broken: (graph) =>
      unless(graph, ({ session }) =>
        session.status === 'active'
          ? session.timers.length > 0 || hasLastingTask(session)
          : session.timers.length + awaitedTasks(session).length === 0,
      ),
  },
  {
    name: 'the wait for a lasting task ends only when the task ends',
    broken: ({ configurations }) =>
      [...configurations.values()]
        .filter(({ session, steps }) => {
          const left = steps.filter(
            ({ move, to }) => move.kind !== 'task-end' && !hasLastingTask(configurations.get(to)?.session ?? { tasks: [] }),
          );
          return hasLastingTask(session) && left.length > 0;
        })
        .map(({ key }) => key),
  },
  {
    name: 'the ends of tasks that no run can cause lead to the states in the facts',
    broken: (graph, _, { ends }) => {
      const made = stepsOf(graph);
      const isMeant = ({ end, when }: End, { from, label }: StepMade) => label === end && knows(from.session, when);
      const wrong = made.filter((each) => {
        const end = ends.find((meant) => isMeant(meant, each));
        return end && !(stateOf(each.to) === end.state && knows(each.to.session, end.knows));
      });
      const never = ends.filter((meant) => !made.some((each) => isMeant(meant, each)));
      return [...never.map(({ end }) => end), ...wrong.map(({ label, to }) => `${label}: ${to.key}`)];
    },
  },
  { name: 'a deadline that an event begins anew is counted from that event', broken: wrongRenewals },
  { name: 'there is a way to an end from everywhere', broken: withoutEnd },
  {
    name: 'every timer and every task belongs to a state that is active',
    broken: (graph, { machine }) => {
      const nodes = new Map(nodesOf(machine.root).map((node) => [node.id, node]));
      return unless(graph, ({ session }) => {
        const active = new Set(['', ...withAncestors(statePath(session.value))]);
        const isActive = (node: StateNode | undefined) => node !== undefined && active.has(node.path.join('.'));
        const timers = session.timers.every(({ id, delay }) => isActive(nodes.get(id.slice(`xstate.after.${delay}.`.length))));
        return timers && awaitedTasks(session).every(({ id }) => [...nodes.values()].some((node) => isActive(node) && invokes(node, id)));
      });
    },
  },
  {
    name: 'no deadline is farther away than its figure, and none is past',
    broken: (graph, _, facts) => {
      const longest: Readonly<Record<string, number>> = {
        codeLifetime: facts.codeLifetimeMs,
        resendCooldown: facts.resendCooldownMs,
        sessionLifetime: facts.sessionLifetimeMs,
        timeGranted: facts.longestGrantMs,
        linkLifetime: facts.linkLifetimeMs,
      };
      return unless(graph, ({ session, now }) =>
        session.timers.every(({ delay, dueAt }) => dueAt > now && dueAt - now <= (longest[delay] ?? 0)),
      );
    },
  },
  {
    name: 'no limit is ever passed, and a session keeps the counts in the facts',
    broken: (graph, _, facts) => {
      const limits: Readonly<Record<Count, number>> = {
        wrongGuesses: facts.guessesPerCode,
        sendsOfCode: facts.sendsPerCode,
        codesIssued: facts.codesPerSession,
        wrongCredentials: facts.credentialsPerSession,
        wrongLinkValues: facts.confirmationsPerGrant,
      };
      return unless(graph, ({ session: { context } }) =>
        Object.entries(limits).every(([name, limit]) => {
          const count = context[name];
          return facts.counts.some((kept) => kept === name) ? isWithin(count, limit) : count === undefined;
        }),
      );
    },
  },
  {
    name: 'each wrong value for a link is counted, and forgotten with its grant',
    broken: (graph) =>
      stepsOf(graph)
        .filter(({ from, to, label }) => {
          const [before, after] = [from, to].map(({ session: { context } }) => Number(context['wrongLinkValues'] ?? 0)) as [number, number];
          const isWrong = label === 'CONFIRM_LINK (correct: false)';
          return after !== (stateOf(to) === 'confirmingLink' ? before + (isWrong ? 1 : 0) : 0);
        })
        .map(({ from, label }) => `${label}: ${from.key}`),
  },
  { name: 'a guarded state is entered by nothing but its proof', broken: forbiddenEntries },
];

/** @returns the keys of configurations in which the event does not begin the deadline, and the events that no session accepts */
function wrongRenewals({ configurations }: StepGraph, workflow: Workflow, { renews }: Facts): string[] {
  const accepted = new Set<string>();
  const wrong: string[] = [];
  for (const { key, session, now, steps } of configurations.values())
    for (const { move } of steps) {
      const name = [labelOf(move), move.kind === 'event' ? move.type : ''].find((each) => Object.hasOwn(renews, each));
      const renewed = renews[name ?? ''];
      if (move.kind !== 'event' || name === undefined || renewed === undefined) continue;
      const at = now + 1;
      const after = step(workflow, session, { kind: 'event', event: { ...move.payload, type: move.type } }, at);
      if (after.rejection !== null || after.session.status !== 'active') continue;
      accepted.add(name);
      const timer = after.session.timers.find(({ delay }) => delay === renewed.delay);
      if (timer?.dueAt !== at + renewed.lastsMs) wrong.push(`${labelOf(move)}: ${key}`);
    }
  return [...Object.keys(renews).filter((name) => !accepted.has(name)), ...wrong];
}

function isWithin(count: unknown, limit: number): boolean {
  return typeof count === 'number' && count >= 0 && count <= limit;
}

interface StepMade {
  readonly from: Configuration;
  readonly label: string;
  readonly to: Configuration;
}

function stepsOf({ configurations }: StepGraph): StepMade[] {
  return [...configurations.values()].flatMap((from) =>
    from.steps.map(({ move, to }) => ({ from, label: labelOf(move), to: configurations.get(to) ?? from })),
  );
}

/** True if the machine waits for a task whose failure it does not handle. */
function hasLastingTask(session: Pick<Session, 'tasks'>): boolean {
  return awaitedTasks(session).some(({ lasting }) => lasting === true);
}

function knows({ context }: Session, what: Readonly<Record<string, unknown>> = {}): boolean {
  return Object.entries(what).every(([name, value]) => context[name] === value);
}

function stateOf({ session }: Configuration): string {
  return statePath(session.value);
}

function unless({ configurations }: StepGraph, holds: (configuration: Configuration) => boolean): string[] {
  return [...configurations.values()].filter((each) => !holds(each)).map(({ key }) => key);
}

function withoutEnd({ configurations }: StepGraph): string[] {
  const before = new Map<string, string[]>();
  for (const { key, steps } of configurations.values()) {
    for (const { to } of steps) {
      const known = before.get(to);
      if (known) known.push(key);
      else before.set(to, [key]);
    }
  }
  const ending = [...configurations.values()].filter(({ session }) => session.status === 'done').map(({ key }) => key);
  const reached = new Set(ending);
  for (let key = ending.pop(); key !== undefined; key = ending.pop()) {
    for (const from of before.get(key) ?? []) {
      if (!reached.has(from)) ending.push(from);
      reached.add(from);
    }
  }
  return [...configurations.keys()].filter((key) => !reached.has(key));
}

function nodesOf(node: StateNode): StateNode[] {
  return [node, ...(Object.values(node.states) as StateNode[]).flatMap(nodesOf)];
}

function leaves(node: StateNode): string[] {
  return nodesOf(node)
    .filter(({ states, type }) => type !== 'history' && Object.keys(states).length === 0)
    .map(({ path }) => path.join('.'));
}

function invokes(node: StateNode, task: string): boolean {
  return node.invoke.some(({ id }) => id === task);
}
