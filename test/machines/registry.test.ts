/** Rules for every workflow in the registry, so that a new one needs no test of its own for them. */
import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { delayMs, matches } from '../../src/engine/machines/xstate-transition.ts';
import { startSession } from '../../src/engine/steps/step.ts';
import { problemKinds } from '../support/open-api.ts';
import { workflows } from '../support/workflows.ts';

type StateNode = AnyStateMachine['root'];

const nodesBelow = (node: StateNode): StateNode[] =>
  Object.values(node.states).flatMap((child: StateNode) => [child, ...nodesBelow(child)]);
const eventsOf = (node: StateNode): string[] => [...node.transitions.keys()];

describe.each(workflows.latest().map((workflow) => [workflow.name, workflow] as const))('%s', (_, workflow) => {
  const { machine } = workflow;
  const nodes = nodesBelow(machine.root);
  const all = [machine.root, ...nodes];

  test('every state has a description and a screen', () => {
    const silent = nodes.filter(({ description, meta }) => !description || typeof meta?.screen !== 'string');
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  test('its machine and its public events have the same names', () => {
    const heard = new Set(all.flatMap(eventsOf).filter((type) => !type.startsWith('xstate.')));
    const openings = workflow.start.events.flatMap((opening) => opening?.type ?? []);
    const declared = new Set([...Object.keys(workflow.events), ...openings]);
    expect([...heard].filter((descriptor) => ![...declared].some((type) => matches(descriptor, type)))).toEqual([]);
    expect([...declared].filter((type) => ![...heard].some((descriptor) => matches(descriptor, type)))).toEqual([]);
  });

  test('each of its refusals is a problem of the HTTP interface, and waits for an existing delay', () => {
    const actions = all.flatMap((node) => [...node.transitions.values()].flat()).flatMap((transition) => transition.actions);
    const refusals = actions.flatMap((action: unknown) => {
      const named = action as { type?: string; params?: { code: string; until?: string } };
      return named.type === 'refuse' && named.params ? [named.params] : [];
    });
    for (const { code, until } of refusals) {
      expect(Object.keys(problemKinds)).toContain(code);
      if (until !== undefined) expect(delayMs(machine, until)).toBeGreaterThan(0);
    }
  });

  test('its deadlines are delays of the machine, and its success is a final state', () => {
    for (const delay of Object.keys(workflow.deadlines)) expect(machine.implementations.delays[delay]).toBeDefined();
    if (workflow.success) expect(machine.root.states[workflow.success.outcome]?.type).toBe('final');
  });

  test('it invokes the workflows that it declares as children, and handles their success', () => {
    const invoked = all.flatMap(({ invoke }) => invoke.map(({ src }) => String(src)));
    const names = workflows.latest().map(({ name }) => name);
    const { children: declared = {} } = workflow;
    const children = Object.keys(declared);
    expect(children.filter((name) => !invoked.includes(declared[name]?.as ?? name) || !names.includes(name))).toEqual([]);
    expect(invoked.filter((src) => names.includes(src) && !children.includes(src))).toEqual([]);
    expect(Object.keys(workflow.outcomes ?? {}).filter((name) => !invoked.includes(name))).toEqual([]);
  });

  test('the events that it withholds from its children are sent by people, and never end the child', () => {
    for (const [name, { withholds = [] }] of Object.entries(workflow.children ?? {})) {
      const events = workflows.latest().find((child) => child.name === name)?.events ?? {};
      for (const type of withholds) expect([type, events[type]?.sender]).toEqual([type, 'holder']);
      expect(withholds).not.toContain('CANCEL');
    }
  });

  test('as a child it can be cancelled at its start, whatever has begun', () => {
    const isChild = workflows.latest().some(({ children = {} }) => Object.hasOwn(children, workflow.name));
    const blank = { id: '', keyId: '', sealed: null, startFingerprint: null };
    const { session, rejection } = startSession(workflow, blank, { type: 'CANCEL' }, 0);
    if (isChild) expect([rejection, session.status, session.tasks, session.timers]).toEqual([null, 'done', [], []]);
  });

  test('its context factory is total: each listed input, or none, makes a context', () => {
    const { context } = machine.config;
    for (const input of workflow.start.inputs ?? [undefined])
      expect(typeof context === 'function' ? () => context({ input } as never) : () => context).not.toThrow();
  });
});
