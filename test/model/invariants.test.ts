/** What holds in every configuration, at every exact time, that a session of any registered workflow can come into. */
import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { type Session, statePath } from '../../src/engine/session.ts';
import { workflows } from '../support/workflows.ts';
import { factsOf } from './facts.ts';
import { labelOf } from './move.ts';
import { withAncestors } from './pairs.ts';
import { type Configuration, exploreSteps } from './step-graph.ts';

const leaves = (node: AnyStateMachine['root']): string[] =>
  Object.keys(node.states).length === 0
    ? [node.path.join('.')]
    : Object.values(node.states).flatMap((child) => leaves(child as AnyStateMachine['root']));

describe.each(workflows.latest().map((workflow) => [workflow.name, workflow] as const))('%s', (name, workflow) => {
  const { configurations: graph } = exploreSteps(workflow, { times: 'exact' });
  const configurations = [...graph.values()];
  const facts = factsOf(name);
  const state = ({ session }: Configuration) => statePath(session.value);

  /** Keys of the configurations in which something does not hold. */
  const broken = (holds: (configuration: Configuration) => boolean) => configurations.filter((each) => !holds(each)).map(({ key }) => key);

  test('every state can be reached', () => {
    expect([...new Set(configurations.map(state))].sort()).toEqual(leaves(workflow.machine.root).sort());
  });

  test('whatever has not ended waits for a time, and whatever has ended waits for nothing', () => {
    expect(
      broken(({ session }) =>
        session.status === 'active' ? session.timers.length > 0 : session.timers.length + session.tasks.length === 0,
      ),
    ).toEqual([]);
  });

  test('there is a way to an end from everywhere', () => {
    const before = new Map<string, string[]>();
    for (const { key, steps } of configurations) for (const { to } of steps) before.set(to, [...(before.get(to) ?? []), key]);
    const ending = configurations.filter(({ session }) => session.status === 'done').map(({ key }) => key);
    const reached = new Set(ending);
    for (let key = ending.pop(); key !== undefined; key = ending.pop()) {
      for (const from of before.get(key) ?? []) {
        if (!reached.has(from)) ending.push(from);
        reached.add(from);
      }
    }
    expect(broken(({ key }) => reached.has(key))).toEqual([]);
  });

  test('every timer and every task belongs to a state that is active', () => {
    const active = (session: Session) => new Set(['', ...withAncestors(statePath(session.value))]);
    const nodes = new Map([...nodesOf(workflow.machine.root)].map((node) => [node.id, node.path.join('.')]));
    expect(
      broken(({ session }) => {
        const states = active(session);
        const timers = session.timers.every(({ id, delay }) =>
          states.has(nodes.get(id.slice(`xstate.after.${delay}.`.length)) ?? 'nowhere'),
        );
        return timers && session.tasks.every(({ id }) => [...states].some((path) => invokes(workflow.machine, path, id)));
      }),
    ).toEqual([]);
  });

  test('no deadline is farther away than its figure, and none is past', () => {
    const longest: Readonly<Record<string, number>> = {
      codeLifetime: facts.codeLifetimeMs,
      resendCooldown: facts.resendCooldownMs,
      sessionLifetime: facts.sessionLifetimeMs,
    };
    expect(
      broken(({ session, now }) => session.timers.every(({ delay, dueAt }) => dueAt > now && dueAt - now <= (longest[delay] ?? 0))),
    ).toEqual([]);
  });

  test('no limit is ever passed', () => {
    const within = (count: unknown, limit: number) => count === undefined || (Number(count) >= 0 && Number(count) <= limit);
    expect(
      broken(
        ({ session: { context } }) =>
          within(context['wrongGuesses'], facts.guessesPerCode) &&
          within(context['sendsOfCode'], facts.sendsPerCode) &&
          within(context['codesIssued'], facts.codesPerSession),
      ),
    ).toEqual([]);
  });

  test('only a right code, entered while it is valid and not locked, leads to success', () => {
    const leading = configurations.flatMap((from) =>
      from.steps
        .filter(({ to }) => state(from) !== facts.success && graph.get(to) && state(graph.get(to) as Configuration) === facts.success)
        .map(({ move }) => ({ from, move })),
    );
    expect(leading.length).toBeGreaterThan(0);
    const wrong = leading.filter(({ from, move }) => {
      const valid = from.session.timers.some(({ delay }) => delay === 'codeLifetime');
      const locked = Number(from.session.context['wrongGuesses']) >= facts.guessesPerCode;
      return labelOf(move) !== 'SUBMIT_CODE (correct: true)' || !valid || locked;
    });
    expect(wrong.map(({ from, move }) => `${from.key} ${labelOf(move)}`)).toEqual([]);
  });
});

function nodesOf(node: AnyStateMachine['root']): AnyStateMachine['root'][] {
  return [node, ...Object.values(node.states).flatMap((child) => nodesOf(child as AnyStateMachine['root']))];
}

function invokes(machine: AnyStateMachine, path: string, id: string): boolean {
  const node = nodesOf(machine.root).find((each) => each.path.join('.') === path);
  return node?.invoke.some((invocation) => invocation.id === id) ?? false;
}
