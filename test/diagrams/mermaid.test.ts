/** The Mermaid text, checked with Mermaid's own parser and renderer. */
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { drawMermaid } from '../../src/diagrams/mermaid.ts';
import { workflows } from '../support/workflows.ts';
import { besideMachine, doorMachine, forkingMachine, houseMachine, nestedMachine, workflowOf } from './invented-machines.ts';

test('a machine with nested states, without lines from a state into itself', () => {
  expect(drawMermaid(readMachine(workflowOf(doorMachine())))).toBe(`%% Generated from the machine: npm run diagrams
stateDiagram-v2
  [*] --> s_closed
  state "Closed" as s_closed
  s_closed: KNOCK else / refused nobody-home until 90 s
  s_closed: RING / refused no-bell
  s_closed: SHOUT / refused no-bell
  state "Opening" as s_opening {
    [*] --> s_opening__unlocking
    state "Unlocking" as s_opening__unlocking
    s_opening__unlocking: entry / ring
    s_opening__unlocking: task open
    state "Waiting" as s_opening__waiting
    state "Anywhere in Opening" as any_opening
  }
  state "Inside" as s_inside
  state "Locked" as s_locked
  state "Any state" as any_
  any_: PASS_BY / ignored
  any_ --> s_locked: after 8 h
  s_closed --> s_opening: KNOCK if isHome / knock
  any_opening --> s_opening__waiting: KNOCK
  s_opening --> s_closed: after 90 s
  s_opening__unlocking --> s_inside: open done
  s_opening__unlocking --> s_opening__waiting: open failed
  s_opening__waiting --> s_opening__waiting: RING
  s_inside --> [*]
  s_locked --> [*]
`);
});

test('regions of a parallel state are kept apart', () => {
  const lines = drawMermaid(readMachine(workflowOf(houseMachine))).split('\n');
  const kitchen = lines.indexOf('    state "Kitchen" as s_day__kitchen {');
  const hall = lines.indexOf('    state "Hall" as s_day__hall {');
  expect(kitchen).toBeGreaterThan(0);
  expect(lines.slice(kitchen, hall)).toContain('    --');
});

test('a transition with several targets leads to a fork with its label, and from there to each', () => {
  const text = drawMermaid(readMachine(workflowOf(forkingMachine)));
  expect(text).toContain(`
  s_idle --> fork_2: START if isHome
  fork_2 --> s_work__pay__paid
  fork_2 --> s_work__parcel__sent
  fork_2 --> s_work__note__two
`);
  expect(text).toContain('\n  state fork_2 <<fork>>\n');
  expect(text).toContain('\n    state fork_5 <<fork>>\n');
  expect(text).toContain('\n  any_work --> fork_5: HURRY\n');
});

test('regions of the machine itself have no separator, which Mermaid refuses there', () => {
  const lines = drawMermaid(readMachine(workflowOf(besideMachine))).split('\n');
  expect(lines.filter((line) => line.trim() === '--')).toEqual([]);
  expect(lines).toContain('  any_ --> fork_1: BOTH');
});

test('a history state shows its kind', () => {
  const text = drawMermaid(readMachine(workflowOf(nestedMachine)));
  expect(text).toContain('s_outer__a__last: history shallow');
  expect(text).toContain('s_outer__a__lastIn: history deep； at first Inner');
});

test('a name is never read as syntax, nor as a keyword of Mermaid', () => {
  const machine = createMachine({
    id: 'odd',
    initial: 'end',
    states: { end: { on: { 'a: "b" --> {c}; #d %% <e>': 'state' } }, state: {} },
  });
  const text = drawMermaid(readMachine(workflowOf(machine)));
  expect(text).toContain('  s_end --> s_state: a： ＂b＂ --＞ ｛c｝； ＃d ％％ ＜e＞');
});

describe.each(workflows.latest().map((workflow) => [workflow.name, workflow] as const))('%s', (_, workflow) => {
  const model = readMachine(workflow);
  const lines = drawMermaid(model).split('\n');

  test('declares every state before it is used, and every transition once', () => {
    const declared = new Set(lines.flatMap((line) => / as (\w+)/.exec(line)?.[1] ?? []));
    const arrows = lines.flatMap((line) => /^ *(\w+) --> (\w+): /.exec(line)?.slice(1) ?? []);
    expect(arrows.filter((node) => !declared.has(node))).toEqual([]);
    expect(arrows.length / 2).toBe(model.transitions.filter(({ target }) => target !== null).length);
    expect(declared.size).toBeGreaterThanOrEqual(model.states.length);
  });
});
