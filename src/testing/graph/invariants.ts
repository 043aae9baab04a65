/** Rules for every configuration of any workflow, without its promises. */
import type { AnyStateMachine } from 'xstate';
import { ownTaskOf, type Workflow } from '../../../machines/workflow.ts';
import { leavesOf } from '../../engine/machines/state-value.ts';
import { awaitedTasks, statePath } from '../../engine/session.ts';
import { failedByInput } from '../../engine/tasks/task-input.ts';
import { isPassing } from './endings.ts';
import { withAncestors } from './pairs.ts';
import type { Configuration, StepGraph } from './step-graph.ts';

type StateNode = AnyStateMachine['root'];

export interface Invariant {
  readonly name: string;
  /** @returns the violations: keys of configurations, or states */
  readonly broken: (graph: StepGraph, workflow: Workflow) => string[];
}

export const invariants: readonly Invariant[] = [
  {
    name: 'every state can be reached',
    broken: ({ configurations }, workflow) => {
      const reached = new Set([...configurations.values()].flatMap(({ session }) => leavesOf(session.value)));
      return leaves(workflow.machine.root).filter((path) => !reached.has(path) && !isPassing(workflow, path));
    },
  },
  {
    name: 'an active session waits for something, an ended session for nothing',
    broken: (graph) =>
      unless(graph, ({ session, steps }) =>
        session.status === 'active' ? steps.length > 0 : session.timers.length + awaitedTasks(session).length === 0,
      ),
  },
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
    name: 'the input of every task fits its schema',
    broken: (graph, { machine }) =>
      unless(graph, ({ session }) =>
        session.tasks.every(({ src, input, detached }) => {
          const own = detached ? null : ownTaskOf(machine.implementations.actors[src]);
          return own === null || failedByInput(own, input) === null;
        }),
      ),
  },
  {
    name: 'no deadline is past',
    broken: (graph) => unless(graph, ({ session, now }) => session.timers.every(({ dueAt }) => dueAt > now)),
  },
];

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
